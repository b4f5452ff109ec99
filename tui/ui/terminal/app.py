"""The part of the application that deals with the terminal: looks, clipboard, title, mouse, size, suspending."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.color import ColorSystem
from textual import work
from textual.events import Resize
from textual.filter import LineFilter, Monochrome, NoColor
from textual.geometry import Size

from tui.domain.errors import UsageError
from tui.settings import paths
from tui.settings.looks import Looks, looks_of
from tui.settings.model import Display
from tui.settings.zones import zone_of
from tui.ui.present.format import count_text
from tui.ui.present.zone import use_zone
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.driver import TerminalDriver
from tui.ui.terminal.line_filters import OnlyAscii, OnlyBasic, WithoutColor
from tui.ui.terminal.signals import GuardedApp
from tui.ui.terminal.small import SMALLEST, SmallScreen
from tui.ui.terminal.stylesheet import Sheet
from tui.ui.terminal.title import TerminalTitle
from tui.ui.themes import themes

__all__ = ["TerminalApp"]

_TITLE_EVERY = 5.0


class TerminalApp(GuardedApp, inherit_bindings=False):
    """What the terminal can do and the user wants of it; knows nothing of tasks.

    `environment` is the terminal's; tests that show nothing on one leave it empty.
    """

    def __init__(self, display: Display, via: str, environment: Mapping[str, str]) -> None:
        self._looks = looks_of(display, environment)
        self.environment = environment
        self._own_filters: tuple[LineFilter, ...] = ()
        self._terminal_title = TerminalTitle(self.send)
        self._small: SmallScreen | None = None
        """Stands over everything while the terminal is too small."""
        super().__init__()
        self.stylesheet = Sheet(variables=self.get_css_variables())
        for theme in themes().values():
            self.register_theme(theme)
        self._system = self.console._color_system
        self.animation_level = "none"
        self.clipboard_via = via
        self._take_looks()

    # --- looks ---------------------------------------------------------------------------------------------------

    @property
    def looks(self) -> Looks:
        """What holds now."""
        return self._looks

    def use_display(self, display: Display) -> None:
        """Look otherwise from now on."""
        mouse = self._looks.mouse
        self._looks = looks_of(display, self.environment)
        self._take_looks()
        if self._looks.mouse != mouse:
            self._turn_mouse(self._looks.mouse)
        if not self._looks.title:
            self._terminal_title.restore()
        self.refresh_css(animate=False)
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def _take_looks(self) -> None:
        looks = self._looks
        use_zone(zone_of(looks.zone))
        self.no_color = not looks.color
        self.console._color_system = ColorSystem.TRUECOLOR if looks.truecolor else self._system
        found: list[LineFilter] = []
        if not looks.color:
            found.append(WithoutColor())
        if looks.ascii:
            found.append(OnlyAscii())
        elif looks.basic:
            found.append(OnlyBasic())
        self.set_class(looks.band, "-band")
        self._own_filters = tuple(found)
        self.theme = looks.theme if looks.theme in themes() else "dark"

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Ours in place of Textual's shades of grey, which are colours to a terminal."""
        others = [f for f in super().get_line_filters() if not isinstance(f, Monochrome | NoColor)]
        return [*others, *self._own_filters]

    def choose_theme(self, name: str) -> None:
        """Another theme until the program ends.

        Raises:
            UsageError: There is no such theme.
        """
        if name not in themes():
            raise UsageError(f"there is no theme {name}; there are {', '.join(themes())}")
        self.theme = name

    # --- what is sent past Textual -------------------------------------------------------------------------------

    def send(self, sequence: str) -> None:
        """One of the sequences of `escapes.py`."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
            self._driver.flush()

    def _give_back(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_back(self._terminal_title.restoring)

    def title_text(self) -> str:
        """What the terminal is to be named."""
        return "taskdeck"

    def _renew_title(self) -> None:
        if self._looks.title:
            self._terminal_title.say(self.title_text())

    def on_mount(self) -> None:
        """Name the terminal, and again when the name says something else."""
        self.set_interval(_TITLE_EVERY, self._renew_title)
        self.app_resume_signal.subscribe(self, lambda _: self._came_back())
        self.call_after_refresh(self._renew_title)
        self.call_after_refresh(lambda: self._fit(self.size))

    def on_unmount(self) -> None:
        """The terminal gets its name back."""
        self._terminal_title.restore()

    def action_suspend_process(self) -> None:
        """To the shell; `fg` comes back."""
        self._terminal_title.restore()
        super().action_suspend_process()

    def _came_back(self) -> None:
        """The shell has written on the screen."""
        self.action_redraw()
        self._renew_title()

    def action_redraw(self) -> None:
        """Paint everything again, whatever has been written over it."""
        self._display(self.screen, self.screen._compositor.render_update(full=True))

    # --- mouse ---------------------------------------------------------------------------------------------------

    def action_mouse(self) -> None:
        """Take the mouse, or leave it to the terminal."""
        self._looks = replace(self._looks, mouse=not self._looks.mouse)
        self._turn_mouse(self._looks.mouse)
        on = "the mouse is ours: Shift (macOS: Option) selects text"
        self.say(on if self._looks.mouse else "the mouse is the terminal's")

    def _turn_mouse(self, on: bool) -> None:
        driver: Any = self._driver
        if driver is not None and hasattr(driver, "_enable_mouse_support"):
            driver._mouse = True
            (driver._enable_mouse_support if on else driver._disable_mouse_support)()
            driver._mouse = on

    def say(self, text: str, role: str = "") -> None:
        """Tell the user."""
        self.notify(text, markup=False)

    # --- clipboard -----------------------------------------------------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """By the first way that works; the user is told which. Text fields call this too."""
        self._clipboard = text
        self._copy(text)

    @work(group="copy", exclusive=False)
    async def _copy(self, text: str) -> None:
        board = Clipboard(self.clipboard_via, self.environment, self.send, paths.state_dir() / "clipboard.txt")
        done, how = await asyncio.to_thread(board.copy, text)
        lines = text.count("\n") + 1
        what = text if lines == 1 and len(text) < 60 else f"{count_text(lines, 'line')}, {len(text):,} characters"
        self.say(f"copied {what}   ({how})" if done else f"not copied: {how}", "" if done else "warn")

    # --- size ----------------------------------------------------------------------------------------------------

    def on_resize(self, event: Resize) -> None:
        """Too small for anything: say so and nothing else."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        if len(self.screen_stack) < 2:
            return
        small = size.width < SMALLEST[0] or size.height < SMALLEST[1]
        over = self._small in self.screen_stack
        if small and not over:
            self._small = SmallScreen()
            self.push_screen(self._small)
        elif not small and over and self._small is self.screen:
            self.pop_screen()
