"""The rows set aside: kept with their cell and reason, and closed when they are corrected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, String, insert, select, update

from analysis.data.reading import FOUND, PLACE, SET_ASIDE, Reading
from analysis.data.reported.labels import label
from analysis.data.store.states import Move, Sender
from analysis.data.store.tables import QUARANTINE, SUBMISSIONS
from analysis.data.store.writing import CHUNK
from analysis.schema import BREAKDOWNS, TOTAL

_AGAIN = re.compile(
    r"[\s_-]*(\((\d{1,2}|v\d+|更正|改正|修改|修订|改|副本|final|copy)[版稿]?\)|"
    r"[\s_-](v\d+|更正|改正|修改|修订|副本|final|copy)[版稿]?\d?)$"
)
_LENGTHS = {column.name: column.type.length for column in QUARANTINE.columns if isinstance(column.type, String)}


def write(connection: Connection, quarantined: pd.DataFrame, id: int) -> None:
    """Write the rows of a submission that were set aside; `raw` holds whole what a column cuts off."""
    for rows in _chunks(quarantined[list(SET_ASIDE)].to_dict("records")):
        connection.execute(insert(QUARANTINE), [{**_cut(texts(row)), "submission": id} for row in rows])


def close_corrected(connection: Connection, reading: Reading, sender: Sender, id: int) -> None:
    """Close the open rows of earlier submissions that a new one corrects or sets aside again.

    A row of the same plan and area is corrected where its very key is accepted now, whoever sends it. One of the same
    department and file also where its cell is set aside no more; see `_by_place`.

    Parameters
    ----------
    connection : Connection
    reading, sender
        The new submission.
    id : int
        Its id.
    """
    c = SUBMISSIONS.c
    columns = [QUARANTINE.c[name] for name in ("id", *PLACE, "cell", *FOUND)]
    query = select(*columns, c.file, c.department, c.year).join(SUBMISSIONS, c.id == QUARANTINE.c.submission)
    query = query.where(c.plan == sender.plan, c.area == sender.area, c.id != id, QUARANTINE.c.closed_how == "")
    waiting = connection.execute(query).mappings().all()
    if not waiting:
        return
    accepted = reading.accepted[reading.accepted["indicator"].isin({row["indicator"] for row in waiting})]
    known = {_key(row, sender.area) for row in accepted[list(FOUND)].to_dict("records")}
    known |= {_key(row, sender.area) for row in _reported(reading)}
    places = _Places.of(reading)
    name = plain_name(reading.file)
    how: dict[str, list[int]] = {"corrected": [], "repeated": []}
    for row in waiting:
        if _key(row, sender.area) in known:
            how["corrected"].append(row["id"])
        elif row["department"] == sender.department and plain_name(row["file"] or "") == name:
            found = places.after(dict(row), sender.year)
            if found:
                how[found].append(row["id"])
    for one, ids in how.items():
        close(connection, ids, {"closed_how": one, "closed_by": id, "closed_who": sender.who})


def close_returned(connection: Connection, id: int, move: Move, at: str) -> None:
    """Close the open rows of a submission that is returned; open again what had been closed by it.

    What a returned submission corrected is no longer corrected: its values do not count.
    """
    q = QUARANTINE.c
    returned = select(SUBMISSIONS.c.id).where(SUBMISSIONS.c.state == "returned")
    again = {"closed_how": "", "closed_by": None, "closed_who": "", "closed_at": "", "closed_why": ""}
    connection.execute(update(QUARANTINE).where(q.closed_by == id, q.submission.not_in(returned)).values(**again))
    values = {"closed_how": "returned", "closed_who": move.who[:80], "closed_at": at, "closed_why": move.reason}
    connection.execute(update(QUARANTINE).where(q.submission == id, q.closed_how == "").values(**values))


def close(connection: Connection, ids: Sequence[int], values: dict[str, Any]) -> None:
    """Close rows, now; `values` are how, by which submission or whom, and why."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    who = str(values["closed_who"])[:80]
    for some in _chunks(ids):
        change = update(QUARANTINE).where(QUARANTINE.c.id.in_(some))
        connection.execute(change.values(**{**values, "closed_who": who, "closed_at": at}))


