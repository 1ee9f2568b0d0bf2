"""Products as their mappings in devices.json have them: (category, what it is, kind, DPs).

The DPs are "code" or "code:Type", a Boolean without; the first of a range stands for its number.
Sources: Tuya's standard instruction set of the category, and the DPs that the classes of
tinytuya.Contrib work with.
"""

_UNITS = {
    "temp_set": {"unit": "℃", "min": 50, "max": 350, "scale": 1, "step": 5},
    "percent_control": {"unit": "%", "min": 0, "max": 100, "scale": 0, "step": 1},
    "fan_speed": {"min": 1, "max": 100, "scale": 0, "step": 1},
}
_CHOICES = {
    "control": ["open", "stop", "close", "continue"],
    "mach_operate": ["FZ", "ZZ", "STOP"],
    "work_mode": ["white", "colour", "scene", "music"],
    "mode": ["auto", "manual"],
}

PRODUCTS = (
    ("cz", "plug with a meter", None,
     "1 switch_1, 9 countdown_1:Integer, 17 add_ele:Integer, 18 cur_current:Integer,"
     "19 cur_power:Integer, 20 cur_voltage:Integer, 26 fault:Bitmap, 38 relay_status:Enum,"
     "40 light_mode:Enum, 41 child_lock, 42 cycle_time:String"),
    ("cz", "plug without a meter", None, "1 switch, 2 countdown:Integer"),
    ("pc", "strip of four with USB", "strip",
     "1 switch_1, 2 switch_2, 3 switch_3, 4 switch_4, 7 switch_usb1, 9 countdown_1:Integer,"
     "10 countdown_2:Integer, 19 cur_power:Integer"),
    ("kg", "wall switch, two gangs", "strip",
     "1 switch_1, 2 switch_2, 7 countdown_1:Integer, 8 countdown_2:Integer, 14 relay_status:Enum"),
    ("kg", "wall switch, one gang", None, "1 switch_1, 9 countdown_1:Integer"),
    ("tdq", "relay with energy", None, "1 switch_1, 17 add_ele:Integer, 19 cur_power:Integer"),
    ("dj", "colour bulb", "bulb",
     "20 switch_led, 21 work_mode:Enum, 22 bright_value_v2:Integer, 23 temp_value_v2:Integer,"
     "24 colour_data_v2:Json, 25 scene_data_v2:Json, 26 countdown_1:Integer, 34 do_not_disturb"),
    ("dj", "colour bulb of the time of 3.1", "bulb",
     "1 switch_led, 2 work_mode:Enum, 3 bright_value:Integer, 4 temp_value:Integer,"
     "5 colour_data:String, 6 scene_data:String"),
    ("dj", "white bulb", "bulb", "20 switch_led, 22 bright_value:Integer"),
    ("dd", "strip of LEDs", "bulb",
     "20 switch_led, 21 work_mode:Enum, 24 colour_data:Json, 26 countdown:Integer,"
     "101 led_number_set:Integer, 105 rgb:String"),
    ("tgq", "dimmer", "bulb", "1 switch_led, 2 bright_value:Integer"),
    ("tgkg", "dimmer, two channels", "custom",
     "1 switch_led_1, 2 bright_value_1:Integer, 7 switch_led_2, 8 bright_value_2:Integer"),
    ("cl", "curtain", "cover",
     "1 control:Enum, 2 percent_control:Integer, 3 percent_state:Integer, 5 control_back:Enum,"
     "7 work_state:Enum"),
    ("cl", "shutter in capitals", "cover", "101 mach_operate:Enum, 102 position:Integer"),
    ("clkg", "curtain switch", "cover", "1 control:Enum, 3 cur_calibration:Enum"),
    ("wk", "floor heating", "climate",
     "1 switch, 2 mode:Enum, 16 temp_set:Integer, 24 temp_current:Integer, 40 child_lock"),
    ("kt", "air conditioner", "climate",
     "1 switch, 2 temp_set:Integer, 3 temp_current:Integer, 4 mode:Enum,"
     "5 fan_speed_enum:Enum, 19 temp_unit_convert:Enum, 30 switch_horizontal"),
    ("qn", "heater", "climate", "1 switch, 2 temp_set:Integer, 3 temp_current:Integer, 7 lock"),
    ("znrb", "heat pump of a pool", "climate",
     "1 switch, 4 mode:Enum, 106 temp_set:Integer, 102 temp_current:Integer, 120 work_mode:Enum"),
    ("wkcz", "thermostat plug", "custom",
     "101 work_mode:Enum, 102 temp_current:Integer, 103 switch_state, 109 cur_power:Integer"),
    ("wsdcg", "thermometer", "custom",
     "1 va_temperature:Integer, 2 va_humidity:Integer, 3 battery_state:Enum"),
    ("cwwsq", "feeder", "custom",
     "1 meal_plan:Raw, 3 manual_feed:Integer, 4 feed_state:Enum, 14 fault:Bitmap"),
    ("fs", "fan", "custom", "1 switch, 2 mode:Enum, 3 fan_speed:Integer, 5 switch_horizontal"),
    ("hps", "presence detector", "custom",
     "1 presence_state:Enum, 2 sensitivity:Integer, 9 target_dis_closest:Integer"),
    ("dr", "blanket", "custom",
     "14 level_1:Enum, 15 level_2:Enum, 16 time_set_1:Enum, 18 countdown_1:Integer"),
    ("zndb", "meter on two lines", "custom", "101 power_a:Integer, 105 power_b:Integer"),
    ("sp", "doorbell", "custom", "101 basic_indicator, 103 basic_flip, 134 motion_switch"),
)  # fmt: skip


def mapping_of(dps):
    """Return the "mapping" of devices.json for the DPs of a product."""
    mapping = {}
    for text in dps.split(","):
        dp, _, point = text.strip().partition(" ")
        code, _, kind = point.partition(":")
        mapping[dp] = {"code": code, "type": kind or "Boolean", "values": {}}
        if code in _CHOICES:
            mapping[dp]["values"] = {"range": _CHOICES[code]}
        elif kind == "Integer":
            mapping[dp]["values"] = _UNITS.get(code, {"min": 0, "max": 1000, "scale": 0})
        elif kind == "Bitmap":
            mapping[dp]["values"] = {"label": ["ov_cr", "ov_vol"], "maxlen": 2}
    return mapping
