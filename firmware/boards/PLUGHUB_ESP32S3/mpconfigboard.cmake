# An ESP32S3 with Plughub in it: see ../plughub.cmake.
include(boards/ESP32_GENERIC_S3/mpconfigboard.cmake)
include(${MICROPY_BOARD_DIR}/../plughub.cmake)
