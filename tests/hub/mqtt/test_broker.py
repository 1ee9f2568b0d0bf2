"""The section "mqtt" of a configuration: what may stand there, and where its password is kept."""

from hub.components import schema
from hub.config.secrets import MASK, has_secret, masked, take, with_secret
from hub.targets.connections import slots_of

HOME = {
    "name": "attic",
    "web": {"port": 8080},
    "mqtt": {"host": "192.0.2.1"},
    "buttons": [{"name": "hall", "pin": 4, "press": {"mqtt": "a"}, "long": {"mqtt": "b"}}],
    "relays": [{"name": "fan", "pin": 26}],
}


def checked(secrets=None, **mqtt):
    config = dict(HOME, mqtt=dict(HOME["mqtt"], **mqtt))
    return schema().check_values(config, secrets or {})


def test_what_is_not_said_is_filled_in():
    config = checked()
    assert config["faults"] == []
    mqtt = config["mqtt"]
    assert mqtt["port"] == 1883 and mqtt["base"] == mqtt["client_id"] == "attic"
    assert mqtt["discovery"] == "device" and mqtt["prefix"] == "homeassistant"
    assert mqtt["page"] == 8080
    assert checked(tls=True, ca="ca.pem")["mqtt"]["port"] == 8883


def test_presses_are_told_and_another_button_is_another_broker():
    from hub.config.marks import mark

    config = checked()
    assert config["mqtt"]["buttons"] == '[["hall",["press","long"]]]'
    assert config["buttons"][0]["is_told"] is True
    other = schema().check_values(dict(HOME, buttons=[]), {})
    assert mark(config["mqtt"]) != mark(other["mqtt"])
    assert (
        "is_told"
        not in schema().check_values(
            {"relays": HOME["relays"], "buttons": [{"pin": 4, "press": {"relay": "fan"}}]}
        )["buttons"][0]
    )


def test_a_broker_takes_a_socket_of_the_plugs():
    assert slots_of(checked()) == slots_of(schema().check_values({})) - 1


def test_faults_are_told_with_their_place():
    for mqtt, words in (
        ({"host": ""}, "mqtt.host: expected a host name"),
        ({"port": 0}, "mqtt.port: expected a port"),
        ({"base": "a/#"}, "mqtt.base: expected a topic"),
        ({"prefix": "/x"}, "mqtt.prefix: expected a topic"),
        ({"discovery": True}, "mqtt.discovery: expected"),
        ({"delta": -1}, "mqtt.delta: expected a number of watts"),
        ({"password": "x"}, "mqtt.user: missing"),
        ({"tls": True}, "mqtt.ca: missing"),
        ({"colour": 1}, "mqtt.colour: not known"),
    ):
        faults = checked(**mqtt)["faults"]
        assert len(faults) >= 1 and words in faults[0], (mqtt, faults)
    # Without a certificate to go by it does not talk to anybody.
    assert checked(tls=True)["mqtt"] is None


def test_the_password_is_a_secret():
    secrets = {}
    section = {"host": "h", "user": "me", "password": "pw"}
    assert has_secret("mqtt", section)
    left = take("mqtt", None, section, secrets)
    assert left == {"host": "h", "user": "me"} and secrets == {"mqtt": "pw"}
    assert masked("mqtt", left, secrets)["password"] == MASK
    take("mqtt", None, dict(left, password=MASK), secrets)
    assert secrets == {"mqtt": "pw"}
    assert with_secret("mqtt", left, secrets)["password"] == "pw"
    assert checked(secrets, user="me")["mqtt"]["password"] == "pw"
    take("mqtt", None, dict(left, password=""), secrets)
    assert secrets == {} and "password" not in masked("mqtt", left, secrets)
