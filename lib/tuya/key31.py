"""3.1: whether the key is right. Only writes and pushes tell: everything else is in the clear.

A device that another key has signed for refuses the write with a text, or hangs up. Both happen
with the right key too: a refusal points to the key where the values are of the kind that the
device reports, a connection that ends only when the next one ends like that as well.
"""

from tuya.errors import NO_STATE, Offline, Rejected

# What firmware says to what it cannot decrypt.
_REFUSALS = ("data format error", NO_STATE)


class Judge:
    """Writes as a Writer does, and has `judge()` called when what is told of the key changes."""

    def __init__(self, writer, link, attempts, judge):
        self._writer = writer
        self._link = link
        self._attempts = attempts
        self._judge = judge

    async def write(self, observed, dps, confirm):
        """Write DPs. Raises TuyaError: WrongKey or KeyChanged where it is the key."""
        attempts = self._attempts
        known = {dp: observed.dps.get(dp) for dp in dps}
        try:
            await self._writer.write(observed, dps, confirm)
        except (Rejected, Offline) as e:
            if not self._is_of_key(e, known, dps):
                raise
            seen = "%s does not take what the key signs: %s" % (attempts.address, e.seen)
            error = attempts.doubt_key(seen)
            if not self._link.error:
                self._judge()
            raise error.again() from None
        if confirm and known != dps:
            # It has changed what it was told to: it has read the write.
            if attempts.hang_ups:
                attempts.hang_ups = 0
            doubt = attempts.doubt
            attempts.prove_key()
            if doubt:
                self._judge()

    def _is_of_key(self, error, known, dps):
        if self._link.is_proved or not all([type(known[dp]) is type(dps[dp]) for dp in dps]):
            return False
        if isinstance(error, Rejected):
            return any([error.seen.endswith(text) for text in _REFUSALS])
        self._attempts.hang_ups += 1
        return self._attempts.hang_ups > 1
