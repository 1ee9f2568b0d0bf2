"""`plughub update` and `plughub sign`."""

from rich.progress import Progress

from hub import VERSION
from plughub import ask
from plughub.board.code_set import files_in
from plughub.cli import FAILED, USAGE, Failure, console, errors
from plughub.firmware.build import architecture, build_board
from plughub.firmware.code_set import make_set
from plughub.hub_api import HubAPI
from plughub.update import file
from plughub.update.sending import await_trial, send


def update_hub(address, path, is_unsigned, is_sure):
    """Bring an update to the hub at an address, and say what came of it."""
    with HubAPI(address) as hub:
        there = hub.ask("GET", "update")
        if not there["kinds"]:
            raise Failure(f"{address} is not changed over the air. {there['how']}")
        update = file.read(path) if path else _own_code(there)
        update = _fitting(update, there)
        if is_unsigned:
            update = update.unsigned()
        _describe(address, there, update)
        if not is_sure and ask.is_possible() and not ask.yes("Put it on the board?"):
            raise Failure("nothing was changed")
        with Progress(console=errors, transient=True) as bar:
            task = bar.add_task("on its way", total=len(update.data))
            send(hub, update, lambda done, size: bar.update(task, completed=done))
        _say("It is on the board, and runs on trial: for a minute all has to be well.")
        why = await_trial(hub)
    if why:
        raise Failure(f"{why}. What ran before runs again.", FAILED)
    _say(f"It is kept: {address} runs {update.about['version']}.")


def sign(path, key, out, version, board):
    """Write a firmware, or an update, as an update that is signed."""
    update = file.read(path)
    about = update.about
    if about["kind"] == "firmware" and not board and about["for"] == "?":
        raise Failure("say which board the firmware is for: --board PLUGHUB_ESP32", USAGE)
    made = file.make(about["kind"], update.data, version or VERSION, board or about["for"])
    out.write_bytes(file.signed(made, file.read_key(key)).packed())
    _say(f"{out}: {about['kind']} {made.about['version']} for {made.about['for']}, signed.")


def _own_code(there):
    """Return the code of this checkout as an Update, unsigned."""
    if "code" not in there["kinds"]:
        raise Failure("this board takes a firmware: name its file, signed or not", USAGE)
    mpy = there["mpy"]
    files = files_in(build_board(architecture(mpy)))
    return file.make("code", make_set(files, mpy), VERSION, str(mpy))


def _fitting(update, there):
    about = update.about
    if about["kind"] not in there["kinds"]:
        kinds = " or ".join(there["kinds"])
        raise Failure(f"this is {about['kind']}, and the board takes {kinds}", USAGE)
    if about["for"] == "?":  # a bare firmware: the bootloader looks whether it is for this chip
        return file.make("firmware", update.data, about["version"], there["for"])
    return update


def _describe(address, there, update):
    about = update.about
    vouched = "signed" if update.is_signed else "not signed"
    _say(f"{address}: {there['for']}, version {there['version']}.")
    _say(
        f"The update: {about['kind']} {about['version']} for {about['for']},"
        f" {about['size']:,} bytes, {vouched}."
    )


def _say(line):
    console.print(line, markup=False, soft_wrap=True)
