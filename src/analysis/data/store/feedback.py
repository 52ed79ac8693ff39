"""Publications, and the register of what people say of them: each entry answered; what is personal stays inside."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import RowMapping, func, insert, select

from analysis.data.store.review_states import ReviewMove
from analysis.data.store.review_tables import FEEDBACK, FEEDBACK_ANSWERS, PUBLICATIONS
from analysis.data.store.reviews import Made, move_on
from analysis.data.store.store import Store
from analysis.exceptions import Text, UsageError, Where, check_known, usage
from analysis.gate.given import check_name

KINDS = {
    "figures": Text("数据", "figures"),
    "wording": Text("表述", "wording"),
    "proposal": Text("建议", "proposal"),
    "other": Text("其他", "other"),
}
OUTCOMES = {
    "adopted": Text("已采纳", "adopted"),
    "partly": Text("部分采纳", "partly adopted"),
    "explained": Text("已解释说明", "explained"),
    "noted": Text("留作参考", "noted"),
}
NOT_ANSWERED = Text("办理中", "being dealt with")
# what must not stand in public words: addresses, telephone numbers (of Mainland China too), numbers of identity cards
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?!\w)|"
                       r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What somebody sent in.

    Parameters
    ----------
    publication, document : str
        What it is about; empty where it does not say.
    contact : str
        How to reach them; never published.
    sha256 : str
        Of its content: the same thing sent twice is one entry.
    """

    publication: str
    document: str
    section: str
    kind: str
    said: str
    contact: str
    sha256: str
    file: str


@dataclass(frozen=True)
class FeedbackAnswer:
    """The answer to an entry: its outcome, the entry in a few words without names, and what was decided."""

    feedback: int
    outcome: str
    summary: str
    answer: str


@dataclass(frozen=True)
class Register:
    """Publications and feedback kept in a monitoring database."""

    store: Store

    def last_publication(self, plan: str, area: str) -> RowMapping | None:
        """Return the last publication about a plan and area, None before the first."""
        c = PUBLICATIONS.c
        query = select(PUBLICATIONS).where(c.plan == plan, c.ref_area == area).order_by(c.id.desc()).limit(1)
        with self.store.engine.connect() as connection:
            return connection.execute(query).mappings().first()

    def publication(self, name: str) -> RowMapping | None:
        """Return a publication by its name, None where there is none."""
        query = select(PUBLICATIONS).where(PUBLICATIONS.c.name == name)
        with self.store.engine.connect() as connection:
            return connection.execute(query).mappings().first()

    def next_name(self, plan: str, area: str, year: int) -> str:
        """Return the name of the next publication: plan, area, year and a running number."""
        query = select(func.count()).select_from(PUBLICATIONS)
        query = query.where(PUBLICATIONS.c.plan == plan, PUBLICATIONS.c.ref_area == area)
        with self.store.engine.connect() as connection:
            return f"{plan}-{area}-{year}-p{int(connection.execute(query).scalar_one()) + 1}"

    def publish(
        self,
        about: Mapping[str, object],
        moves: Mapping[int, tuple[ReviewMove, Made]],
        files: Mapping[str, str],
        verdicts: Mapping[str, str],
    ) -> None:
        """Note a publication and move the versions in it to published, all or nothing.

        Parameters
        ----------
        about : mapping
            plan, ref_area, year, name, who.
        moves : mapping of int to (ReviewMove, Made)
            Versions that were final, by id.
        files, verdicts : mapping of str to str
            SHA-256 by file; verdicts by target.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.store.engine.begin() as connection:
            for id, (move, made) in moves.items():
                move_on(connection, id, move, made)
            said = {name: json.dumps(dict(one), ensure_ascii=False, sort_keys=True)
                    for name, one in (("files", files), ("verdicts", verdicts))}  # fmt: skip
            connection.execute(insert(PUBLICATIONS).values(**about, **said, at=at))

    def receive(self, plan: str, area: str, found: Said, who: str) -> int | None:
        """Keep an entry and return its id; None where the same thing came before."""
        check_name(who)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        c = FEEDBACK.c
        with self.store.engine.begin() as connection:
            same = select(c.id).where(c.plan == plan, c.ref_area == area, c.sha256 == found.sha256)
            if connection.execute(same).first() is not None:
                return None
            values = {"plan": plan, "ref_area": area, **asdict(found), "who": who, "at": at}
            key = connection.execute(insert(FEEDBACK).values(**values)).inserted_primary_key
            assert key is not None
            return int(key[0])

    def answer(self, answers: Sequence[FeedbackAnswer], who: str) -> None:
        """Keep answers, all or none; the last one of an entry counts.

        Raises
        ------
        UsageError
            There is no such entry or outcome, summary or answer are missing, or what will be public names a person's
            address or number.
        """
        check_name(who)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.store.engine.begin() as connection:
            known = set(connection.execute(select(FEEDBACK.c.id)).scalars())
            for one in answers:
                check_answer(one, known)
                connection.execute(insert(FEEDBACK_ANSWERS).values(**asdict(one), who=who, at=at))

    def entries(self, plan: str, area: str) -> pd.DataFrame:
        """Return the entries about a plan and area with their last answers; `outcome` is empty where there is none."""
        c = FEEDBACK.c
        query = select(FEEDBACK).where(c.plan == plan, c.ref_area == area).order_by(c.id)
        names = ("outcome", "summary", "answer")
        with self.store.engine.connect() as connection:
            rows = [dict(one) for one in connection.execute(query).mappings()]
            answers = connection.execute(select(FEEDBACK_ANSWERS).order_by(FEEDBACK_ANSWERS.c.id)).mappings()
            last = {one["feedback"]: one for one in answers}
        for row in rows:
            own = last.get(row["id"])
            row |= {name: own[name] if own else "" for name in names} | {"answered_at": own["at"] if own else ""}
        return pd.DataFrame(rows, columns=[*(column.name for column in FEEDBACK.columns), *names, "answered_at"])


def check_answer(one: FeedbackAnswer, known: set[int]) -> None:
    """Refuse an answer that does not hold, or could not be published."""
    if one.feedback not in known:
        raise _refused(
            Text(f"没有编号为 {one.feedback} 的反馈", f"there is no feedback {one.feedback}"),
            "ID",
            Text("workbench feedback list 列出的编号", "an id listed by `workbench feedback list`"),
        )
    check_known(Text("没有办理结果", "there is no outcome"), [one.outcome], OUTCOMES, Where(item="--outcome"))
    for option, said in (("--summary", one.summary), ("--answer", one.answer)):
        if not said.strip():
            raise _refused(Text("没有填写", "nothing was given"), option, Text("公开用的文字", "words for the public"))
        if found := _PERSONAL.search(said):
            hidden = found[0][:3] + "…"
            raise _refused(
                Text(f"含有个人信息（{hidden}）", f"it holds personal data ({hidden})"),
                option,
                Text(
                    "不含电话、邮箱、证件号的文字，将予公开",
                    "words without telephone, mail or identity numbers: they will be public",
                ),
            )


def _refused(found: Text, item: str, expected: Text) -> UsageError:
    return usage(found, Where(item=item), expected, Text("请更正后再办理。", "Correct it, then do it again."))
