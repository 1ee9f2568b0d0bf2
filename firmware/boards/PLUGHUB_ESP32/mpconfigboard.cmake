# An ESP32 with Plughub in it: see ../plughub.cmake.
include(boards/ESP32_GENERIC/mpconfigboard.cmake)
include(${MICROPY_BOARD_DIR}/../plughub.cmake)
