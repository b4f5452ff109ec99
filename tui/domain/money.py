"""Money: a decimal amount with its currency; sums never mix currencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Money", "Sum", "total"]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in one currency. Ordering compares currencies first, so sort by `amount` where they agree."""

    currency: str
    """ISO 4217 code, or the platform's own unit in capitals (`CR`)."""
    amount: Decimal
    """Finite; as many decimals as the platform sent."""

    @property
    def text(self) -> str:
        """The amount alone, with at least two decimals: `0.23`, `12.50`, `0.0042`."""
        exponent = self.amount.as_tuple().exponent
        decimals = max(2, -exponent if isinstance(exponent, int) else 2)
        return f"{self.amount:.{decimals}f}"

    def __str__(self) -> str:
        """For reading: two decimals and the currency, `41.20 USD`."""
        return f"{self.amount:,.2f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Sum:
    """What several things cost together."""

    amounts: tuple[Money, ...] = ()
    """Per currency, largest first; currencies are never added."""
    garbled: int = 0
    """Costs left out because what the platform sent for them cannot be read (R23)."""

    def __bool__(self) -> bool:
        return bool(self.amounts or self.garbled)

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(total((*self.amounts, *other.amounts)), self.garbled + other.garbled)

    def __str__(self) -> str:
        """For a cell: `41.20 USD + 11.60 EUR +2?`; `2?` where none can be read; empty where nothing has a cost."""
        return self._said(f"+{self.garbled}?", f"{self.garbled}?")

    @property
    def words(self) -> str:
        """For a sentence: `41.20 USD (2 more unreadable)`."""
        return self._said(f"({self.garbled} more unreadable)", f"? ({self.garbled} unreadable)")

    def _said(self, more: str, only: str) -> str:
        said = " + ".join(map(str, self.amounts))
        return said if not self.garbled else f"{said} {more}" if said else only


def total(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """The sum per currency, largest first; `None` is left out."""
    sums: dict[str, Decimal] = {}
    for money in amounts:
        if money is not None:
            sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
    return tuple(sorted((Money(c, a) for c, a in sums.items()), key=lambda m: (-m.amount, m.currency)))
