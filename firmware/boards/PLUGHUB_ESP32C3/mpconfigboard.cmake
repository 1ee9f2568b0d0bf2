# An ESP32C3 with Plughub in it: see ../plughub.cmake.
include(boards/ESP32_GENERIC_C3/mpconfigboard.cmake)
include(${MICROPY_BOARD_DIR}/../plughub.cmake)
