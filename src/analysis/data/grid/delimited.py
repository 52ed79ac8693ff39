"""Text files of separated values, in the encodings and with the separators that people send."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from analysis.data.grid.grid import Grid
from analysis.exceptions import Text

SEPARATORS = (",", "\t", ";", "|", "；", "，")
_NAMES = {
    "\t": ("制表符", "a tab"),
    "；": ("全角分号", "a full-width semicolon"),
    "，": ("全角逗号", "a full-width comma"),
}
_LOOKED_AT = 200  # lines
_HEAD = 4_000  # bytes
_COMMA = re.compile(r"^[+-]?\d+,\d{1,2}$|^[+-]?0,\d+$|^[+-]?\d+,\d{4,}$|^[+-]?\d{1,3}(?:\.\d{3})+,\d+$")
_MOST_COLUMNS = 1_000


def decoded(raw: bytes) -> tuple[str, str] | None:
    """Return a file's text and its encoding; None where none fits."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in raw[:_HEAD]:  # ASCII signs have a zero byte, the second of each in a little-endian file
        second, first = (raw[start:_HEAD:2].count(0) for start in (1, 0))
        encodings = ("utf-16-le" if second > first else "utf-16-be",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding).replace("\x00", ""), encoding
        except UnicodeDecodeError:
            continue
    return None


def separator(content: str) -> str:
    """Return what separates the cells: the sign by which most lines have the same number of cells, more than one."""
    lines = [line for line in content.splitlines()[:_LOOKED_AT] if line.strip()]
    if lines and (told := re.match(r"^sep=(.)$", lines[0], re.I)):
        return told[1]
    best, found = (0.0, 0), ","
    for sign in SEPARATORS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        width, lines_so = max(
            ((w, n) for w, n in counts.items() if w > 1), key=lambda one: (one[1], one[0]), default=(0, 0)
        )
        if (lines_so, width) > best and (lines_so >= 0.5 * len(lines) or sign == ","):
            best, found = (lines_so, width), sign
    return found


def read_delimited(path: Path) -> tuple[Grid, list[Text], bool] | None:
    """Return a text file as a grid, what there is to say of it, and whether it writes decimals with a comma.

    None where no encoding fits.

    Raises
    ------
    csv.Error
        A quoted cell never ends, or the like.
    """
    known = decoded(path.read_bytes())
    if known is None:
        return None
    content, encoding = known
    sign = separator(content)
    csv.field_size_limit(10_000_000)
    rows = [row[:_MOST_COLUMNS] for row in csv.reader(io.StringIO(content, newline=""), delimiter=sign)]
    if rows and re.fullmatch(r"sep=.?", "".join(rows[0]), re.I):
        rows[0] = []
    remarks = []
    if sign != ",":
        zh, en = _NAMES.get(sign, (f"“{sign}”", f"'{sign}'"))
        remarks.append(Text(f"分隔符为{zh}", f"separator {sign if sign != chr(9) else en} found"))
    if encoding not in ("utf-8-sig",):
        remarks.append(Text(f"编码为 {encoding.upper()}", f"encoding {encoding.upper()}"))
    comma = sign not in (",", "，") and any(_COMMA.match(cell.strip()) for row in rows for cell in row)
    if comma:
        remarks.append(Text("小数点写作逗号", "decimals are written with a comma"))
    return Grid("", list(rows)), remarks, comma
