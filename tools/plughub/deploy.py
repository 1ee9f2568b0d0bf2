"""`plughub deploy`: compile the firmware, copy to the board what differs, start it."""

from rich.console import Console

from plughub.board import Board, BoardError
from plughub.build import architecture, build_board


def deploy(port, config=None, rules=None):
    """Deploy to the board at `port`; configuration and rules only when given. Returns 0 or 1."""
    console = Console(highlight=False)
    board = Board(port)
    try:
        arch = architecture(board.mpy())
        console.print(f"The board takes {arch or 'bytecode'} files.")
        folder = build_board(arch)
        stale = _stale(board.files(), folder)
        if stale:
            board.remove(stale)
            console.print(f"{len(stale)} files of an older firmware removed.")
        same = board.copy(folder)
        console.print(f"{len(_files(folder)) - same} files copied, {same} were the same.")
        for path, name, what in (
            (config, "config.json", "configuration"),
            (rules, "rules.json", "rules"),
        ):
            if path:
                board.copy_file(path, name)
                console.print(f"{path} has the board's {what} now.")
        board.soft_reset()
    except (BoardError, RuntimeError) as error:
        console.print(f"Not deployed: {error}", markup=False)
        return 1
    console.print("The board is starting the firmware.")
    hint = f"A first visit of its page wants the code of its console: mpremote connect {port} repl"
    console.print(hint, markup=False)
    return 0


def _files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def _stale(on_board, folder):
    """What must go: a .py would stand in front of its .mpy."""
    wanted = {str(path.relative_to(folder)) for path in _files(folder)}
    return [path for path in on_board if path not in wanted]
