"""Reading and writing the monitoring database."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Engine, func, insert, select, update

from analysis.data.reading import PROPOSED, Reading
from analysis.data.store import mappings, proposals, provenance, quarantine, submitting
from analysis.data.store.known import codes_above, codes_below, counted, known
from analysis.data.store.states import Move, Sender
from analysis.data.store.tables import AREA_NAMES, BLOCKS, HISTORY, QUARANTINE, SUBMISSIONS
from analysis.exceptions import Text, Where, usage
from analysis.schema import OBSERVATIONS


@dataclass(frozen=True)
class Store:
    """An open monitoring database."""

    engine: Engine

    def close(self) -> None:
        """Close the connections; the store opens new ones when it is used again."""
        self.engine.dispose()

    def expect(self, plan: str, area: str, department: str, year: int, due: str) -> int:
        """Note that a department's data of a year are due (state 未报); known already, it is left as it is."""
        with self.engine.begin() as connection:
            known = submitting.find(connection, plan, area, department, year)
            if known:
                return int(known[-1]["id"])
            values = {"plan": plan, "area": area, "department": department, "year": year, "due": due}
            return submitting.inserted(connection, SUBMISSIONS, {**values, "state": "expected"})

    def submit(self, reading: Reading, sender: Sender, notice: Text | None = None) -> tuple[int, str]:
        """Store a file as one submission in one transaction: all of its rows or none.

        Returns
        -------
        id, vintage
            The vintage is the time of the submission, unique and sorting by time.

        Raises
        ------
        UsageError
            The very same file was submitted before.
        """
        with self.engine.begin() as connection:
            submitting.refuse_twice(connection, reading, sender)
            id, vintage = submitting.submit(connection, reading, sender, notice)
            quarantine.close_corrected(connection, reading, sender, id)
        return id, vintage

    def confirm(self, ids: Sequence[int], who: str) -> tuple[int, str]:
        """Take the proposals of open rows set aside as one new submission reported by `who`, and close the rows.

        Returns
        -------
        id, vintage
            Of the new submission.

        Raises
        ------
        UsageError
            A row is unknown, closed or has no proposal, they are of several senders, or two say the same; nothing is
            changed.
        """
        with self.engine.begin() as connection:
            return proposals.confirm(connection, ids, who)

    def decline(self, ids: Sequence[int], who: str, reason: str) -> None:
        """Close open rows set aside that a person does not take over, with name and reason.

        Raises
        ------
        UsageError
            A row is unknown or closed, or name or reason are missing; nothing is changed.
        """
        with self.engine.begin() as connection:
            proposals.decline(connection, ids, who, reason)

    def advance(self, id: int, move: Move) -> None:
        """Move a submission to another state; a step that is not allowed is a `UsageError`."""
        with self.engine.begin() as connection:
            row = connection.execute(select(SUBMISSIONS).where(SUBMISSIONS.c.id == id)).mappings().first()
            if row is None:
                raise usage(
                    Text(f"没有编号为 {id} 的报送", f"there is no submission {id}"),
                    Where(item=str(id)),
                    Text("workbench submissions 列出的编号", "an id listed by `workbench submissions`"),
                    Text("请核对编号。", "Check the id."),
                )
            submitting.move_on(connection, row, move)

    def advance_reported(self, move: Move) -> tuple[int, int]:
        """Move every reported submission on that `move.who` did not report.

        Returns
        -------
        done, own
            How many were moved, and how many are left for another person.

        Raises
        ------
        UsageError
            The step is not allowed, or there is none to move; nothing is changed.
        """
        with self.engine.begin() as connection:
            query = select(SUBMISSIONS).where(SUBMISSIONS.c.state == "reported").order_by(SUBMISSIONS.c.id)
            rows = connection.execute(query).mappings().all()
            others = [row for row in rows if row["reporter"] != move.who]
            if not others:
                raise usage(
                    Text("没有可办理的报送", "there is no submission to move on"),
                    Where(item="--all-reported"),
                    Text("已报且由他人填报的数据", "data reported by somebody else"),
                    Text("请用 workbench submissions list 核对。", "Check by `workbench submissions list`."),
                )
            for row in others:
                submitting.move_on(connection, row, move)
        return len(others), len(rows) - len(others)

    def observations(
        self,
        area: str | None = None,
        as_of_vintage: str | None = None,
        latest: bool = False,
        below: bool = True,
        reviewed: bool = False,
    ) -> pd.DataFrame:
        """Return the `OBSERVATIONS` known by a vintage; those of returned submissions are left out.

        Parameters
        ----------
        area : str, optional
            This area and those below it.
        as_of_vintage : str, optional
            Later vintages are left out: what was known then. A date such as 2026-03 will do.
        latest : bool
            Of each key the last vintage alone (of the same vintage, what was submitted last): the time this takes does
            not depend on how often a value was reported before.
        below : bool
            Those below the area too; without it the area's own alone.
        reviewed : bool
            Only what was reviewed: of submissions that are verified, approved or archived.
        """
        with self.engine.connect() as connection, _no_collection():
            return OBSERVATIONS.build(known(connection, area, as_of_vintage, latest, below, reviewed))

    def cells(self, area: str | None, as_of_vintage: str | None, latest: bool, reviewed: bool) -> pd.DataFrame:
        """Return where `observations` come from, called with the same arguments, as a `CELLS` table."""
        with self.engine.connect() as connection, _no_collection():
            return provenance.cells_of(connection, area, as_of_vintage, latest, reviewed)

    def provenance(self, ids: Sequence[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return submissions and the steps of their reviews, as `SUBMITTED` and `STEPS` tables."""
        with self.engine.connect() as connection:
            return provenance.submissions_of(connection, ids)

    def submissions(self) -> pd.DataFrame:
        """Return every submission, and every expected one not yet made."""
        return self._table(select(SUBMISSIONS).order_by(SUBMISSIONS.c.id))

    def history(self, id: int) -> pd.DataFrame:
        """Return the steps of a submission in order."""
        return self._table(select(HISTORY).where(HISTORY.c.submission == id).order_by(HISTORY.c.id))

    def quarantine(self, open_only: bool = True) -> pd.DataFrame:
        """Return the rows set aside, without those that a later submission corrected."""
        query = select(QUARANTINE).order_by(QUARANTINE.c.id)
        return self._table(query.where(QUARANTINE.c.closed_how == "") if open_only else query)

    def keep_mapping(self, plan: str, shape: str, content: str, file: str, who: str) -> None:
        """Keep how files of a shape (64 characters) are read, as JSON; an earlier one of the plan is replaced."""
        with self.engine.begin() as connection:
            mappings.keep(connection, plan, shape, content, file, who)

    def mapping(self, plan: str, shape: str) -> tuple[str, str, str] | None:
        """Return the mapping of a plan for a shape: content, the file it was made from, and when; None without one."""
        with self.engine.connect() as connection:
            return mappings.find(connection, plan, shape)

    def proposed(self, submission: int) -> list[int]:
        """Return the ids of the open proposals of a submission."""
        q = QUARANTINE.c
        query = select(q.id).where(q.submission == submission, q.closed_how == "", q.state == PROPOSED).order_by(q.id)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def set_areas(self, areas: pd.DataFrame) -> None:
        """Keep the names of areas; a known code is left as it is."""
        with self.engine.begin() as connection:
            known = set(connection.execute(select(AREA_NAMES.c.code)).scalars())
            names = ["code", "name_zh", "name_en", "parent", "level"]
            rows = [row for row in areas[names].to_dict("records") if row["code"] not in known]
            if rows:
                connection.execute(insert(AREA_NAMES), [quarantine.texts(row) for row in rows])

    def put_areas(self, areas: pd.DataFrame) -> tuple[int, int, int]:
        """Add areas and bring known ones up to date, all or none.

        Parameters
        ----------
        areas : DataFrame
            Columns code, name_zh, name_en, parent, level, all filled in but for the parent of the topmost.

        Returns
        -------
        added, changed, same
            How many areas were new, were changed, and were known as they are.
        """
        names = ["code", "name_zh", "name_en", "parent", "level"]
        rows = [quarantine.texts(row) for row in areas[names].to_dict("records")]
        with self.engine.begin() as connection:
            known = {row["code"]: dict(row) for row in connection.execute(select(AREA_NAMES)).mappings()}
            new = [row for row in rows if row["code"] not in known]
            changed = [row for row in rows if row["code"] in known and row != known[row["code"]]]
            if new:
                connection.execute(insert(AREA_NAMES), new)
            for row in changed:
                connection.execute(update(AREA_NAMES).where(AREA_NAMES.c.code == row["code"]).values(**row))
        return len(new), len(changed), len(rows) - len(new) - len(changed)

    def areas(self, area: str | None = None) -> pd.DataFrame:
        """Return code, names, parent and level of the areas; with `area`, of those below and above it and its own."""
        query = select(AREA_NAMES).order_by(AREA_NAMES.c.code)
        if area is None:
            return self._table(query)
        with self.engine.connect() as connection:
            line = [*codes_above(connection, area), *codes_below(connection, area)]
        return self._table(query.where(AREA_NAMES.c.code.in_(line)))

    def observed_areas(self) -> list[str]:
        """Return the codes of the areas with observations."""
        with self.engine.connect() as connection:
            return sorted(connection.execute(select(BLOCKS.c.ref_area).distinct()).scalars())

    def vintages(self, area: str | None = None) -> list[str]:
        """Return the vintages of the data, of an area and those below it alone where one is given, the first first."""
        query = select(BLOCKS.c.vintage).distinct()
        with self.engine.connect() as connection:
            if area is not None:
                query = query.where(BLOCKS.c.ref_area.in_(codes_below(connection, area)))
            return sorted(connection.execute(query).scalars())

    def waiting(self, area: str | None = None, as_of_vintage: str | None = None) -> int:
        """Return how many submissions with data (of an area and those below it, by a vintage) wait for review."""
        about = select(BLOCKS.c.submission)
        about = about if as_of_vintage is None else about.where(BLOCKS.c.vintage <= as_of_vintage)
        with self.engine.connect() as connection:
            if area is not None:
                about = about.where(BLOCKS.c.ref_area.in_(codes_below(connection, area)))
            query = select(func.count()).select_from(SUBMISSIONS)
            query = query.where(SUBMISSIONS.c.state == "reported", SUBMISSIONS.c.id.in_(about))
            return int(connection.execute(query).scalar_one())

    def notice(self, area: str | None = None, reviewed: bool = False) -> Text:
        """Return the notices of the submissions that count (about an area), such as that of simulated data.

        With `reviewed` those of reviewed submissions alone. Empty without any.
        """
        query = select(SUBMISSIONS.c.notice_zh, SUBMISSIONS.c.notice_en).distinct().order_by(SUBMISSIONS.c.notice_zh)
        query = query.where(counted(reviewed))
        with self.engine.connect() as connection:
            if area is not None:
                about = select(BLOCKS.c.submission).where(BLOCKS.c.ref_area.in_(codes_below(connection, area)))
                query = query.where(SUBMISSIONS.c.id.in_(about))
            found = [row for row in connection.execute(query) if row[0]]
        return Text("；".join(row[0] for row in found), "; ".join(row[1] for row in found))

    def _table(self, query: Any) -> pd.DataFrame:
        with self.engine.connect() as connection:
            result = connection.execute(query)
            return pd.DataFrame(result.all(), columns=list(result.keys()))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let Python look for no cycles meanwhile: rows hold none, and looking through all there is takes longer."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()
