"""A text gets to a clipboard by the first way that works, and the user is told by which."""

import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from tui.ui.terminal import escapes
from tui.ui.terminal.clipboard import Clipboard


class ClipboardBench:
    """Programs that are there, what they got, and what the terminal got."""

    def __init__(self, *programs: str, fails: bool = False) -> None:
        self.programs, self.fails = programs, fails
        self.ran: list[tuple[tuple[str, ...], bytes]] = []
        self.sent: list[str] = []

    def run(self, words: Sequence[str], data: bytes) -> bool:
        self.ran.append((tuple(words), data))
        return not self.fails

    def board(self, via: str, path: Path, **environment: str) -> Clipboard:
        return Clipboard(
            via,
            environment,
            self.sent.append,
            path / "state" / "clipboard.txt",
            which=lambda name: name if name in self.programs else None,
            run=self.run,
        )


@pytest.mark.parametrize(
    ("via", "environment", "programs", "how"),
    [
        ("auto", {"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0"}, ("xclip",), "sent by OSC 52"),
        ("auto", {"DISPLAY": ":0"}, ("xclip", "xsel"), "by xclip"),
        ("auto", {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, ("wl-copy", "xclip"), "by wl-copy"),
        ("auto", {"DISPLAY": ":0"}, (), "sent by OSC 52"),
        ("auto", {"TMUX": "/tmp/x", "SSH_TTY": "/dev/pts/1"}, ("tmux",), "by tmux"),
        ("auto", {"TMUX": "/tmp/x", "SSH_TTY": "/dev/pts/1"}, (), "sent by OSC 52"),
        ("osc52", {"DISPLAY": ":0"}, ("xclip",), "sent by OSC 52"),
        ("native", {"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0"}, ("xclip",), "by xclip"),
        ("native", {}, (), "into"),
        ("file", {"DISPLAY": ":0"}, ("xclip",), "into"),
        ("file", {"TASKDECK_CLIPBOARD": "osc52"}, (), "sent by OSC 52"),
    ],
)
def test_the_first_way_that_works_is_taken(
    tmp_path: Path, via: str, environment: dict[str, str], programs: tuple[str, ...], how: str
) -> None:
    done, said = ClipboardBench(*programs).board(via, tmp_path, **environment).copy("eb44dce5")
    assert done
    assert said.startswith(how)


def test_what_is_sent_is_the_text_and_nothing_else(tmp_path: Path) -> None:
    bench = ClipboardBench("tmux")
    bench.board("osc52", tmp_path).copy("naïve\x1b]")
    assert bench.sent == ["\x1b]52;c;" + base64.b64encode("naïve\x1b]".encode()).decode() + "\x07"]
    bench.board("tmux", tmp_path, TMUX="x").copy("abc")
    assert bench.ran == [(("tmux", "load-buffer", "-w", "-"), b"abc")]


def test_what_is_too_long_for_a_terminal_goes_into_a_private_file(tmp_path: Path) -> None:
    bench = ClipboardBench()
    longest = "x" * (escapes.CLIPBOARD_CAP // 4 * 3)
    assert bench.board("osc52", tmp_path).copy(longest) == (True, "sent by OSC 52")
    done, said = bench.board("osc52", tmp_path).copy(longest + "xyz")
    path = tmp_path / "state" / "clipboard.txt"
    assert (done, said) == (True, f"into {path}")
    assert path.read_text() == longest + "xyz"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(bench.sent) == 1


def test_a_tool_that_fails_is_followed_by_the_next_way(tmp_path: Path) -> None:
    bench = ClipboardBench("xclip", fails=True)
    assert bench.board("auto", tmp_path, DISPLAY=":0").copy("x") == (True, "sent by OSC 52")


def test_off_is_off_and_no_way_at_all_is_said(tmp_path: Path) -> None:
    assert ClipboardBench().board("off", tmp_path).copy("x")[0] is False
    taken = tmp_path / "state"
    taken.write_text("not a directory")
    done, said = ClipboardBench().board("file", tmp_path).copy("x")
    assert not done
    assert "no way to a clipboard" in said


def test_sequences_are_wrapped_so_that_tmux_and_screen_hand_them_on(tmp_path: Path) -> None:
    bench = ClipboardBench()
    bench.board("osc52", tmp_path, TMUX="x").copy("a")
    bench.board("osc52", tmp_path, STY="x").copy("a" * 200)
    assert bench.sent[0] == "\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
    assert all(len(piece) <= 80 for piece in bench.sent[1].split("\x1b\\"))


def test_a_title_holds_nothing_that_a_terminal_could_obey() -> None:
    assert escapes.title("2 fail\x07\x1b]52;c;x\x9c é") == "\x1b]2;2 fail]52;c;x \x1b\\"
