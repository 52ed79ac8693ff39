"""Evaluators' own paragraphs in the database: by section and problem, with author and date; the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import insert, select

from analysis.data.store.review_tables import REMARKS
from analysis.data.store.store import Store
from analysis.exceptions import Text, Where, usage

KEY = ("document", "section", "target")


@dataclass(frozen=True)
class Remark:
    """A paragraph about a section of a document, or about the problem a target leads; empty takes an earlier one away.

    Parameters
    ----------
    document, section, target : str
        What it is about: a section by its heading, or a target's id.
    paragraph : str
    doubts : str
        Numbers in it that no table of the run holds, joined with `、`.
    """

    document: str
    section: str
    target: str
    paragraph: str
    doubts: str = ""


@dataclass(frozen=True)
class Remarks:
    """The remarks kept in a monitoring database."""

    store: Store

    def table(self, plan: str, area: str, year: int) -> pd.DataFrame:
        """Return the remarks that count: columns document, section, target, paragraph, run, doubts, who, at."""
        c = REMARKS.c
        query = select(REMARKS).where(c.plan == plan, c.ref_area == area, c.year == year).order_by(c.id)
        with self.store.engine.connect() as connection:
            rows = [dict(one) for one in connection.execute(query).mappings()]
        last = {tuple(row[name] for name in KEY): row for row in rows}
        kept = [row for row in last.values() if row["paragraph"]]
        return pd.DataFrame(kept, columns=[*KEY, "paragraph", "run", "doubts", "who", "at"])

    def put(self, plan: str, area: str, year: int, run: str, remarks: Sequence[Remark], who: str) -> int:
        """Keep remarks that are new or changed, all or none, and return how many.

        Raises
        ------
        UsageError
            Nobody is named.
        """
        if not who.strip():
            raise usage(
                Text("没有写明撰写人", "no name"),
                Where(item="--who"),
                Text("撰写人姓名或工号", "who wrote them"),
                Text("请给出 --who。", "Give --who."),
            )
        rows = self.table(plan, area, year).to_dict("records")
        known = {tuple(row[name] for name in KEY): row["paragraph"] for row in rows}
        new = [one for one in remarks if known.get((one.document, one.section, one.target), "") != one.paragraph]
        at = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"plan": plan, "ref_area": area, "year": year, "run": run, "who": who, "at": at}
        if new:
            with self.store.engine.begin() as connection:
                connection.execute(insert(REMARKS), [{**about, **asdict(one)} for one in new])
        return len(new)
