"""What the page on the architecture says is so."""

import re
from importlib import import_module

from conftest import ROOT
from test_layers import LAYERS

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_picture_shows_every_room_in_its_order():
    picture = re.search(r"```\n(.*?)```", PAGE, re.S).group(1).splitlines()
    shown = [set(re.split(r"\s{2,}", line)[0].split()) for line in picture]
    assert [rooms for rooms in shown] == LAYERS[::-1]


def test_everything_it_names_is_there():
    named = re.findall(r"`(analysis(?:\.\w+)+):([\w.]+)`", PAGE)
    assert len(named) > 12
    for module, path in named:
        found = import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
        assert callable(found), (module, path)
