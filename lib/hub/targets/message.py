"""An Action that switches nothing: a message for the broker. Loaded where there is one."""

from hub.targets.target import Action

#: Its verb.
PUBLISH = "publish"


class Message(Action):
    """`payload`, a text, for the topic `name`."""

    def __init__(self, topic, payload):
        super().__init__(topic, PUBLISH)
        self.payload = payload

    def __str__(self):
        return "message for %s" % self.name
