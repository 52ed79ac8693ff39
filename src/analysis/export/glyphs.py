"""Which characters the packaged fonts can draw, and what becomes of all others."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from analysis.document.model import Document, texts
from analysis.exceptions import Text, Where, wrong_data
from analysis.export.theme import font_file


def check_glyphs(document: Document, notice: str = "") -> None:
    """Raise where a character of a document is in not every one of the packaged fonts.

    Raises
    ------
    DataError
        A document of the project must look the same everywhere: the data or the plan name an uncommon character.
    """
    said = [notice, *map(texts, document.blocks)]
    lacking = sorted({char for char in "".join(said) if not char.isspace() and ord(char) not in _everywhere()})
    if lacking:
        place = next(text for text in said if any(char in text for char in lacking))
        raise wrong_data(
            Text(f"字体中没有的字符：{named(lacking)}", f"characters no font has: {named(lacking)}"),
            Where(item=place[:40]),
            Text("字体能显示的字符", "characters the packaged fonts can draw"),
            Text("请在数据或规划中改用常用字符。", "Use common characters in the data or the plan."),
        )


def undrawn(document: Document) -> list[str]:
    """Return the characters of a document that none of the packaged fonts has."""
    return sorted({char for block in document.blocks for char in texts(block) if _missing(char)})


def named(characters: list[str]) -> str:
    """Return characters with their code points, at most ten of them."""
    return "、".join(f"{char}（U+{ord(char):04X}）" for char in characters[:10])


def drawable(text: str) -> str:
    """Return text with the code point in the place of every character that no packaged font has."""
    if text.isascii() or not any(map(_missing, text)):
        return text
    return "".join(f"[U+{ord(char):04X}]" if _missing(char) else char for char in text)


def _missing(char: str) -> bool:
    return ord(char) > 126 and not char.isspace() and ord(char) not in _anywhere() and char not in "\u200b\u200d\ufe0f"


def _files() -> tuple[Path, Path]:
    return font_file().with_name("NotoSerifSC-Regular.otf"), font_file()


@cache
def _covered(file: Path) -> frozenset[int]:
    from uharfbuzz import Blob, Face

    return frozenset(Face(Blob.from_file_path(str(file))).unicodes)


@cache
def _everywhere() -> frozenset[int]:
    return frozenset.intersection(*map(_covered, _files()))


@cache
def _anywhere() -> frozenset[int]:
    return frozenset.union(*map(_covered, _files()))
