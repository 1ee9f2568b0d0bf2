"""3.1: whether the key is right. Only writes and pushes tell: everything else is in the clear.

A device that another key has signed for refuses the write with a text, or hangs up. Both happen
with the right key too: a refusal points to the key where the values are of the kind that the
device reports, a connection that ends only when the next one ends like that as well.
"""

from tuya.errors import Offline, Rejected

# What firmware says to what it cannot decrypt.
_REFUSALS = ("data format error", "json obj data unvalid")


async def write(writer, attempts, link, observed, dps, confirm):
    """Write DPs as Writer.write, and take down what that tells of the key.

    Raises WrongKey or KeyChanged where it is the key.
    """
    known = {dp: observed.dps.get(dp) for dp in dps}
    try:
        await writer.write(observed, dps, confirm)
    except (Rejected, Offline) as e:
        if link.is_proved or not _is_usual(known, dps):
            raise
        if isinstance(e, Rejected):
            if not any([e.seen.endswith(text) for text in _REFUSALS]):
                raise
        else:
            attempts.hang_ups += 1
            if attempts.hang_ups == 1:
                raise
        seen = "%s does not take what the key signs: %s" % (attempts.address, e.seen)
        raise attempts.doubt_key(seen).again() from None
    if confirm and known != dps:
        # It has changed what it was told to: it has read the write.
        attempts.hang_ups = 0
        attempts.prove_key()


def _is_usual(known, dps):
    return all([type(known[dp]) is type(dps[dp]) for dp in dps])
