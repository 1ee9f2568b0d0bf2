#define MICROPY_HW_BOARD_NAME "Plughub"
#define MICROPY_HW_MCU_NAME "ESP32C3"

// The console is on the UART too: many boards have their USB socket there.
#define MICROPY_HW_ENABLE_UART_REPL (1)

// Left out together with the ESP-IDF's: see ../plughub.cmake.
#define MICROPY_PY_BLUETOOTH (0)
