"""Whose key signed a bundle: named on the command line, or found in the workspace's own list of known keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.exceptions import DataError, Fault, Text, Where, usage
from analysis.gate.yaml_files import read_yaml
from analysis.places import file_of, shown

KNOWN_KEYS = Path("keys") / "known_keys.yaml"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"name", "fingerprint", "since", "source"}
_LONGEST = 200


@dataclass(frozen=True)
class KnownKey:
    """A key whose owner is known: since when, and from where (a letter, a visit, a notice)."""

    name: str
    fingerprint: str
    since: str
    source: str


def known_keys(path: Path | None = None) -> list[KnownKey]:
    """Return the known keys of a file, or a folder with `known_keys.yaml`; of the workspace's `keys/` without one.

    Parameters
    ----------
    path : Path, optional
        A YAML list of `name`, `fingerprint` (SHA-256 of the raw public key, 64 hexadecimal digits, spaces allowed),
        `since` and `source`, all required. No list in the workspace is no fault: then no key is known.

    Raises
    ------
    UsageError
        `path` does not exist.
    DataError
        The list cannot be read, an entry lacks a field or has no fingerprint, or a fingerprint occurs twice.
    """
    file = file_of(KNOWN_KEYS) if path is None else path / KNOWN_KEYS.name if path.is_dir() else path
    if not file.is_file():
        if path is None:
            return []
        raise usage(
            Text("没有已知公钥名单", "there is no list of known keys"),
            Where(file=shown(file), item="--known-keys"),
            Text(f"{KNOWN_KEYS.name}，或含有它的文件夹", f"{KNOWN_KEYS.name}, or a folder that holds it"),
            Text("请核对路径。", "Check the path."),
        )
    loaded = read_yaml(file)
    entries = [] if loaded is None else loaded
    if not isinstance(entries, list):
        raise DataError((_fault(file, None, Text("不是列表", "it is no list")),))
    faults = [_fault(file, k, wrong) for k, one in enumerate(entries, start=1) if (wrong := _wrong(one))]
    if not faults:
        prints = [_plain(one["fingerprint"]) for one in entries]
        faults = [
            _fault(file, k, Text("指纹重复", "the fingerprint occurs twice"))
            for k, one in enumerate(prints, start=1)
            if one in prints[: k - 1]
        ]
    if faults:
        raise DataError(faults)
    return [
        KnownKey(str(one["name"]), _plain(one["fingerprint"]), str(one["since"]), str(one["source"])) for one in entries
    ]


def _plain(fingerprint: Any) -> str:
    return "".join(str(fingerprint).split()).replace(":", "").lower()


def _wrong(entry: Any) -> Text | None:
    """Return what is wrong with an entry of the list, None where nothing is."""
    if not isinstance(entry, Mapping):
        return Text("不是“键: 值”的形式", "it is no mapping of keys to values")
    lacking = sorted(name for name in _FIELDS if not str(entry.get(name) or "").strip())
    if lacking:
        return Text(f"缺少 {'、'.join(lacking)}", f"it lacks {', '.join(lacking)}")
    if unknown := sorted(set(map(str, entry)) - _FIELDS):
        return Text(f"没有这一项：{'、'.join(unknown)}", f"there is no such key: {', '.join(unknown)}")
    if not _FINGERPRINT.fullmatch(_plain(entry["fingerprint"])):
        return Text("指纹不是64位十六进制数", "the fingerprint is not 64 hexadecimal digits")
    if any(len(str(entry[name])) > _LONGEST for name in _FIELDS):
        return Text(f"超过{_LONGEST}字", f"longer than {_LONGEST} characters")
    return None


def _fault(file: Path, row: int | None, found: Text) -> Fault:
    return Fault(
        found,
        Where(file=shown(file), item=None if row is None else f"{row}"),
        Text(
            "列表，每项有 name、fingerprint、since、source",
            "a list, each entry with name, fingerprint, since and source",
        ),
        Text(
            "请更正名单；workbench key 生成密钥时显示指纹。",
            "Correct the list; `workbench key` prints the fingerprint of a new key.",
        ),
    )


def signer(
    fingerprint: str, signature: str, expected: Path | None, trusted: bool, known: list[KnownKey]
) -> dict[str, Any]:
    """Return who signed a bundle as facts: by which key, and from where its owner is known.

    Parameters
    ----------
    fingerprint, signature, trusted
        As the check of the manifest found them.
    expected : Path, optional
        The public key the assessor named.
    known : list of KnownKey

    Returns
    -------
    dict
        `known_by` is list (of known keys), file (the key named), both, or empty.
    """
    entry = next((one for one in known if signature == "valid" and one.fingerprint == fingerprint), None)
    by_file = trusted and expected is not None
    ways = {(True, True): "both", (True, False): "list", (False, True): "file", (False, False): ""}
    return {
        "signature": signature,
        "fingerprint": fingerprint,
        "known_by": ways[entry is not None, by_file],
        "key_file": expected.name if expected is not None else "",
        "name": entry.name if entry else "",
        "since": entry.since if entry else "",
        "source": entry.source if entry else "",
        "listed": len(known),
    }
