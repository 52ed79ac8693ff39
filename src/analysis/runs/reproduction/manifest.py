"""The manifest of a bundle: SHA-256 of each file as `sha256sum -c` reads it, with an optional detached signature.

References
----------
FIPS 180-4 (SHA-256); RFC 8032 (Ed25519).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from analysis.exceptions import Text, UsageError, Where, usage
from analysis.places import shown
from analysis.runs.hashes import sha256, sha256_of

MANIFEST = "manifest-sha256.txt"
SIGNATURE = f"{MANIFEST}.sig"
SIGNER = f"{MANIFEST}.pub"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Integrity:
    """What a check of the manifest found.

    Attributes
    ----------
    faults : tuple of (file, kind)
        Kinds: changed, missing, unlisted, unreadable (the manifest itself), signature, signer.
    signature : {"none", "valid", "wrong"}
    fingerprint : str
        SHA-256 of the signer's public key; empty without a signature.
    trusted : bool
        The signer's key is the one that was expected.
    """

    files: int
    faults: tuple[tuple[str, str], ...] = ()
    signature: Literal["none", "valid", "wrong"] = "none"
    fingerprint: str = ""
    trusted: bool = False


def manifest_of(hashes: Mapping[str, str]) -> bytes:
    """Return the manifest of files, by name."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode("utf-8")


def check_manifest(folder: Path, names: Iterable[str], expected: Path | None = None) -> Integrity:
    """Return whether the files of an unpacked bundle are those of its manifest, and who signed it.

    Parameters
    ----------
    names : iterable of str
        The files there are.
    expected : Path, optional
        The public key (PEM) the bundle has to be signed with.

    Raises
    ------
    UsageError
        `expected` is no public key.
    """
    wanted = public_key(expected) if expected is not None else None
    there = set(names) - {MANIFEST, SIGNATURE, SIGNER}
    try:
        content = (folder / MANIFEST).read_bytes()
        lines = [_LINE.fullmatch(line) for line in content.decode("utf-8").removesuffix("\n").split("\n")]
        listed = {line[2]: line[1] for line in lines if line}
        readable = all(lines) and len(listed) == len(lines)
    except (OSError, UnicodeError):
        content, listed, readable = b"", {}, False
    faults = [] if readable else [(MANIFEST, "unreadable")]
    faults += [(name, "missing") for name in sorted(listed.keys() - there)]
    faults += [(name, "unlisted") for name in sorted(there - listed.keys())]
    faults += [(name, "changed") for name in sorted(listed.keys() & there) if sha256(folder / name) != listed[name]]
    state, fingerprint, trusted = _signature(folder, content, wanted)
    if state == "wrong":
        faults.append((SIGNATURE, "signature"))
    if wanted is not None and not trusted:
        faults.append((SIGNER, "signer"))
    return Integrity(len(listed), tuple(faults), state, fingerprint, trusted)


def _signature(
    folder: Path, content: bytes, wanted: Ed25519PublicKey | None
) -> tuple[Literal["none", "valid", "wrong"], str, bool]:
    signature, signer = folder / SIGNATURE, folder / SIGNER
    if not signature.is_file() and not signer.is_file():
        return "none", "", False
    try:
        key = public_key(signer)
        key.verify(signature.read_bytes(), content)
    except (InvalidSignature, UsageError, OSError, ValueError):
        return "wrong", "", False
    return "valid", fingerprint_of(key), wanted is not None and _raw(key) == _raw(wanted)


def sign(manifest: bytes, key_file: Path) -> tuple[bytes, bytes]:
    """Return the signature of a manifest and the signer's public key as PEM.

    Raises
    ------
    UsageError
        The file holds no Ed25519 private key.
    """
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(key_file, "私钥", "private key")
    public = key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.sign(manifest), public


def new_key(path: Path) -> str:
    """Write a new private key (readable by its owner alone) and, beside it, the public one; returns its fingerprint.

    Raises
    ------
    UsageError
        A file of that name exists.
    """
    public_file = path.with_name(f"{path.name}.pub")
    for file in (path, public_file):
        if file.exists():
            raise usage(
                Text("文件已存在", "the file exists"),
                Where(file=shown(file)),
                Text("一个新文件名", "a new name"),
                Text("请更换文件名；已有密钥不会被覆盖。", "Choose another; no key is overwritten."),
            )
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(private)
    public_file.write_bytes(key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return fingerprint_of(key.public_key())


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of a public key."""
    return sha256_of(_raw(key))


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key of a PEM file; a `UsageError` where it holds none."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path, "公钥", "public key")
    return key


def _no_key(path: Path, zh: str, en: str) -> UsageError:
    return usage(
        Text(f"不是 Ed25519 {zh}", f"no Ed25519 {en}"),
        Where(file=shown(path)),
        Text(f"PEM 格式的 Ed25519 {zh}", f"an Ed25519 {en} as PEM"),
        Text("workbench key FILE 可生成一对密钥。", "`workbench key FILE` makes a pair."),
    )
