"""The whole way: understand a firmware, add modules, have its code refer to them, prove it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from .blob import Blob
from .firmware_file import FirmwareFile
from .frozen import FrozenModules, write_modules, write_tables
from .image import PAGE
from .known import KNOWN
from .mpy import read_mpy
from .objects import Objects, ObjectWriter, texts_to_intern
from .pool import LONGEST, Qstrs, write_pool
from .references import REFERENCES
from .refused import require

_OLDEST = (1, 25)
_MPY_VERSION = 0x306  # the lower bits of sys.implementation._mpy: 6.3
_MPY_VERSION_MASK = 0x3FF


class Firmware:
    """A stock firmware that is understood. Raises Refused where one is not."""

    def __init__(self, data):
        self.file = FirmwareFile(data)
        self.image = self.file.image
        chip = self.file.chip
        require(
            chip.core,
            f"modules cannot be frozen for the {chip.name}, only for esp32, esp32s3 and esp32c3",
        )
        self.qstrs = Qstrs(self.image)
        self.objects = Objects(self.image, self.qstrs)
        self.version, self.machine = self._implementation()
        self.references = REFERENCES[chip.core](self.image)
        self.frozen = FrozenModules(self.image, self.qstrs, self.objects, self.references)

    def _implementation(self):
        version, machine, mpy = self.objects.implementation()
        text = ".".join(map(str, version[:3]))
        require(
            version[:2] >= _OLDEST,
            f"MicroPython 1.25 or later is wanted, this is {text}",
        )
        require(
            mpy & _MPY_VERSION_MASK == _MPY_VERSION,
            f"this MicroPython {text} takes .mpy files of version {mpy & 0xFF}.{mpy >> 8 & 3},"
            " 6.3 is wanted",
        )
        return text, machine

    @cached_property
    def links(self):
        """References to what grows: {what: [Reference]}."""
        tables = {
            "pool": self.qstrs.last.address,
            "names": self.frozen.names_address,
            "records": self.frozen.table_address,
        }
        links = {what: self.references.find_all(address) for what, address in tables.items()}
        for what, references in links.items():
            require(references, f"no code refers to the {what} at {tables[what]:#x}")
        return links

    @cached_property
    def ends(self):
        """References to the end of the constants by which ESP-IDF knows what is mapped already.

        [(Reference, how far behind the end it points)]. Pages behind that end are given to
        partitions that get mapped, so that the first import would read another's bytes. The
        linker's symbol (_rodata_reserved_end) is the end itself or rounded up in part; other
        words have the same value for other reasons, and the right ones stand beside the
        beginnings of both mapped segments.
        """
        image = self.image
        found = [
            (reference, beyond)
            for beyond in (0, PAGE - 1)
            for reference in self.references.find(image.constants.end + beyond)
            if self.references.near(reference, image.constants.address, image.code.address)
        ]
        require(
            1 <= len(found) <= 2,
            f"{len(found)} references to the end of the constants ({image.constants.end:#x})"
            " were found, one or two are wanted",
        )
        return found


@dataclass(frozen=True)
class Frozen:
    """A firmware with modules frozen into it, and what there is to say of it."""

    data: bytes
    version: str  # of MicroPython
    machine: str
    chip: str
    offset: int  # where esptool writes it
    is_known: bool  # the stock firmware was tried
    added: int  # bytes
    left: int  # bytes of the partition


def freeze(data, modules, behind=b""):
    """Freeze modules into a stock firmware: [(path such as "hub/app.py", bytes of its .mpy)].

    `behind`: what is to end where the application's partition does, for esp32.Partition to read.
    Returns a Frozen. Raises Refused for what is not understood, does not fit or is frozen there
    already.
    """
    firmware = Firmware(data)
    is_known = hashlib.sha256(data).hexdigest() in KNOWN
    chip = firmware.file.chip
    modules = [read_mpy(name, mpy, firmware.qstrs.static, chip.native) for name, mpy in modules]
    _check_names(firmware, modules)
    require(not firmware.file.behind, "bytes follow the application: take the stock .bin")
    _add(firmware, modules)
    result = firmware.file.to_bytes()
    file = _prove(result, firmware, modules)
    added = len(result) - len(data) + len(behind)
    require(
        len(behind) <= file.left,
        f"the application leaves {file.left} bytes of its partition, {len(behind)} are wanted",
    )
    if behind:
        result += behind.rjust(file.left, b"\xff")
    return Frozen(
        data=result,
        version=firmware.version,
        machine=firmware.machine,
        chip=chip.name,
        offset=chip.offset,
        is_known=is_known,
        added=added,
        left=file.left - len(behind),
    )


def _check_names(firmware, modules):
    names = [module.name for module in modules]
    for module in modules:
        name = module.name
        require(name.endswith(".py"), f"{name} is no path of a module, which ends with .py")
        compiled = module.names[0].decode()
        require(compiled == name, f"{name} was compiled as {compiled}: give mpy-cross -s {name}")
        require(
            name not in firmware.frozen.names,
            f"{name} is frozen in this firmware already: take the stock .bin",
        )
        require(names.count(name) == 1, f"{name} is to be frozen twice")


def _add(firmware, modules):
    """Add modules behind both mapped segments, and refer to them."""
    image = firmware.image
    qstrs = firmware.qstrs
    links, ends = firmware.links, firmware.ends  # as long as the segments end where they do
    new = sorted(_strings_of(modules) - qstrs.numbers.keys())
    numbers = qstrs.numbers | {text: len(qstrs.strings) + n for n, text in enumerate(new)}
    blob = Blob(image.constants.end + -image.constants.end % 16)
    code_blob = Blob(image.code.end + -image.code.end % 4)
    require(len(qstrs.strings) + len(new) <= 1 << 16, "more strings than 16 bits can number")
    writer = ObjectWriter(firmware.objects, numbers, blob)
    records = write_modules(modules, numbers, writer, blob, code_blob)
    names = firmware.frozen.names + [module.name for module in modules]
    names_address, table_address = write_tables(names, [*firmware.frozen.records, *records], blob)
    addresses = {"pool": qstrs.last.address, "names": names_address, "records": table_address}
    if new:
        addresses["pool"] = write_pool(blob, qstrs, new)
    _append(image.constants, blob)
    if code_blob.data:
        _append_code(image.code, code_blob)
    for what, references in links.items():
        for reference in references:
            firmware.references.change(reference, addresses[what])
    for reference, beyond in ends:
        firmware.references.change(reference, image.constants.end + beyond)


def _strings_of(modules):
    """Return the strings that modules need interned: MicroPython has a table for each one else.

    Paths and the dotted names of packages are interned when a module is imported.
    """
    strings = set()
    for module in modules:
        strings |= {*module.names, module.name.encode(), *texts_to_intern(module.constants)}
        parts = module.name.removesuffix(".py").removesuffix("/__init__").split("/")
        if module.name.endswith("/__init__.py"):
            strings.add((".frozen/" + "/".join(parts)).encode())
        for depth in range(1, len(parts) + 1):
            strings |= {parts[depth - 1].encode(), ".".join(parts[:depth]).encode()}
    for text in strings:
        require(
            0 not in text and len(text) <= LONGEST,
            f"{text!r} cannot be interned: it has a zero byte, or more than {LONGEST} bytes",
        )
    return strings


def _append(segment, blob):
    """Put a blob behind the constants.

    The segment grows by whole pages: those behind it keep their places within a page, by which
    the bootloader maps them.
    """
    used = blob.end - segment.end
    pages = -(-used // PAGE)
    segment.data += bytes(blob.address - segment.end) + blob.data
    segment.data += b"\xff" * (pages * PAGE - used)


def _append_code(segment, blob):
    """Put machine code behind that of the firmware, in what is left of its last page."""
    end = -(-segment.end // PAGE) * PAGE
    require(
        blob.end <= end,
        f"{len(blob.data)} bytes of native code are too many: {end - segment.end} are left in the"
        " last page of the firmware's code",
    )
    segment.data += bytes(blob.address - segment.end) + blob.data
    segment.data += bytes(-len(segment.data) % 4)


def _prove(result, before, modules):
    """Understand the result as if it were another stock firmware, and compare what it has."""
    after = Firmware(result)
    names = before.frozen.names + [module.name for module in modules]
    places = {what: [r.place for r in found] for what, found in before.links.items()}
    for wrong in (
        after.frozen.names != names and "other modules than were put in",
        after.qstrs.strings[: len(before.qstrs.strings)] != before.qstrs.strings
        and "other strings than before",
        {what: [r.place for r in found] for what, found in after.links.items()} != places
        and "code that refers to its tables from other places",
        [r.place for r, _ in after.ends] != [r.place for r, _ in before.ends]
        and "code that refers to the end of the constants from other places",
        *(not after.frozen.has(module) and f"another {module.name}" for module in modules),
    ):
        require(not wrong, f"the result has {wrong}: a fault of this tool, nothing is written")
    return after.file
