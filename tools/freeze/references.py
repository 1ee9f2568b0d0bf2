"""Where the code of a firmware refers to an address, and how to have it refer to another one."""

from dataclasses import dataclass

from .refused import require

# Instructions of RISC-V, by their lowest seven bits.
_LUI, _ADDI, _LOAD, _JAL, _JALR = 0x37, 0x13, 0x03, 0x6F, 0x67
# Branches, stores and fences: the bits that name a register elsewhere are part of a number.
_NO_RESULT = (0x63, 0x23, 0x0F)
_AWAY = -1  # in place of a register: a jump that does not come back


@dataclass(frozen=True)
class Reference:
    """`place` is where the address stands, or its upper part; `uses` add the lower part."""

    place: int
    uses: tuple = ()


class XtensaReferences:
    """Code has an address as a word before it, a literal, which an L32R loads."""

    # L32R reaches so far back.
    _REACH = 0x40000

    def __init__(self, image):
        self._image = image
        self._known = {}

    def find(self, address):
        """Return the References to an address."""
        if address not in self._known:
            places = self._image.places(address)
            self._known[address] = [Reference(p) for p in places if self._is_loaded(p)]
        return self._known[address]

    def find_all(self, address):
        """Return the References to an address. Raises Refused if anything else has it too."""
        found = self.find(address)
        loaded = {reference.place for reference in found}
        others = [place for place in self._image.places(address) if place not in loaded]
        require(
            not others,
            f"{address:#x} stands at {', '.join(map(hex, others))}, where no code loads it",
        )
        return found

    def near(self, reference, constants, code):
        """Tell whether the beginnings of both mapped segments are literals beside a reference."""
        around = range(reference.place - 32, reference.place + 36, 4)
        literals = {self._image.word(place) for place in around if self._image.holds(place, 4)}
        return {constants, code} <= literals

    def change(self, reference, address):
        """Have the code load another address."""
        self._image.put(reference.place, address)

    def _is_loaded(self, literal):
        image = self._image
        if image.in_constants(literal):
            return False
        code = image.view(literal)
        for place in range(4, min(self._REACH, len(code) - 2)):
            if code[place] & 15 == 1:
                # 16 bits of distance in words, all of them backwards, from the next aligned word.
                distance = (code[place + 1] | code[place + 2] << 8) - 0x10000
                if (place + 3 & ~3) + 4 * distance == 0:
                    return True
        return False


class RiscVReferences:
    """Code makes an address of two parts: LUI has the upper 20 bits, what follows adds the rest.

    What follows is an ADDI, or the load of what stands there.
    """

    # So many bytes after the LUI the rest is added at the latest, as compilers have it.
    _REACH = 96
    # References of one function are so near to each other.
    _NEAR = 64

    def __init__(self, image):
        self._image = image
        self._places = {}
        for segment in image.segments:
            if segment is not image.constants:
                self._note_places(segment)

    def find(self, address):
        """Return the References to an address."""
        high, low = _split(address)
        found = []
        for place in self._places.get(high, ()):
            uses = list(self._uses(place))
            wanted = tuple(use for use, number in uses if number == low)
            if wanted:
                require(
                    len(wanted) == len(uses),
                    f"the LUI at {place:#x} is of {address:#x} and of another address",
                )
                found.append(Reference(place, wanted))
        return found

    def find_all(self, address):
        """Return the References to an address. Raises Refused if data have it too."""
        others = self._image.places(address)
        require(not others, f"{address:#x} stands at {', '.join(map(hex, others))}, as data")
        return self.find(address)

    def near(self, reference, constants, _code):
        """Tell whether code beside a reference refers to the beginning of the constants.

        That of the code is made elsewhere: one function after the other reserves its pages.
        """
        beside = self.find(constants)
        return any(abs(other.place - reference.place) < self._NEAR for other in beside)

    def change(self, reference, address):
        """Have the code make another address."""
        high, low = _split(address)
        word = self._image.word
        self._image.put(reference.place, word(reference.place) & 0xFFF | high << 12)
        for use in reference.uses:
            self._image.put(use, word(use) & 0xFFFFF | (low & 0xFFF) << 20)

    def _note_places(self, segment):
        """Note where a LUI may be, by its upper 20 bits: instructions have even addresses."""
        data = segment.data
        for place in range(segment.address % 2, len(data) - 3, 2):
            if data[place] & 0x7F == _LUI:
                high = int.from_bytes(data[place : place + 4], "little") >> 12
                self._places.setdefault(high, []).append(segment.address + place)

    def _uses(self, place):
        """Yield (place, number) of what adds a number to what the LUI at `place` left."""
        register = self._image.word(place) >> 7 & 31
        end = place + self._REACH
        place += 4
        while place < end and self._image.holds(place, 4):
            instruction = self._image.word(place)
            operation = instruction & 0x7F
            if instruction & 3 == 3:
                adds = operation == _LOAD or instruction & 0x707F == _ADDI
                if adds and instruction >> 15 & 31 == register:
                    yield place, (instruction >> 20) - (instruction >> 19 & 0x1000)
                if operation not in _NO_RESULT and instruction >> 7 & 31 == register:
                    return
                if instruction & 0xFFF in (_JAL, _JALR):  # a jump that does not come back
                    return
                place += 4
            else:
                if _short_result(instruction & 0xFFFF) in (register, _AWAY):
                    return
                place += 2


def _short_result(instruction):
    """Return the register that an instruction of 16 bits changes, None for none, _AWAY for a jump.

    The kinds are those of the table "RVC instruction listings" of the RISC-V manual.
    """
    kind = instruction & 3, instruction >> 13
    register = instruction >> 7 & 31
    if kind in ((0, 0), (0, 2)):  # C.ADDI4SPN, C.LW: one of eight registers
        return 8 + (instruction >> 2 & 7)
    if kind == (1, 4):  # arithmetic with one of eight registers
        return 8 + (instruction >> 7 & 7)
    if kind == (1, 5):  # C.J
        return _AWAY
    if kind in ((1, 0), (1, 2), (1, 3), (2, 0), (2, 2)):  # C.ADDI, C.LI, C.LUI, C.SLLI, C.LWSP
        return register
    if kind == (2, 4):
        if instruction >> 2 & 31:  # C.MV, C.ADD
            return register
        return None if instruction >> 12 & 1 else _AWAY  # C.JALR comes back, C.JR does not
    return None


def _split(address):
    """Return (upper 20 bits, signed rest) of which LUI and ADDI make an address."""
    high = address + 0x800 >> 12
    return high, address - (high << 12)


REFERENCES = {"xtensa": XtensaReferences, "riscv": RiscVReferences}
