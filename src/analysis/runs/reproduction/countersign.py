"""A countersigned opinion: a detached statement on its files, its record and its bundle, signed by the assessor.

The statement is signed as canonical JSON: keys in order, no spaces, UTF-8. It holds text and whole numbers only, for
which this is the form of RFC 8785. Nothing but SHA-256 and Ed25519 is needed to verify it later.

References
----------
RFC 8785 (JSON Canonicalization Scheme); RFC 8032 (Ed25519); FIPS 180-4 (SHA-256).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from analysis.exceptions import Text, UsageError, Where, usage
from analysis.places import shown
from analysis.runs.files import cannot_write
from analysis.runs.hashes import sha256
from analysis.runs.reproduction.manifest import fingerprint_of, public_key, sign
from analysis.runs.reproduction.reproduce import RECORD

PREFIX = "countersignature-"
TYPE = "workbench countersignature 1"
_MOST = 1 << 20  # bytes of a countersignature that is read
_LONGEST = 200
State = Literal["same", "changed", "missing"]


@dataclass(frozen=True)
class Verified:
    """What a countersignature says, and whether it holds.

    Attributes
    ----------
    valid : bool
        The signature is that of the key beside it, over the statement as it stands.
    trusted : bool or None
        That key is the one expected; None where none was named.
    files : tuple of (name, state)
    uncovered : tuple of str
        Files beside them that were not signed.
    """

    file: str
    statement: Mapping[str, Any]
    valid: bool
    fingerprint: str
    trusted: bool | None
    files: tuple[tuple[str, State], ...]
    uncovered: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Return whether the signature holds, by the key expected, and every file is there unchanged."""
        return self.valid and self.trusted is not False and all(state == "same" for _, state in self.files)