def plain_name(file: str) -> str:
    """Return the name of a file as later deliveries of it share it.

    The ending, case, and what is put behind the name of a corrected or copied file are left out: ` (2)`, `_更正`,
    `（更正）`, `-v2`. A year is no such mark.
    """
    name = unicodedata.normalize("NFKC", file).strip().lower()
    name = re.sub(r"\.(xlsx|xlsm|xls|ods|csv|txt|xml|sdmx|json)$", "", name)
    while (shorter := _AGAIN.sub("", name)) not in (name, ""):
        name = shorter
    return name


@dataclass(frozen=True)
class _Places:
    """Where a reading has accepted values and where it has set rows aside."""

    accepted: dict[tuple[str, int], set[str]]  # by sheet and row: the years
    aside: set[tuple[str, int]]
    cells: set[tuple[str, int, str]]
    last: dict[str, int]  # by sheet: the last row with data

    @classmethod
    def of(cls, reading: Reading) -> _Places:
        accepted: dict[tuple[str, int], set[str]] = {}
        rows = reading.accepted[[*PLACE, "time_period"]]
        told = (table[[*PLACE, "year"]].set_axis(rows.columns, axis=1) for table in reading.reports.values())
        for part in (rows, *told):
            for sheet, row, year in part[part["row"].notna()].itertuples(index=False):
                accepted.setdefault((str(sheet), int(row)), set()).add(str(year))
        rows = reading.quarantined[[*PLACE, "cell"]]
        cells = {(str(s), int(i), str(c)) for s, i, c in rows[rows["row"].notna()].itertuples(index=False)}
        aside = {one[:2] for one in cells}
        last: dict[str, int] = {}
        for sheet, row in [*accepted, *aside]:
            last[sheet] = max(last.get(sheet, 0), row)
        return cls(accepted, aside, cells, last)

    def after(self, row: Mapping[str, Any], year: int) -> str:
        """Return what became of a row of an earlier delivery of the file: corrected, repeated, or "" for neither.

        Two years' files of one name are not two deliveries of one: where the years differ, the place must now hold a
        value of the year the row was about. A shorter file says nothing of the rows behind its end.
        """
        if row["row"] is None:
            return ""
        place = (row["sheet"], row["row"])
        years = self.accepted.get(place, set())
        told = row["time_period"]
        if row["year"] and year and row["year"] != year and not any(one in told for one in years):
            return ""
        if (*place, row["cell"]) in self.cells or (place in self.aside and not years):
            return "repeated"
        return "corrected" if years or row["row"] <= self.last.get(row["sheet"], 0) else ""


def _reported(reading: Reading) -> Iterator[dict[str, Any]]:
    """Yield the rows of an annual report as rows set aside name them."""
    for name, table in reading.reports.items():
        for row in table.to_dict("records"):
            about = label(name, {str(column): cell for column, cell in row.items()})[: _LENGTHS["indicator"]]
            own = {"indicator": about, "ref_area": row["ref_area"], "time_period": row["year"]}
            yield {**dict.fromkeys(FOUND, ""), **own}


def _key(row: Mapping[Any, Any], area: str) -> tuple[str, ...]:
    """Return the key of an observation; a place or breakdown that was left empty is the whole area, the total."""
    empty = {"ref_area": area, **dict.fromkeys(BREAKDOWNS, TOTAL)}
    return tuple(str(row[name]) or empty.get(name, "") for name in FOUND)


def texts(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row as the database takes it: numbers of rows as numbers or None, the rest as text."""
    out: dict[str, Any] = {}
    for name, value in row.items():
        missing = value is None or value != value  # NaN differs from itself
        if name == "row":
            out[name] = None if missing else int(value)
        else:
            out[str(name)] = "" if missing else str(value)
    return out


def _cut(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell[: _LENGTHS[name]] if _LENGTHS.get(name) else cell for name, cell in row.items()}


def _chunks(rows: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield list(rows[start : start + CHUNK])
