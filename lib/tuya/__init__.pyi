# What tuya loads on first use, for those who read types.

from tuya.bulb import Bulb as Bulb
from tuya.climate import Climate as Climate
from tuya.cloud import Cloud as Cloud
from tuya.cloud_errors import CloudError as CloudError
from tuya.codec import Codec33
from tuya.codec35 import Codec35
from tuya.cover import Cover as Cover
from tuya.datapoints import DataPoints as DataPoints
from tuya.device import Device as Device
from tuya.discovery import discover as discover
from tuya.errors import BadFrame as BadFrame
from tuya.errors import KeyChanged as KeyChanged
from tuya.errors import LanClosed as LanClosed
from tuya.errors import NoNetwork as NoNetwork
from tuya.errors import NoReply as NoReply
from tuya.errors import NoResources as NoResources
from tuya.errors import Offline as Offline
from tuya.errors import Refused as Refused
from tuya.errors import Rejected as Rejected
from tuya.errors import SlotTaken as SlotTaken
from tuya.errors import TuyaError as TuyaError
from tuya.errors import WrongKey as WrongKey
from tuya.errors import WrongVersion as WrongVersion
from tuya.infrared import Infrared as Infrared
from tuya.outlet import Outlet as Outlet
from tuya.shapes import Message as Message

def Codec(version: str | float, key: str | bytes) -> Codec33 | Codec35: ...
