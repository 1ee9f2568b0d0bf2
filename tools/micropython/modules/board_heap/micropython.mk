SRC_USERMOD_C += $(USERMOD_DIR)/board_heap.c
