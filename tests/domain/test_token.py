"""A token gives nothing away."""

import copy
import json
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest

from tests.support.tripwire import Tripwire
from tui.domain.token import Token


@dataclass
class Holder:
    """Something that a careless line could print."""

    token: Token


def test_r7_no_common_way_of_showing_a_value_shows_the_token(tripwire: Tripwire) -> None:
    """repr, str, format, f-string, a dataclass around it, its class and its exceptions say nothing."""
    token = Token(tripwire.token)
    shown = [
        repr(token), str(token), f"{token}", f"{token:>40}", f"{token!r:s}", f"{token} {token!r}",
        repr(Holder(token)), repr(asdict(Holder(token))), repr([token]), repr(dir(token)),
    ]  # fmt: skip
    assert not any(tripwire.found(text) for text in shown)
    assert token.reveal() == tripwire.token


def test_r7_it_is_not_pickled(tripwire: Tripwire) -> None:
    """No protocol writes it, also not inside something else, and json cannot either."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for thing in (Token(tripwire.token), [Holder(Token(tripwire.token))]):
            with pytest.raises(TypeError) as caught:
                pickle.dumps(thing, protocol)
            assert not tripwire.found("".join(traceback.format_exception(caught.value)))
    with pytest.raises(TypeError):
        json.dumps(Token(tripwire.token))


def test_it_has_no_dictionary_and_is_copied_as_itself() -> None:
    """`vars` finds nothing; a copy is the same object."""
    token = Token("a")
    with pytest.raises(TypeError):
        vars(token)
    assert copy.copy(token) is token
    assert copy.deepcopy([token])[0] is token


def test_equal_tokens_are_one_key() -> None:
    """So that an account found twice counts once."""
    assert Token("a") == Token("a") != Token("b")
    assert len({Token("a"), Token("a"), Token("b")}) == 2
    assert Token("a") != "a"
