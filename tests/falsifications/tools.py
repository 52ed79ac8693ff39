"""What a falsification does to files of an unpacked bundle: bytes, JSON, tables, parts of an office file."""

import io
import json
import re
import struct
import zipfile
import zlib

from PIL import Image

from analysis.runs.hashes import sha256
from analysis.runs.sealing import SEAL, seal_of


def first(folder, pattern):
    """Return the first file of a pattern."""
    return sorted(folder.glob(pattern))[0]


def swap(path, old, new, count=1):
    """Replace a text or bytes that has to be there."""
    content = path.read_bytes()
    old, new = (one.encode() if isinstance(one, str) else one for one in (old, new))
    assert old in content, (path.name, old)
    path.write_bytes(content.replace(old, new, count))


def sub(path, pattern, new, count=1):
    """Replace what a pattern finds, which has to be there."""
    text, done = re.subn(pattern, new, path.read_text(), count=count)
    assert done, (path.name, pattern)
    path.write_text(text)


def as_json(path, change):
    """Change the value a JSON file holds."""
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def rows(path, change):
    """Change the lines of a table, the header being the first."""
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")


def office(path, parts=None, added=None, drop=()):
    """Rewrite a Word file or a workbook: functions of the text of its parts, parts added, parts left out."""
    with zipfile.ZipFile(path) as archive:
        held = {one: archive.read(one) for one in archive.namelist() if one not in drop}
    for name, change in (parts or {}).items():
        before = held[name]
        held[name] = change(before.decode()).encode()
        assert held[name] != before, (path.name, name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**held, **(added or {})}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def once(old, new):
    """Return a function that replaces a pattern once in a text, where it has to be."""

    def change(text):
        changed, done = re.subn(old, new, text, count=1)
        assert done, old
        return changed

    return change


def picture(width, height):
    """Return a red PNG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


def bomb(width, height):
    """Return a PNG of a few kilobytes that claims to be as large as asked for."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def rehash(folder):
    """Make every hash again that a record holds of a file beside it, as an attacker would."""
    for name in ("run.json", "ro-crate-metadata.json"):
        try:
            value = json.loads((folder / name).read_text())
            before = json.dumps(value)
            if name == "run.json":
                _record(folder, value)
            else:
                _crate(folder, value)
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
            continue  # broken on purpose
        if json.dumps(value) != before:
            (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _record(folder, record):
    for listed in [*(one["files"] for one in record["notebooks"]), *(one["sha256"] for one in record["documents"])]:
        listed.update({name: sha256(folder / name) for name in listed if (folder / name).is_file()})
    own = folder / "inputs"
    record["inputs"].update({name: sha256(own / name) for name in record["inputs"] if (own / name).is_file()})
    record[SEAL] = seal_of(record)


def _crate(folder, crate):
    for one in crate["@graph"]:
        path = folder / one["@id"]
        if "sha256" in one and path.is_file():
            one.update(sha256=sha256(path), contentSize=str(path.stat().st_size))
