"""Buttons whose presses are told over MQTT as well."""


def told(hub, name, act, bound):
    """Return act(action), which does what `act` does and then tells the gesture.

    `bound`: {gesture: action} of the button.
    """

    def act_and_tell(action):
        act(action)
        # The bridge may be another one by now, or none.
        bridge = hub.built("mqtt")
        for gesture in bound:
            if bridge and bound[gesture] is action:
                bridge.tell_button(name, gesture)

    return act_and_tell
