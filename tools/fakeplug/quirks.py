"""The ways in which devices differ and misbehave, each on a switch of its own."""

import dataclasses
import functools
import typing
from typing import Literal


@dataclasses.dataclass(frozen=True)
class Quirks:
    """What this plug does differently from a plain good one.

    `Quirks()` is the good plug. Counts of 0 mean never. Times are seconds. Frames are counted
    from 1 on each connection. A plug's quirks may be replaced while it runs.
    """

    # --- connections ---
    #: Connections served at once. Plugs of the 3.3 era have 1, vendor code has 3.
    slots: int = 3
    #: A connection too many is accepted and closed, refused by TCP, or ends the oldest one.
    slots_full: Literal["close", "refuse", "kick"] = "close"
    #: A connection without a valid frame for so long is closed (vendor code: 30 s).
    idle_s: float = 30.0
    #: After so many connections every further one is closed at once, until a power cycle.
    wedge_after: int = 0
    #: Reset the connection instead of answering this client frame.
    reset_frame: int = 0
    #: Accept connections and never answer anything.
    mute: bool = False

    # --- delivery ---
    #: Handle each client frame this much later.
    delay_s: float = 0.0
    #: Send in pieces of this many bytes.
    split: int = 0
    #: Pause between two such pieces.
    split_gap_s: float = 0.005
    #: Send all frames that one client segment caused as a single segment.
    coalesce: bool = False
    #: Send only the first half of this device frame and nothing after it.
    stall_frame: int = 0
    #: Send this device frame with a wrong CRC, HMAC or GCM tag.
    bad_check_frame: int = 0
    #: Bytes of junk before the first frame of a connection.
    junk: int = 0

    # --- frames ---
    #: Device frames carry a return code; hobby devices and @tuyapi/stub leave it out.
    return_code: bool = True
    #: Byte order of the return code (vendor code of 3.5 sends little-endian).
    code_order: Literal["big", "little"] = "big"
    #: Device frames carry the client's number, or count their own from a random start.
    #: "version": echo up to 3.3 (0 in pongs and pushes), own in 3.4 and 3.5.
    numbering: Literal["version", "echo", "own"] = "version"
    #: The 12 bytes after the version in a push are all zero, as clients send them.
    zero_header: bool = False
    #: JSON with DPs at the top, or in `data` beside `protocol` and `t`. "version": queries are
    #: flat, pushes are flat up to 3.3 and wrapped in 3.4 and 3.5.
    body: Literal["version", "flat", "wrapped"] = "version"
    #: 3.4: empty acknowledgements and pongs hold a block of padding.
    pad_empty: bool = False
    #: Encrypt what is sent with this key while reading with the right one.
    send_key: str | None = None

    # --- control ---
    #: Acknowledge a CONTROL at all.
    ack: bool = True
    #: Return code of that acknowledgement (vendor code: 1, even when it worked).
    ack_code: int = 0
    #: Answer each CONTROL with this text and code 1, and do not execute it.
    control_text: str | None = None
    #: Execute what is acknowledged.
    executes: bool = True
    #: Refuse a CONTROL of several DPs with a text.
    single_dp: bool = False
    #: 3.4 and 3.5: a CONTROL without version header is answered `parse data error`.
    needs_header: bool = False

    # --- push ---
    #: A change is pushed after the acknowledgement that caused it, before it, or never.
    push: Literal["after", "before", "none"] = "after"
    #: Push one DP at this interval although nothing changed.
    push_every_s: float = 0.0
    #: Send every push twice.
    duplicate_push: bool = False

    # --- query ---
    #: Answer queries with `json obj data unvalid` and report the DPs written as null instead
    #: (always so in 3.2).
    device22: bool = False
    #: Answer each query with this text and code 1.
    query_text: str | None = None

    # --- energy ---
    #: UPDATEDPS is acknowledged and pushes follow; or acknowledged only; or ignored.
    updatedps: Literal["push", "ack", "ignore"] = "push"
    #: Energy DPs are measured always, or only when UPDATEDPS asks for them.
    measures: Literal["always", "on_updatedps"] = "always"
    #: A query answers the energy DPs as they stood before the last UPDATEDPS.
    query_lags: bool = False
    #: An UPDATEDPS of more DPs than this reboots the plug.
    updatedps_limit: int = 0

    # --- strictness ---
    #: A frame with a wrong check or length ends the connection, or is passed over in silence.
    bad_frame: Literal["close", "ignore"] = "close"
    #: A body that does not open with our key, up to 3.3: `data format error`, close, or silence.
    wrong_key: Literal["text", "close", "ignore"] = "text"
    #: A frame whose first segment is shorter than this is lost (vendor code of 3.5: 50).
    lose_short_segment: int = 0
    #: Of the frames in one segment only the first is read.
    first_frame_only: bool = False
    #: A sequence number of 0, or one that does not grow, ends the connection (vendor code).
    growing_sequence: bool = False
    #: Answer a heartbeat before its check is looked at (vendor code).
    pong_before_check: bool = False

    # --- negotiation, 3.4 and 3.5 ---
    #: Choose the device nonce so that the first so many session keys begin with a zero byte,
    #: and no other.
    zero_keys: int = 0
    #: A session key that begins with a zero byte counts as none (vendor code).
    zero_key_is_none: bool = False
    #: 3.4: answer a 03 made with another key, instead of closing.
    any_start: bool = False
    #: The HMAC in the 04 answer is wrong.
    wrong_proof: bool = False

    # --- gateway ---
    #: The online list is split into frames of so many sub-devices; 0: all in one.
    list_chunk: int = 0

    # --- discovery ---
    #: The form of the broadcasts. "version": clear in 3.1, AES in 3.2 to 3.4 (under another
    #: command in 3.4), GCM in 3.5. Newer 3.4 and 3.5 devices send none until they are asked.
    broadcast: Literal[
        "version",
        "clear",
        "ecb",
        "ecb_bare",
        "lpv34",
        "gcm",
        "gcm_no_code",
        "gcm_padded",
        "none",
    ] = "version"
    #: No broadcasts while a client is connected.
    silent_when_connected: bool = False
    #: Answer the request of the app on port 7000.
    answers_request: bool = True

    @functools.cached_property
    def plain_delivery(self):
        """True when every frame goes out whole and at once."""
        return not (
            self.split or self.coalesce or self.stall_frame or self.bad_check_frame or self.junk
        )

    @classmethod
    def vendor35(cls, **more):
        """The strictness seen in the vendor's own open 3.5 device code."""
        strict = {
            "code_order": "little",
            "ack_code": 1,
            "needs_header": True,
            "updatedps": "ignore",
            "lose_short_segment": 50,
            "growing_sequence": True,
            "pong_before_check": True,
            "zero_key_is_none": True,
        }
        return cls(**strict | more)

    @classmethod
    def parse(cls, settings):
        """Build from texts such as "slots=1" or "push=before".

        Raises ValueError naming the setting that is not understood.
        """
        return cls(**dict(_parse_setting(cls, text) for text in settings))


def _parse_setting(cls, text):
    name, separator, value = text.partition("=")
    kinds = typing.get_type_hints(cls)
    if not separator or name not in kinds:
        raise ValueError(f"{text!r}: expected name=value with a name of {', '.join(kinds)}")
    return name, _parse_value(name, kinds[name], value)


def _parse_value(name, kind, value):
    choices = typing.get_args(kind)
    if kind is bool:
        kind, choices = {"true": True, "false": False}.get, ("true", "false")
    elif type(None) in choices:
        return value or None
    elif choices:
        kind = str
    if choices and value not in choices:
        raise ValueError(f"{name}={value}: expected one of {', '.join(choices)}")
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{name}={value}: expected a number") from None
