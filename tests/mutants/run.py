"""Runs the tests concerned with a mutant in place of its module, in a process of its own; no file is changed."""

import ast
import contextlib
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutants.mutate import Mutant

__all__ = ["Judge", "Module"]

_LEAST = 60.0
"""Seconds that a mutant has at least, before it counts as one that hangs."""
_SAME = 99
"""What a child ends with whose mutant is none."""
_QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""A plugin that was imported before the fork is not rewritten, and need not be."""


class Module(MetaPathFinder, SourceLoader):  # type: ignore[misc]  # typeshed's bases disagree
    """A module of the program that is made of a tree instead of its file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        self.tree = ast.parse(path.read_text("utf-8"))

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """This one alone."""
        return spec_from_loader(fullname, self, origin=str(self.path)) if fullname == self.name else None

    def get_filename(self, fullname: str) -> str:
        """The file that it stands for."""
        return str(self.path.resolve())

    def get_data(self, path: str) -> bytes:
        """Its own text, for tracebacks."""
        return Path(path).read_bytes()

    def get_code(self, fullname: str) -> CodeType:
        """The tree as it is now."""
        return compile(ast.fix_missing_locations(self.tree), self.get_filename(fullname), "exec")


class Judge:
    """Says of a mutant whether the tests notice it."""

    def __init__(self, module: Module, tests: Sequence[str]) -> None:
        self._module = module
        self._tests = tests
        self._limit: float | None = None
        for name in ("httpx", "pydantic", "textual.app", "hypothesis", "starlette.applications"):
            __import__(name)  # once, and not for each mutant

    def check(self) -> None:
        """Run the tests on the program as it is, which also tells how long they take.

        Raises:
            SystemExit: They fail.
        """
        started = time.monotonic()
        if (code := self._run(None)) != 0:
            sys.exit(f"the tests fail on the program as it is (pytest ended with {code}): {' '.join(self._tests)}")
        self._limit = _LEAST + 5 * (time.monotonic() - started)

    def kills(self, mutant: Mutant) -> bool | None:
        """Whether a test fails, or never ends; None where the mutant compiles to the same code."""
        code = self._run(mutant)
        return None if code == _SAME else code != 0

    def _run(self, mutant: Mutant | None) -> int:
        child = os.fork()
        if child == 0:
            os.setsid()
            code = 70
            try:
                code = self._tested(mutant)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        return self._waited(child)

    def _waited(self, child: int) -> int:
        ends = None if self._limit is None else time.monotonic() + self._limit
        while ends is None or time.monotonic() < ends:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # with the programs that its tests started
        os.waitpid(child, 0)
        return -signal.SIGKILL

    def _tested(self, mutant: Mutant | None) -> int:
        if mutant is not None:
            plain = self._module.get_code(self._module.name)
            mutant.apply()
            if self._module.get_code(self._module.name) == plain:
                return _SAME
        sys.meta_path.insert(0, self._module)
        sink = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(sink, stream)
        with tempfile.TemporaryDirectory() as place:
            os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = place  # no example of a mutant is kept
            given = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *_QUIET, "--basetemp", f"{place}/tmp"]
            return int(pytest.main([*given, *self._tests]))
