"""The one type a secret is held in."""

from typing import NoReturn

__all__ = ["Token"]


class Token:
    """A secret whose repr, str, format and pickle give nothing away (R7).

    Only `platforms/http` calls `reveal`, in the one function that sets the header.
    """

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        self.__secret = secret

    def reveal(self) -> str:
        """The clear text."""
        return self.__secret

    def __repr__(self) -> str:
        return "Token(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other.__secret == self.__secret

    def __hash__(self) -> int:
        return hash(self.__secret)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a token is not pickled")

    def __copy__(self) -> "Token":
        return self

    def __deepcopy__(self, memo: object) -> "Token":
        return self
