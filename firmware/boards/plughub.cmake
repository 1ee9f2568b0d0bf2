# What all boards of this folder have in common; mpconfigboard.cmake of each includes it after the
# one of MicroPython's own board for that chip.

# Nothing here uses Bluetooth, and the ESP-IDF keeps 56 kB of memory for it as long as it is in.
# Measured was that reserve, not the heap without it: these boards are unproved on hardware.
list(REMOVE_ITEM SDKCONFIG_DEFAULTS boards/sdkconfig.ble)

list(APPEND SDKCONFIG_DEFAULTS ${CMAKE_CURRENT_LIST_DIR}/sdkconfig.plughub)

# The ESP-IDF looks for the name of a table in MicroPython's folder: it has to be a whole path,
# which a file of settings cannot say.
file(WRITE ${CMAKE_BINARY_DIR}/sdkconfig.partitions
    "CONFIG_PARTITION_TABLE_CUSTOM_FILENAME=\"${CMAKE_CURRENT_LIST_DIR}/partitions.csv\"\n")
list(APPEND SDKCONFIG_DEFAULTS ${CMAKE_BINARY_DIR}/sdkconfig.partitions)

set(MICROPY_FROZEN_MANIFEST ${CMAKE_CURRENT_LIST_DIR}/manifest.py)
