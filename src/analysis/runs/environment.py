"""What a run was made with: versions of Python and packages, hashes of the code, the lock and the fonts."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import distributions
from typing import Any

from analysis import __version__
from analysis.export.theme import font_file
from analysis.places import CARRIED
from analysis.runs.hashes import code_sha256, sha256

_DECIDE = ("matplotlib", "numpy", "pandas", "scipy", "seaborn", "statsmodels")  # packages numbers and pictures hang on


@cache
def environment() -> dict[str, Any]:
    """Return versions and hashes; nothing that names the machine or its user."""
    lock, font = CARRIED / "requirements.lock", font_file()
    return {
        "workbench": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "code_sha256": code_sha256(),
        "lock_sha256": sha256(lock) if lock.is_file() else "",
        "fonts": {one.name: sha256(one) for one in (font, font.with_name("NotoSerifSC-Regular.otf"))},
        "packages": dict(sorted({one.name.lower(): one.version for one in distributions() if one.name}.items())),
    }


def deciding_versions() -> dict[str, str]:
    """Return the versions that can change a result: Python and the packages that calculate or draw."""
    known = environment()
    return {"python": known["python"], **{name: known["packages"].get(name, "") for name in _DECIDE}}


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, their version and ours of everything that differs, packages missing on either side left out."""
    flat = [{**{k: v for k, v in one.items() if isinstance(v, str)}, **one.get("fonts", {})} for one in (theirs, ours)]
    rows = [(name, flat[0].get(name, ""), flat[1].get(name, "")) for name in sorted({*flat[0], *flat[1]})]
    packages = theirs.get("packages", {}), ours.get("packages", {})
    rows += [(name, packages[0][name], packages[1][name]) for name in sorted({*packages[0]} & {*packages[1]})]
    return [row for row in rows if row[1] != row[2]]
