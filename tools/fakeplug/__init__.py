"""A Tuya LAN device in software, for firmware and clients to be tested against.

It shares no code with the library it tests: two implementations check each other.
"""

from fakeplug.clock import ManualClock, SystemClock
from fakeplug.discovery import Announcer
from fakeplug.frame import Frame
from fakeplug.plug import FakePlug
from fakeplug.quirks import Quirks

__all__ = ["Announcer", "FakePlug", "Frame", "ManualClock", "Quirks", "SystemClock"]