def canonical(statement: Mapping[str, Any]) -> bytes:
    """Return a statement as the bytes that are signed."""
    text = json.dumps(statement, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def countersign(folder: Path, key: Path, who: str, organisation: str = "") -> Path:
    """Write a countersignature of the opinion in a folder of `workbench reproduce`; returns its file.

    It covers every file directly in the folder: the opinion in its formats, the record, the tables, and the sample with
    what was filled in by hand. The bundle is covered by its SHA-256, which stands in the record.

    Raises
    ------
    UsageError
        The folder holds no opinion, `who` is empty, `key` is no private key, or this key has signed before: nothing is
        overwritten.
    EnvironmentFailure
        The folder cannot be written.
    """
    record = _record(folder)
    if not who.strip() or len(who) > _LONGEST or len(organisation) > _LONGEST:
        raise usage(
            Text("没有写明签署人", "it is not said who signs"),
            Where(item="--who"),
            Text(f"姓名，不超过{_LONGEST}字", f"a name of at most {_LONGEST} characters"),
            Text("请加 --who 姓名。", "Add --who NAME."),
        )
    statement = {
        "type": TYPE,
        "who": who.strip(),
        "organisation": organisation.strip(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "level": str(record["level"]),
        "bundle": str(record["bundle"]),
        "bundle_sha256": str(record["bundle_sha256"]),
        "files": {path.name: sha256(path) for path in _covered(folder)},
    }
    signature, public = sign(canonical(statement), key)
    own = load_pem_public_key(public)
    assert isinstance(own, Ed25519PublicKey)
    path = folder / f"{PREFIX}{fingerprint_of(own)[:16]}.json"
    made = {
        "statement": statement,
        "algorithm": "Ed25519",
        "public_key": public.decode("ascii"),
        "signature": base64.b64encode(signature).decode("ascii"),
    }
    _write_new(path, json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    return path


def _record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        for name in ("level", "bundle", "bundle_sha256"):
            record[name]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        record = None
    if not isinstance(record, dict) or not list(folder.glob("opinion.*")):
        raise usage(
            Text("文件夹中没有复现意见", "the folder holds no opinion"),
            Where(file=shown(folder)),
            Text(
                f"workbench reproduce 写入的文件夹（有 {RECORD} 和 opinion.*）", f"a folder with {RECORD} and opinion.*"
            ),
            Text("请先执行 workbench reproduce。", "Run `workbench reproduce` first."),
        )
    return record


def _covered(folder: Path) -> list[Path]:
    """Return the files directly in a folder, without countersignatures and without what is only being written."""
    found = (one for one in sorted(folder.iterdir()) if one.is_file() and not one.name.startswith((".", PREFIX)))
    return [one for one in found if ".part" not in one.name]


def _write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all: linked into place, which never replaces one."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        os.link(aside, path)
    except FileExistsError:
        raise usage(
            Text("此密钥已副署过", "this key has countersigned before"),
            Where(file=shown(path)),
            Text("尚未由此密钥副署的意见", "an opinion this key has not countersigned yet"),
            Text(
                "已有副署不会被覆盖；需要重签时请先移走该文件。", "Nothing is overwritten; move the file to sign again."
            ),
        ) from None
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        aside.unlink(missing_ok=True)


def verify(path: Path, key: Path | None = None) -> list[Verified]:
    """Verify a countersignature, or all those in a folder, against the files beside it.

    Parameters
    ----------
    key : Path, optional
        The public key (PEM) it has to be signed with.

    Raises
    ------
    UsageError
        There is no countersignature, it cannot be read, or `key` is no public key.
    """
    expected = None if key is None else fingerprint_of(public_key(key))
    found = sorted(path.glob(f"{PREFIX}*.json")) if path.is_dir() else [path] if path.is_file() else []
    if not found:
        raise _none_here(path, Text("没有副署文件", "there is no countersignature"))
    return [_verified(one, expected) for one in found]


def _verified(path: Path, expected: str | None) -> Verified:
    try:
        if path.stat().st_size > _MOST:
            raise ValueError("size")
        made = json.loads(path.read_text(encoding="utf-8"))
        statement, files = made["statement"], made["statement"]["files"]
        names = ("who", "organisation", "when", "level", "bundle", "bundle_sha256")
        texts = [*(statement[name] for name in names), *files, *files.values(), made["signature"], made["public_key"]]
        if statement["type"] != TYPE or not all(isinstance(one, str) for one in texts):
            raise ValueError("type")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _none_here(path, Text("不是副署文件", "it is no countersignature")) from error
    valid, mark = _signature(made, statement)
    states = tuple((name, _state(path.parent, name, files[name])) for name in sorted(files))
    others = tuple(one.name for one in _covered(path.parent) if one.name not in files)
    return Verified(path.name, statement, valid, mark, None if expected is None else mark == expected, states, others)


def _signature(made: Mapping[str, Any], statement: Mapping[str, Any]) -> tuple[bool, str]:
    try:
        key = load_pem_public_key(made["public_key"].encode("ascii"))
        if not isinstance(key, Ed25519PublicKey):
            return False, ""
        mark = fingerprint_of(key)
        key.verify(base64.b64decode(made["signature"], validate=True), canonical(statement))
    except (InvalidSignature, ValueError, TypeError, binascii.Error):
        return False, ""
    return True, mark


def _state(folder: Path, name: str, digest: str) -> State:
    """Return whether a signed file is as it was; a name that leads elsewhere is never followed."""
    if not name or name != Path(name).name or name in (".", ".."):
        return "changed"
    file = folder / name
    if not file.is_file():
        return "missing"
    return "same" if sha256(file) == digest else "changed"


def _none_here(path: Path, found: Text) -> UsageError:
    return usage(
        found,
        Where(file=shown(path)),
        Text(f"{PREFIX}*.json，或含有它的文件夹", f"{PREFIX}*.json, or a folder that holds it"),
        Text("workbench countersign FOLDER --key KEY --who NAME 可副署。", "`workbench countersign` makes one."),
    )
