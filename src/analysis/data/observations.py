"""Which of several reported values counts, and what a data folder holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exceptions import Text, Where, usage
from analysis.gate.yaml_files import of_types, read_mapping
from analysis.places import shown
from analysis.schema import ISSUED, OBSERVATIONS, Column, Table, read_table, series_id

FILES = ("observations.csv", "observations.csv.gz", "observations.parquet")
_ABOUT: dict[str, type] = {
    **dict.fromkeys(("simulated", "reviewed"), bool),
    **dict.fromkeys(("notice_zh", "notice_en", "plan"), str),
    **dict.fromkeys(("first_year", "last_year", "seed", "reports_from"), int),
}
BORDERS = "borders.geojson"
ISSUED_FILE = "issued_alerts.csv"
AREAS = Table(
    "areas",
    (
        Column("code", id="name"),
        Column("name_zh"),
        Column("name_en"),
        Column("parent", required=False, id="name"),
        Column("level", choices=("nation", "province", "city", "district", "street", "town")),
        Column("share", "number", required=False),
    ),
    ("code",),
)


@dataclass(frozen=True)
class DataSet:
    """A folder of observations: the values, the areas, and whether they are simulated.

    `issued` is the register of alerts that were issued (an `ISSUED` table), empty where none is kept. `reviewed` says
    of data out of a database whether all of them were reviewed; of a data folder nobody knows (None).
    """

    observations: pd.DataFrame
    areas: pd.DataFrame
    simulated: bool
    notice: Text
    issued: pd.DataFrame = field(default_factory=ISSUED.empty)
    reviewed: bool | None = None

    def area_name(self, code: str) -> Text:
        """Return the name of an area; its code where the data set names none."""
        rows = self.areas[self.areas["code"] == code]
        return Text(rows["name_zh"].iloc[0], rows["name_en"].iloc[0]) if len(rows) else Text(code, code)

    @property
    def area_names(self) -> dict[str, Text]:
        """Return the names of the areas by code."""
        rows = self.areas.to_dict("records")
        return {str(row["code"]): Text(str(row["name_zh"]), str(row["name_en"])) for row in rows}

    def area_above(self, code: str) -> str:
        """Return the code of the area directly above `code`; empty where the data name none."""
        return next(iter(self.areas.loc[self.areas["code"] == code, "parent"].dropna().astype(str)), "")

    def parts_of(self, code: str) -> list[str]:
        """Return the codes of the areas directly below `code`."""
        return sorted(self.areas.loc[self.areas["parent"] == code, "code"])


def read_dataset(folder: Path | str, trusted: bool = False) -> DataSet:
    """Read `observations.csv` (or .csv.gz, .parquet), `areas.csv` and `dataset.yaml` of a data folder.

    Without `areas.csv` areas are shown by their codes; without `dataset.yaml` the data count as real. The register of
    issued alerts is `issued_alerts.csv`.

    `trusted` is for a copy that was checked before.

    Raises
    ------
    UsageError
        The folder or its observations are missing.
    DataError
        A table breaks its schema, or `dataset.yaml` is broken.
    """
    base = Path(folder)
    found = observations_file(base)
    if found is None:
        raise usage(
            Text("数据文件夹中没有 observations.csv", "there is no observations.csv in the data folder"),
            Where(file=shown(base)),
            Text(
                "含 observations.csv（或 .csv.gz、.parquet）的文件夹",
                "a folder with observations.csv (.csv.gz, .parquet)",
            ),
            Text("请核对 --data 的路径，例如 data/demo 或 data/reference。", "Check --data, for instance data/demo."),
        )
    areas = read_table(base / "areas.csv", AREAS, trusted) if (base / "areas.csv").is_file() else AREAS.empty()
    meta = about(base)
    notice = Text(meta.get("notice_zh", ""), meta.get("notice_en", ""))
    register = base / ISSUED_FILE
    issued = read_table(register, ISSUED, trusted) if register.is_file() else ISSUED.empty()
    reviewed = None if meta.get("reviewed") is None else bool(meta["reviewed"])
    return DataSet(_observations(found, trusted), areas, bool(meta.get("simulated", False)), notice, issued, reviewed)


def about(folder: Path) -> dict[str, Any]:
    """Return what `dataset.yaml` of a data folder says; nothing where there is none.

    Raises
    ------
    DataError
        It is no mapping, or a value is of another type than texts (notices, plan), whole numbers (seed, years) or
        true and false (simulated, reviewed).
    """
    path = folder / "dataset.yaml"
    return of_types(read_mapping(path), _ABOUT, path) if path.is_file() else {}


def observations_file(folder: Path) -> Path | None:
    """Return the file of observations of a data folder, None where it has none."""
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def _observations(path: Path, trusted: bool) -> pd.DataFrame:
    if path.suffix != ".parquet":
        return read_table(path, OBSERVATIONS, trusted)
    from analysis.schema.blocks import read_blocks

    return OBSERVATIONS.build(pd.concat(read_blocks(path, OBSERVATIONS)))


def known_then(observations: pd.DataFrame, vintage: str | None) -> pd.DataFrame:
    """Return the rows that were known by a vintage: their own is that one or an earlier one; all where it is None.

    Vintages sort as text, as in the database: `2026-03` comes before `2026-03-15`.
    """
    if vintage is None:
        return observations
    return observations[observations["vintage"].astype(str) <= vintage].reset_index(drop=True)


def current(
    observations: pd.DataFrame, precedence: Sequence[str] = (), as_of_vintage: str | None = None
) -> pd.DataFrame:
    """Return one row for each series and year: of the source that comes first, and of its last vintage.

    Values of other sources stay in the table they came from; nothing is averaged or added.

    Parameters
    ----------
    observations : DataFrame
    precedence : sequence of str
        Sources in the order in which they count (the plan's `source_precedence`). Sources it does not name come after
        them, of those the one with the last vintage, then the first by name.
    as_of_vintage : str, optional
        Later vintages are left out before the last one is looked for: a value revised since is there as it was then.
    """
    rank = {name: i for i, name in enumerate(precedence)}
    known = known_then(observations, as_of_vintage)
    ordered = known.assign(series_id=series_id(known), rank=known["source"].map(rank).fillna(len(rank))).sort_values(
        ["series_id", "time_period", "rank", "vintage", "source"], ascending=[True, True, True, False, True]
    )
    kept = ordered.drop_duplicates(["series_id", "time_period"])
    return kept.drop(columns=["series_id", "rank"]).reset_index(drop=True)
