"""Files of evidence, kept under their SHA-256 beside the database: put in, listed, checked; never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.data.reading import Reading
from analysis.data.reported.labels import names_in
from analysis.data.store.store import Store
from analysis.exceptions import DataError
from analysis.places import ROOT, inside, whole
from analysis.schema.reported import EVIDENCE_FILES

FOLDER = "佐证材料"  # beside the workbook, where files may lie too
_BLOCK = 1 << 20


def place_of(store: Store) -> Path:
    """Return the folder of the files of a database: beside an SQLite file, else in the project's data folder."""
    address = store.engine.url
    if address.drivername.startswith("sqlite") and address.database:
        path = Path(address.database)
        return path.with_name(f"{path.name}.evidence")
    return ROOT / "data" / f"{address.database or 'monitoring'}.evidence"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class Kept:
    """The files of a database: `folder/ab/ab12...`, named by their content alone."""

    folder: Path

    def path(self, digest: str) -> Path:
        """Return where the file of a digest lies, or will lie."""
        return self.folder / digest[:2] / digest

    def put(self, file: Path) -> str:
        """Keep a copy of a file, whole or not at all, and return its SHA-256; one that is there is left as it is.

        Raises
        ------
        EnvironmentFailure
            The folder cannot be written.
        """
        digest = sha256(file)
        target = self.path(digest)
        if not target.is_file() or sha256(target) != digest:
            with whole(target) as aside, file.open("rb") as source, aside.open("wb") as copy:
                while block := source.read(_BLOCK):
                    copy.write(block)
        return digest

    def state(self, digest: str) -> str:
        """Return kept, missing or changed."""
        path = self.path(digest)
        if not path.is_file():
            return "missing"
        return "kept" if sha256(path) == digest else "changed"


def proposed(reading: Reading) -> list[pd.DataFrame]:
    """Return the rows of an annual report that wait for a person, as tables."""
    said = (json.loads(cell) for cell in reading.quarantined["proposal"] if cell)
    return [pd.DataFrame([one]) for one in said if "table" in one]


def collect(reports: Sequence[pd.DataFrame], workbook: Path, kept: Kept | None) -> pd.DataFrame:
    """Return the files that the rows of an annual report name, and keep those that lie beside its workbook.

    Parameters
    ----------
    reports : sequence of DataFrame
        Tables of `schema.reported`.
    workbook : Path
        The files lie in its folder, or in `佐证材料` there.
    kept : Kept, optional
        Where to; without it nothing is kept.

    Returns
    -------
    DataFrame
        An `EVIDENCE_FILES` table; state absent where there is no such file, or its name is none.
    """
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    for table in reports:
        if "evidence" not in table:
            continue
        for row in table.to_dict("records"):
            about = {name: row[name] for name in ("plan", "ref_area", "department", "year")}
            for name in names_in(row["evidence"]):
                key = (*(str(cell) for cell in about.values()), name)
                if key not in rows:
                    rows[key] = {**about, "file": name, **_one(name, workbook.parent, kept)}
    table = pd.DataFrame(list(rows.values()), columns=EVIDENCE_FILES.names)
    return EVIDENCE_FILES.build(table)


def _one(name: str, folder: Path, kept: Kept | None) -> dict[str, object]:
    found = next(_places(name, folder), None)
    if found is None or kept is None:
        return {"sha256": "", "bytes": None, "state": "absent"}
    return {"sha256": kept.put(found), "bytes": found.stat().st_size, "state": "kept"}


def _places(name: str, folder: Path) -> Iterator[Path]:
    """Yield where a file of this name lies; a name that leads out of the folder is none."""
    for names in ((name,), (FOLDER, name)):
        try:
            path = inside(folder, *names)
        except DataError:
            continue
        if path.is_file():
            yield path


def checked(files: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    """Return an `EVIDENCE_FILES` table with `now`: kept, missing (gone since), changed, or absent (it never came)."""
    now: Sequence[str] = [kept.state(one) if one else "absent" for one in files["sha256"]]
    return files.assign(now=now)
