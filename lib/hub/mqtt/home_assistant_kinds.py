"""What Home Assistant is told of bulbs, covers, thermostats and whatever has values by name.

The kind of a thing is told as a text, which is remembered: its word, and behind bars the entities
that it has besides, "custom|number.speed|sensor.water".
"""

_DEVICES = ("plug", "strip", "bulb", "cover", "climate", "custom")
_OWN = {"bulb": "light", "cover": "cover", "climate": "climate"}
_PLATFORMS = {"switch": "switch", "number": "number", "enum": "select"}
# Mireds of the warmest and the coldest white: 2700 K and 6500 K.
_WARM = 370
_COLD = 154
_PERCENT = (_WARM - _COLD) / 100
_LIGHT_ON = (
    '{"on":true'
    '{%% if brightness is defined %%},"brightness":{{ [(brightness/2.55)|round|int,1]|max }}'
    "{%% endif %%}"
    '{%% if red is defined %%},"colour":"#{{ "%%02x%%02x%%02x"|format(red,green,blue) }}"'
    "{%% endif %%}"
    '{%% if color_temp is defined %%},"temperature":{{ ((%d-color_temp)/%s)|round|int }}'
    "{%% endif %%}}"
) % (_WARM, _PERCENT)
_MOVING = (
    '{{ {"open":"opening","close":"closing"}.get(value_json.moving,'
    '"open" if value_json.on else "closed") }}'
)


def kind_of(plug, known, outlets):
    """Return the text of a plug's kind; of one that was not seen yet what was told before."""
    kind = plug.kind
    if not kind:
        return "plug" if plug.is_known or not known else known
    if kind.word in _OWN:
        return kind.word
    taken = ["switch_%d" % s.dp for s in outlets.values() if s.plug is plug]
    fields = kind.fields()
    parts = [
        "%s.%s" % (_platform(fields[name]), name)
        for name in sorted(fields)
        if name not in taken and "." not in name and "|" not in name
    ]
    word = kind.word if kind.on is not None or kind.word == "strip" else kind.word + "!"
    return "|".join([word] + parts)


def _platform(about):
    if not about["settable"]:
        return "binary_sensor" if about["type"] == "switch" else "sensor"
    return _PLATFORMS.get(about["type"], "text")


def is_device(kind):
    """Tell whether a thing is a device of Tuya's."""
    return _word(kind).rstrip("!") in _DEVICES


def has_switch(kind):
    """Tell whether a thing is switched on and off as a whole, and is nothing better."""
    word = _word(kind)
    return word not in _OWN and word[-1] != "!"


def model(kind):
    """Return what a device is called."""
    word = _word(kind).rstrip("!")
    return "Wi-Fi " + ("device" if word == "custom" else word)


def _word(kind):
    return kind.split("|")[0]


def entities_of(kind):
    """Return [(platform, key)] of what a thing has because of its kind."""
    word, *parts = kind.split("|")
    own = [(_OWN[word], _OWN[word])] if word in _OWN else []
    return own + [tuple(part.split(".", 1)) for part in parts]


def component(platform, entity, kind, topic):
    """Return what makes an entity of a Kind, None for one that was not seen yet."""
    own = {"light": _light, "cover": _cover, "climate": _climate}.get(entity)
    if own and platform == entity:
        about = own(kind.fields() if kind else {}, topic)
        return dict(about, name=None, cmd_t=topic + "set") if platform != "climate" else about
    return _value(platform, entity, kind.fields().get(entity, {}) if kind else {}, topic)


def _light(fields, topic):
    about = {
        "schema": "template",
        "stat_t": topic + "state",
        "cmd_on_tpl": _LIGHT_ON,
        "cmd_off_tpl": '{"on":false}',
        "stat_tpl": '{{ "on" if value_json.on else "off" }}',
        "bri_tpl": "{{ (value_json.brightness|default(100)*2.55)|round|int }}",
    }
    if "colour" in fields:
        for letter, at in (("r", 1), ("g", 3), ("b", 5)):
            about[letter + "_tpl"] = "{{ value_json.colour[%d:%d]|int(0,16) }}" % (at, at + 2)
    if "temperature" in fields:
        about["clr_temp_tpl"] = "{{ (%d-value_json.temperature*%s)|int }}" % (_WARM, _PERCENT)
        about.update({"min_mirs": _COLD, "max_mirs": _WARM})
    return about


def _cover(fields, topic):
    about = {"stat_t": topic + "state", "val_tpl": _MOVING}
    about.update({"pl_open": "OPEN", "pl_cls": "CLOSE", "pl_stop": "STOP"})
    about.update({"pos_t": topic + "state", "pos_tpl": "{{ value_json.position }}"})
    about.update({"set_pos_t": topic + "set", "set_pos_tpl": '{"position":{{ position }}}'})
    return about


def _climate(fields, topic):
    target = fields.get("target", {})
    modes = [mode for mode in fields.get("mode", {}).get("options", ()) if mode != "none"]
    running = "auto" if any(["co" in mode for mode in modes]) else "heat"
    about = {
        "name": None,
        "modes": ["off", running],
        "mode_cmd_t": topic + "set",
        "mode_cmd_tpl": '{"on":{{ "false" if value == "off" else "true" }}}',
        "mode_stat_t": topic + "state",
        "mode_stat_tpl": '{{ "%s" if value_json.on else "off" }}' % running,
        "temp_cmd_t": topic + "set",
        "temp_cmd_tpl": '{"target":{{ value }}}',
        "temp_stat_t": topic + "state",
        "temp_stat_tpl": "{{ value_json.target }}",
        "curr_temp_t": topic + "state",
        "curr_temp_tpl": "{{ value_json.current }}",
        "temp_unit": "F" if "F" in target.get("unit", "") else "C",
    }
    for key, name in (("min", "min_temp"), ("max", "max_temp"), ("step", "temp_step")):
        if target.get(key) is not None:
            about[name] = target[key]
    if modes:
        about.update({"pr_modes": modes, "pr_mode_cmd_t": topic + "set"})
        about["pr_mode_cmd_tpl"] = '{"mode":"{{ value }}"}'
        about.update({"pr_mode_stat_t": topic + "state"})
        about["pr_mode_val_tpl"] = "{{ value_json.mode }}"
    return about


def _value(platform, name, field, topic):
    shown = name.replace("_", " ")
    about = {"name": shown[0].upper() + shown[1:], "stat_t": topic + "state"}
    about["val_tpl"] = "{{ value_json['%s'] }}" % name
    if platform in ("switch", "binary_sensor"):
        on, off = ("stat_on", "stat_off") if platform == "switch" else ("pl_on", "pl_off")
        about.update({on: "True", off: "False"})
    if field.get("unit") and platform in ("number", "sensor"):
        about["unit_of_meas"] = field["unit"].replace("℃", "°C").replace("℉", "°F")
    if platform in ("sensor", "binary_sensor"):
        return about
    about["cmd_t"] = topic + "set"
    quote = "" if platform == "number" else '"'
    if platform == "switch":
        about.update({"pl_on": '{"%s":true}' % name, "pl_off": '{"%s":false}' % name})
    else:
        about["cmd_tpl"] = '{"%s":%s{{ value }}%s}' % (name, quote, quote)
    if platform == "select":
        about["options"] = field.get("options", [])
    for key in ("min", "max", "step"):
        if platform == "number" and field.get(key) is not None:
            about[key] = field[key]
    return about
