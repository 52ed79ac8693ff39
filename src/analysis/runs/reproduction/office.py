"""Two Word files or workbooks beside each other, part by part: text, headers, styles, formats, everything they hold.

References
----------
ECMA-376, Office Open XML File Formats (parts, relationships, WordprocessingML, SpreadsheetML).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from analysis.runs.reproduction.cells import Pair, Unreadable, side_by_side
from analysis.runs.reproduction.pictures import picture_pair

PARTS, PART, ALL, GROWTH = 2000, 64 << 20, 256 << 20, 200
_PICTURES = (".png", ".jpeg", ".jpg")
_UNSEEN = ("docProps/app.xml", "word/webSettings.xml", "word/stylesWithEffects.xml")  # no reader is shown these
_LAYOUT = re.compile(r"<w:(?:jc|keepNext|keepLines|widowControl|lang|proofErr|noProof|lastRenderedPageBreak)\b")
_KNOWN = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel:",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
}
_FEATURES = (
    ("tracked", re.compile(r"<w:(?:ins|del|moveFrom|moveTo|\w+Change)\b")),
    ("field", re.compile(r"<w:(?:fldSimple|instrText|delInstrText)\b")),
    ("hidden", re.compile(r"<w:(?:vanish|webHidden|specVanish)\b"
                          r"|<w:color\b.* w:val=[EeFf][0-9A-Fa-f][EeFf].[EeFf]."
                          r"|<w:sz(?:Cs)? w:val=[0-7]\b|<w:w w:val=\d\b| state=(?:hidden|veryHidden)| hidden=(?:1|true)"
                          r"| (?:width|ht)=0(?:\.0*)?(?=[ >])| zeroHeight=")),
    ("strike", re.compile(r"<w:d?strike\b|<strike\b")),
    ("external", re.compile(r" TargetMode=External|<w:attachedTemplate\b|<externalReference\b|<w:altChunk\b")),
    ("embedded_object", re.compile(r"<w:(?:object|control)\b|OLEObject|<oleObject\b")),
    ("textbox", re.compile(r"<w:(?:txbxContent|pict)\b|txbx\b|AlternateContent\b")),
    ("formula", re.compile(r"<f\b")),
    ("conditional", re.compile(r"<(?:conditionalFormatting|dataValidation)\b")),
    ("comments", re.compile(r"<w:comment\w*\b|<comment\b|<legacyDrawing\b")),
)  # fmt: skip
_PART_FEATURES = (
    ("macro", re.compile(r"(?i)vba|macrosheets|activeX")),
    ("external", re.compile(r"(?i)externalLinks/|connections\.xml|queryTables/")),
    ("embedded_object", re.compile(r"(?i)embeddings/|\.bin$|afchunk|controls/")),
    ("comments", re.compile(r"(?i)comments|persons/")),
)


def office_pairs(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield what differs between two Word files or workbooks; an element that differs but in its numbers is words."""
    left, right = parts_of(theirs), parts_of(ours)
    for name in [*left, *(name for name in right if name not in left)]:
        one, other = left.get(name), right.get(name)
        if one == other:
            continue
        if one is None or other is None:
            feature = next((kind for kind, pattern in _PART_FEATURES if pattern.search(name)), "") if one else ""
            yield Pair(name, None if one is None else "✓", None if other is None else "✓", "words", feature)
        elif name.endswith(_PICTURES):
            if pair := picture_pair(name, one, other):
                yield pair
        elif not name.endswith((".xml", ".rels")):
            yield Pair(name, f"{len(one)} bytes", f"{len(other)} bytes", "words")
        elif name in _UNSEEN:
            yield Pair(name, f"{len(one)} bytes", f"{len(other)} bytes", "looks")
        else:
            yield from _elements(name, one, other)


def _elements(name: str, theirs: bytes, ours: bytes) -> Iterator[Pair]:
    other = _told(ours, 1 << 30)
    one = _told(theirs, 2 * len(other) + 10_000)
    seen, ours_seen = ([cell for cell in side if not _LAYOUT.match(cell)] for side in (one, other))
    if seen == ours_seen and one != other:
        yield Pair(name, f"{len(one)} elements", f"{len(other)} elements", "looks")
    yield from side_by_side(seen, ours_seen, lambda number: f"{name} {number + 1}", _feature)


def _feature(cell: str) -> str:
    return next((kind for kind, pattern in _FEATURES if pattern.search(cell)), "")


def _told(content: bytes, most: int) -> list[str]:
    """Return the elements of a part in order, each as its name, attributes and text, without what only spells them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        said = "doctype" if b"<!DOCTYPE" in content[:4096] else "unreadable"
        raise Unreadable("XML", said) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("<!DOCTYPE", "doctype")
    cells = []
    for number, node in enumerate(root.iter(), start=1):
        if number > most:
            raise Unreadable(f"> {most} elements", "too_large")
        if not isinstance(node.tag, str):  # a comment or an instruction
            cells.append(f"<!{node.text}")
            continue
        marks = "".join(f" {_short(key)}={node.attrib[key]}" for key in sorted(node.attrib))
        cells.append(f"<{_short(node.tag)}{marks} > {node.text or ''}|{node.tail or ''}")
    return cells


@cache
def _short(name: str) -> str:
    space, _, own = name.rpartition("}")
    return f"{_KNOWN.get(space[1:], name[: len(space) + 1])}{own}" if space else name


def parts_of(path: Path) -> dict[str, bytes]:
    """Return the parts of a file that is a zip, within limits.

    Raises
    ------
    Unreadable
        It is no zip, holds a part twice, or more than any file of a run.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [one.filename for one in entries]
            if len(names) > PARTS or sum(one.file_size for one in entries) > ALL:
                raise Unreadable(f"{len(names)} parts", "too_large")
            if len({name.casefold() for name in names}) != len(names):
                raise Unreadable("a part twice", "part_twice")
            return {one.filename: _read(archive, one) for one in entries}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unreadable(type(error).__name__) from error


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    grown = entry.file_size > (1 << 20) and entry.file_size > GROWTH * max(entry.compress_size, 1)
    if entry.file_size > PART or grown:
        raise Unreadable(f"{entry.filename}: {entry.file_size} bytes", "too_large")
    with archive.open(entry) as source:
        content = source.read(PART + 1)
    if len(content) > PART:
        raise Unreadable(entry.filename, "too_large")
    return content
