"""An ESP32 on a serial port: what is put on it, and how it is reached there."""
