"""Taking things out of the program: copies, files of rows, web addresses."""

import asyncio
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tui.domain.errors import UsageError
from tui.domain.export import check_fields
from tui.domain.task import Task
from tui.settings.files import write_whole
from tui.settings.looks import is_remote
from tui.ui.console.protocol import Console
from tui.ui.present.copying import WORDS, Api, Copy, copies, safe_address
from tui.ui.present.format import count_text
from tui.ui.present.rows import STYLES, cells_text, file_text, saved_text, shown_text, style_of
from tui.ui.screens.address import AddressScreen
from tui.ui.screens.ask import AskScreen
from tui.ui.screens.choose import ChooseScreen
from tui.ui.screens.copy_menu import CopyMenu

__all__ = ["browser", "copy_word", "save", "take"]

_BROWSERS = ("xdg-open", "open", "wslview")
_WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
"""One of these is set where there is a screen to open a window on."""


def take(console: Console, what: str, url: str | None = None) -> None:
    """What a key asks for: `menu`, `id`, `rows`, `file`, `address`, which may be given as `url`. What is wrong
    with it is said."""
    try:
        match what:
            case "menu":
                _copy_menu(console)
            case "id":
                copy_word(console, "id")
            case "rows":
                console.copy(_cells(console, _shown(console)))
            case "file":
                _ask_where(console)
            case "address":
                _show_address(console, _taken(console)[0].url if url is None else url)
    except UsageError as error:
        console.say(str(error), "warn")


# --- copies ----------------------------------------------------------------------------------------------------------


def _cells(console: Console, tasks: Sequence[Task]) -> str:
    layout = console.list_screen.layout_of
    return cells_text(tasks, layout.names, layout.extra, console.list_screen.context)


def _choices(console: Console, tasks: Sequence[Task]) -> tuple[Copy, ...]:
    apis = {name: Api(handle.platform, handle.url) for name, handle in console.deck.handles.items()}
    return copies(tasks, _cells(console, tasks), apis, console.deck.clock.now())


def _taken(console: Console) -> tuple[Task, ...]:
    if not console.at_hand:
        raise UsageError("no task under the cursor")
    return console.at_hand


def _copy_menu(console: Console) -> None:
    """Ask what to copy of the marked tasks, or of the one at hand.

    Raises:
        UsageError: There is none.
    """
    tasks = _taken(console)
    about = tasks[0].name if len(tasks) == 1 else f"{len(tasks)} tasks"
    console.push_screen(CopyMenu(_choices(console, tasks), about), lambda text: console.copy(text) if text else None)


def copy_word(console: Console, word: str) -> None:
    """Copy one of `WORDS`.

    Raises:
        UsageError: There is no such thing, or nothing of it.
    """
    if word not in WORDS:
        raise UsageError(f"{word} cannot be copied; there are {', '.join(WORDS)}")
    found = next(choice for choice in _choices(console, _taken(console)) if choice.word == word)
    if not found.text:
        raise UsageError("the platform names no address for this" if word == "url" else f"there is no {found.label}")
    console.copy(found.text)


# --- files -----------------------------------------------------------------------------------------------------------


def _shown(console: Console) -> list[Task]:
    listing = console.list_screen.listing
    return [listing.tasks[key] for key in listing.rows]


def _ask_where(console: Console) -> None:
    """Ask for a file name, then save."""
    title = f"save {count_text(len(_shown(console)), 'row')} as .csv .tsv .json .ndjson .txt"
    console.push_screen(AskScreen(title, "tasks.csv"), lambda name: save(console, shlex.quote(name)) if name else None)


def save(console: Console, text: str) -> None:
    """`FILE [--format csv|tsv|json|ndjson|text] [--fields a,b]`: the shown rows with the shown columns; with
    `--fields` as `taskdeck tasks` prints them. A file that is there is replaced only when asked.

    What is wrong with it is said.
    """
    try:
        path, style, fields = _parsed(text)
        content = _content(console, style, fields)
    except UsageError as error:
        console.say(str(error), "warn")
        return
    said = f"{count_text(len(_shown(console)), 'row')} in {path}"
    if path.exists():
        ask = ChooseScreen(f"{path.name} is there", ["leave it as it is", "replace it"])
        console.push_screen(ask, lambda chosen: _write(console, path, content, said) if chosen == 1 else None)
    else:
        _write(console, path, content, said)


def _content(console: Console, style: str, fields: Sequence[str] | None) -> Callable[[], str]:
    """What makes the file's text of the rows as they are now: on a thread, for a hundred thousand rows take a while."""
    screen, tasks = console.list_screen, _shown(console)
    layout, context = screen.layout_of, screen.context
    if style != "text" and fields is None:
        return lambda: saved_text(style, tasks, layout.names, layout.extra, context)
    if style != "text":
        return lambda: file_text(style, tasks, fields, context.now, context.stale)
    if fields is not None:
        raise UsageError("text has the shown columns, C chooses them; --fields goes with csv, tsv, json, ndjson")
    return lambda: shown_text(tasks, layout.names, layout.extra, context)


def _parsed(text: str) -> tuple[Path, str, tuple[str, ...] | None]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{text}: {error}") from None
    given: dict[str, str] = {}
    for option in ("--format", "--fields"):
        if option in words[:-1]:
            at = words.index(option)
            given[option] = words[at + 1]
            del words[at : at + 2]
    if len(words) != 1:
        raise UsageError(f"write :save FILE [--format {'|'.join(STYLES)}] [--fields a,b]")
    path = Path(words[0]).expanduser().absolute()
    return path, style_of(path, given.get("--format")), check_fields(given.get("--fields"))


def _write(console: Console, path: Path, content: Callable[[], str], said: str) -> None:
    def whole() -> None:
        write_whole(path, content().encode("utf-8", "replace"))

    async def write() -> None:
        try:
            await asyncio.to_thread(whole)
        except OSError as error:
            console.say(f"cannot be written, {error.strerror}: {path}", "bad")
        else:
            console.say(said, "good")

    console.run_worker(write(), group="save")


# --- addresses -------------------------------------------------------------------------------------------------------


def browser(environment: Mapping[str, str]) -> str | None:
    """The program that opens an address in a window on this machine's own screen; None where there is none."""
    windows = sys.platform == "darwin" or any(map(environment.get, _WINDOWS))
    if is_remote(environment) or not windows:
        return None
    return next((name for name in _BROWSERS if shutil.which(name)), None)


def _show_address(console: Console, url: str | None) -> None:
    """Show the whole address, then open or copy it.

    Raises:
        UsageError: There is none that a browser may get (R16).
    """
    address, program = safe_address(url), browser(console.environment)
    if address is None:
        raise UsageError("this has no web page" if not url else "its address is not an http address: not opened")

    def chosen(what: str | None) -> None:
        if what == "copy":
            console.copy(address)
        elif what == "open" and program is not None:
            _open(console, program, address)

    console.push_screen(AddressScreen(address, opens=program is not None), chosen)


def _open(console: Console, program: str, address: str) -> None:
    async def run() -> None:
        quiet = asyncio.subprocess.DEVNULL
        try:
            started = await asyncio.create_subprocess_exec(
                program, address, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
            )
            code = await started.wait()
        except OSError as error:
            console.say(f"{program} cannot be started: {error.strerror}", "warn")
        else:
            console.say(
                f"opened by {program}" if code == 0 else f"{program} failed (exit {code})", "warn" if code else ""
            )

    console.run_worker(run(), group="browser")
