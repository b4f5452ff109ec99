"""Which columns are shown and in which order; changed by `:cols`, `:col` and the chooser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from types import MappingProxyType

from tui.domain.errors import UsageError
from tui.domain.query import Field, computed, lookup
from tui.ui.present.columns import DEFAULT_COLUMNS, NAMES

__all__ = ["Layout"]

_ALWAYS = ("name",)


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns by name, in order."""

    names: tuple[str, ...] = DEFAULT_COLUMNS
    extra: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    """Computed columns."""
    every: bool = False
    """All columns are there, to be scrolled sideways; else as many as fit."""

    @property
    def known(self) -> Sequence[str]:
        """Every column that could be shown: the shown ones in their order, then the others."""
        return (*self.names, *(name for name in (*NAMES, *self.extra) if name not in self.names))

    def column(self, word: str) -> str:
        """The name of a typed column.

        Raises:
            UsageError: There is none; the nearest is named.
        """
        if word in self.extra:
            return word
        found = lookup(word)
        if found is not None and found[0].name in NAMES:
            return found[0].name
        near = get_close_matches(word, self.known, 1)
        raise UsageError(f"there is no column {word!r}" + (f"; did you mean {near[0]}?" if near else ""))

    def edited(self, words: str) -> "Layout":
        """After `+f`, `-f`, `f after=g`, `reset`; several at a time.

        Raises:
            UsageError: A column is not known, or the name would be hidden.
        """
        layout, parts = self, words.split()
        for place, part in enumerate(parts):
            if part == "reset":
                layout = replace(layout, names=DEFAULT_COLUMNS)
            elif part.startswith("+"):
                layout = layout.shown(layout.column(part[1:]))
            elif part.startswith("-"):
                layout = layout.hidden(layout.column(part[1:]))
            elif part.startswith("after="):
                if place == 0:
                    raise UsageError("write F after=G")
                layout = layout.moved(layout.column(parts[place - 1].lstrip("+")), layout.column(part[6:]))
            else:
                layout = layout.shown(layout.column(part))
        return layout

    def shown(self, name: str) -> "Layout":
        """With one column more, at the end."""
        return self if name in self.names else replace(self, names=(*self.names, name))

    def hidden(self, name: str) -> "Layout":
        """With one column less."""
        if name in _ALWAYS:
            raise UsageError("the name is always shown")
        return replace(self, names=tuple(n for n in self.names if n != name))

    @property
    def written(self) -> tuple[str, ...]:
        """The columns as a view keeps them: `NAME`, or `NAME = EXPR` of a computed one."""
        return tuple(f"{name} = {self.extra[name].computed}" if name in self.extra else name for name in self.names)

    def only(self, written: Sequence[str]) -> "Layout":
        """These columns, as `written` has them and as far as there are such; the name is always there.

        Raises:
            QueryError: An expression cannot be read.
        """
        layout = self
        for text in written:
            layout = layout.with_computed(text) if "=" in text else layout
        names = dict.fromkeys(text.partition("=")[0].strip() for text in written)
        kept = [name for name in names if name in NAMES or name in layout.extra]
        return replace(layout, names=tuple(kept if "name" in kept else ["name", *kept]))

    def moved(self, name: str, after: str) -> "Layout":
        """One column behind another; both are shown then."""
        names = [n for n in self.shown(after).names if n != name]
        names.insert(names.index(after) + 1, name)
        return replace(self, names=tuple(names))

    def with_computed(self, text: str) -> "Layout":
        """With the column of `NAME = EXPR`.

        Raises:
            UsageError: It is not written so.
            QueryError: The expression cannot be read.
        """
        name, equals, expression = text.partition("=")
        if not equals:
            raise UsageError("write :col NAME = EXPR, for example :col wait = started - created")
        made = computed(name.strip(), expression)
        return replace(self, extra=MappingProxyType({**self.extra, made.name: made})).shown(made.name)
