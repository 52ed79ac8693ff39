"""The code within a bundle: whether it is what the bundle states, and what is installed here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from analysis.runs.hashes import code_files, digest, hashes_of, sha256
from analysis.runs.reproduction.records import stated

CODE = "code/"
LOCK = "requirements.lock"
_DATA = re.compile(r"data/(?:rules|registry|examples)/[^/]+|data/defaults\.yaml|notebooks/[^/]+\.ipynb")
_BESIDE = (LOCK, "pyproject.toml", "LICENSE", "NOTICE")


def code_states(folder: Path, names: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield file, state, and a hash of theirs and ours for each file of the code in a bundle.

    States: `same_bytes`; `other_code` for code of another version that is what the bundle states it to be; `foreign`
    for what a bundle never holds there; `code_hash` where code or lock file are not what `environment.json` states.

    Parameters
    ----------
    names : list of str
        The files of the bundle below `code/`; nothing is yielded without any.
    """
    if not names:
        return
    from analysis.runs.reproduction.bundle import code_of_bundle

    installed = code_of_bundle()
    suffixes = {path.suffix for path in code_files()}
    package = folder / CODE / "src" / "analysis"
    own = [path for path in package.rglob("*") if path.is_file() and path.suffix in suffixes]
    if (found := digest(hashes_of(package, own))) != (said := stated(folder, "code_sha256")):
        yield f"{CODE}src/analysis", "code_hash", found, str(said)[:64]
    for name in names:
        path, within = folder / name, name.removeprefix(CODE)
        mark = sha256(path)
        if name in installed and sha256(installed[name]) == mark:
            yield name, "same_bytes", mark, mark
        elif within == LOCK and mark != stated(folder, "lock_sha256"):
            yield name, "code_hash", mark, str(stated(folder, "lock_sha256"))[:64]
        elif _belongs(within, suffixes):
            yield name, "other_code", mark, sha256(installed[name]) if name in installed else ""
        else:
            yield name, "foreign", mark, ""
    for name in sorted(set(installed) - set(names)):
        yield name, "other_code", "", sha256(installed[name])


def _belongs(within: str, suffixes: set[str]) -> bool:
    if within.startswith("src/analysis/"):
        return Path(within).suffix in suffixes
    return within in _BESIDE or bool(_DATA.fullmatch(within))
