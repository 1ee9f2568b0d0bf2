// The memory of a board for MicroPython on a PC: what the simulator cannot do in Python.
//
// On an ESP32 the heap of Python begins with one area and grows by taking others from the heap of
// the ESP-IDF, which Wi-Fi and lwIP live on: see gc_try_add_heap() in MicroPython's py/gc.c. Here
// the simulator says how much of that there is. While it has said nothing, the heap stays as it is.

#include <sys/ioctl.h>
#include <linux/sockios.h>

#include "py/gc.h"
#include "py/runtime.h"

// Bytes of the block that the second area of the heap may take, and of any further one.
static size_t for_second_area = 0;
static size_t for_more_areas = 0;

size_t gc_get_max_new_split(void) {
    return MP_STATE_MEM(area).next == NULL ? for_second_area : for_more_areas;
}

// offer(second, more): the largest blocks that Python's heap could take now.
static mp_obj_t board_heap_offer(mp_obj_t second, mp_obj_t more) {
    for_second_area = mp_obj_get_int(second);
    for_more_areas = mp_obj_get_int(more);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(board_heap_offer_obj, board_heap_offer);

// unacknowledged(fd) -> bytes that were sent and that the other side has not taken yet.
static mp_obj_t board_heap_unacknowledged(mp_obj_t fd) {
    int count = 0;
    if (ioctl(mp_obj_get_int(fd), SIOCOUTQ, &count) != 0) {
        count = 0;
    }
    return MP_OBJ_NEW_SMALL_INT(count);
}
static MP_DEFINE_CONST_FUN_OBJ_1(board_heap_unacknowledged_obj, board_heap_unacknowledged);

// areas() -> tuple of the bytes that each area of Python's heap can hold, the first one first.
static mp_obj_t board_heap_areas(void) {
    mp_obj_t sizes[8];
    size_t count = 0;
    for (mp_state_mem_area_t *area = &MP_STATE_MEM(area); area != NULL && count < 8;
         area = area->next) {
        sizes[count++] = MP_OBJ_NEW_SMALL_INT(area->gc_pool_end - area->gc_pool_start);
    }
    return mp_obj_new_tuple(count, sizes);
}
static MP_DEFINE_CONST_FUN_OBJ_0(board_heap_areas_obj, board_heap_areas);

// count(type) -> how many objects of a type lie in Python's heap, garbage included.
static mp_obj_t board_heap_count(mp_obj_t type) {
    size_t count = 0;
    for (mp_state_mem_area_t *area = &MP_STATE_MEM(area); area != NULL; area = area->next) {
        size_t blocks = (area->gc_pool_end - area->gc_pool_start) / MICROPY_BYTES_PER_GC_BLOCK;
        for (size_t block = 0; block < blocks; block++) {
            // Two bits a block, as py/gc.c has them: 1 for the first one of an object.
            int kind = area->gc_alloc_table_start[block / 4] >> (2 * (block % 4)) & 3;
            uint8_t *object = area->gc_pool_start + block * MICROPY_BYTES_PER_GC_BLOCK;
            count += kind == 1 && *(mp_obj_t *)object == type;
        }
    }
    return MP_OBJ_NEW_SMALL_INT(count);
}
static MP_DEFINE_CONST_FUN_OBJ_1(board_heap_count_obj, board_heap_count);

static const mp_rom_map_elem_t board_heap_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_board_heap) },
    { MP_ROM_QSTR(MP_QSTR_offer), MP_ROM_PTR(&board_heap_offer_obj) },
    { MP_ROM_QSTR(MP_QSTR_areas), MP_ROM_PTR(&board_heap_areas_obj) },
    { MP_ROM_QSTR(MP_QSTR_count), MP_ROM_PTR(&board_heap_count_obj) },
    { MP_ROM_QSTR(MP_QSTR_unacknowledged), MP_ROM_PTR(&board_heap_unacknowledged_obj) },
};
static MP_DEFINE_CONST_DICT(board_heap_globals, board_heap_globals_table);

const mp_obj_module_t board_heap_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&board_heap_globals,
};
MP_REGISTER_MODULE(MP_QSTR_board_heap, board_heap_module);
