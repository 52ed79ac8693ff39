"""A finished run as one zip: its files, the notebooks and code it was made with, a manifest, a signature if wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.places import CARRIED, NOTEBOOKS, SETTINGS, SOURCE, own_or_carried
from analysis.runs.crate import METADATA, contents
from analysis.runs.environment import environment
from analysis.runs.hashes import code_files, sha256, sha256_of
from analysis.runs.reproduction.archive import write_zip
from analysis.runs.reproduction.bundled import CODE
from analysis.runs.reproduction.manifest import MANIFEST, SIGNATURE, SIGNER, manifest_of, sign
from analysis.runs.reproduction.unchanged import check_unchanged
from analysis.runs.run import Run

_DATA = ("rules", "registry", "examples")
_BESIDE = ("requirements.lock", "pyproject.toml", "LICENSE", "NOTICE", SETTINGS)


@dataclass(frozen=True)
class Bundle:
    """A written bundle: place, bytes, SHA-256, how many files, whether code and a signature are in it."""

    path: Path
    size: int
    sha256: str
    files: int
    code: bool
    signed: bool


def write_bundle(run: Run, out: Path, key: Path | None = None) -> Bundle:
    """Write a run as one zip; equal runs give equal bytes.

    The code is put in only where it is still what the run was made with; `environment.json` holds its hash either way.

    Parameters
    ----------
    key : Path, optional
        Private key (Ed25519, PEM) to sign the manifest with.

    Raises
    ------
    UsageError
        The run has not ended well, or `key` is no private key.
    DataError
        Its files are not those it ended with.
    EnvironmentFailure
        `out` cannot be written.
    """
    check_unchanged(run)
    code = code_of_bundle() if _same_code(run) else {}
    files: dict[str, Path | bytes] = {name: run.folder / name for name in [*contents(run.folder), METADATA]}
    files |= code
    manifest = manifest_of({name: _hash(content) for name, content in files.items()})
    files[MANIFEST] = manifest
    if key is not None:
        files[SIGNATURE], files[SIGNER] = sign(manifest, key)
    write_zip(files, out)
    return Bundle(out, out.stat().st_size, sha256(out), len(files), bool(code), key is not None)


def _hash(content: Path | bytes) -> str:
    return sha256_of(content) if isinstance(content, bytes) else sha256(content)


def _same_code(run: Run) -> bool:
    then = json.loads((run.folder / "environment.json").read_text(encoding="utf-8"))
    return bool(then["code_sha256"] == environment()["code_sha256"])


def code_of_bundle() -> Mapping[str, Path]:
    """Return the installed code and what it needs, by the names they have in a bundle."""
    beside = {f"notebooks/{path.name}": path for path in NOTEBOOKS.glob("*.ipynb")}
    for name in _DATA:
        beside |= {f"data/{name}/{path.name}": path for path in own_or_carried("data", name).glob("*")}
    beside |= {name: CARRIED / name for name in _BESIDE}
    found = {f"{CODE}{name}": path for name, path in beside.items() if path.is_file()}
    return found | {f"{CODE}src/analysis/{path.relative_to(SOURCE).as_posix()}": path for path in code_files()}
