"""The pictures that the README shows."""

import re
from pathlib import Path
from xml.etree import ElementTree

from tests.screenshots import PICTURES, PLACE

README = PLACE.parent / "README.md"


def test_every_picture_that_the_readme_names_is_there_and_one_that_we_make() -> None:
    """No picture is missing, and none is there that nobody can make again."""
    named = set(re.findall(r"screenshots/([\w-]+)\.svg", README.read_text("utf-8")))
    assert named
    assert named <= PICTURES.keys()
    assert {path.stem for path in PLACE.glob("*")} == PICTURES.keys()


def test_every_picture_is_whole_and_shows_the_demo() -> None:
    """Each can be drawn, and none holds a path of the machine it was made on."""
    for name in PICTURES:
        text = (PLACE / f"{name}.svg").read_text("utf-8")
        assert ElementTree.fromstring(text).tag.endswith("svg")
        assert str(Path.home()) not in text
