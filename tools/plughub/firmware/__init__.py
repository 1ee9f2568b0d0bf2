"""What is frozen into the firmware, and the two ways to do it: a stock .bin, an ESP-IDF."""
