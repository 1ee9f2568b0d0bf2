#define MICROPY_HW_BOARD_NAME "Plughub"
#define MICROPY_HW_MCU_NAME "ESP32"

// Left out together with the ESP-IDF's: see ../plughub.cmake.
#define MICROPY_PY_BLUETOOTH (0)
