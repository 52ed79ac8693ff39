"""Received files that a browser would execute are kept with the same bytes, under a name that no browser opens."""

from __future__ import annotations

from pathlib import Path

# opened as text, a picture, or by a program that executes nothing of it; everything else is renamed
_HARMLESS = (".csv", ".json", ".yaml", ".yml", ".txt", ".md", ".py", ".toml", ".lock", ".typ", ".j2", ".css",
             ".png", ".jpg", ".jpeg", ".gz", ".parquet", ".ipynb", ".docx", ".xlsx", ".pdf",
             ".sig", ".pub", ".otf")  # fmt: skip
_PLAIN = ("LICENSE", "NOTICE")
ENDING = ".txt"


def make_inert(folder: Path) -> list[str]:
    """Append `.txt` to the name of every file that is not known to be harmless; returns the new names, sorted."""
    renamed = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.suffix in _HARMLESS or path.name in _PLAIN:
            continue
        target = path.with_name(path.name + ENDING)
        while target.exists():
            target = target.with_name(target.name + ENDING)
        path.rename(target)
        renamed.append(target.relative_to(folder).as_posix())
    return renamed
