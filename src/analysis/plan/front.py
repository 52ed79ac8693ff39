"""`document.yaml`: what stands on the front of a plan's documents, such as issuing body, number, date, addressees.

The file is optional, and so is every key of it: what is not said is a blank on the page, to be filled in by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date as Day
from pathlib import Path

from analysis.exceptions import Fault, Text, Where, meant, one_of
from analysis.formats import day
from analysis.gate.text_files import text_of
from analysis.gate.written import Said, written
from analysis.places import shown
from analysis.plan.fields import Fields

NAME = "document.yaml"
DOCUMENTS = ("midterm", "annual", "final", "yearbook", "notice", "ledger", "department", "brief", "region")
LARGEST, LONGEST = 100_000, 300  # bytes of the file, signs of a text
_TEXTS = (
    "author",
    "addressees",
    "distribution",
    "signatory",
    "contact",
)  # each _zh and _en
_DATES = ("date", "reply_by")
_OWN = ("number",)  # texts that belong to one document: two never share a number
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NONE = Text("", "")


@dataclass(frozen=True)
class Front:
    """What stands on the front of one document; what is not known is empty, a date None.

    Parameters
    ----------
    author : Text
        The body that issues it (编制单位、印发单位).
    number : Text
        Its document number (文号).
    addressees : Text
        To whom it goes (主送).
    distribution : Text
        Who gets a copy (抄送、分发范围).
    signatory : Text
        Who signs or approves it (签发人).
    contact : Text
        Whom to ask (联系人、电话).
    date : date, optional
        Of issue (成文日期).
    reply_by : date, optional
        Until when an answer is asked for (反馈时限).
    """

    author: Text = _NONE
    number: Text = _NONE
    addressees: Text = _NONE
    distribution: Text = _NONE
    signatory: Text = _NONE
    contact: Text = _NONE
    date: Day | None = None
    reply_by: Day | None = None

    def quoted(self) -> tuple[str, ...]:
        """Return its texts in both languages as a page quotes them: their digits are the user's own."""
        texts = [one for field in fields(self) if isinstance(one := getattr(self, field.name), Text)]
        days = [one for one in (self.date, self.reply_by) if one is not None]
        said = [*texts, *(Text(day(one, "zh"), day(one, "en")) for one in days)]
        return tuple(dict.fromkeys(filter(None, (text for one in said for text in (one.zh, one.en)))))


@dataclass(frozen=True)
class Fronts:
    """The fronts of a plan's documents: what all share, and what some have of their own."""

    shared: Front = Front()
    own: tuple[tuple[str, Front], ...] = ()

    def of(self, kind: str) -> Front:
        """Return the front of a document (`DOCUMENTS`); its own values stand before the shared ones."""
        mine = dict(self.own).get(kind, Front())
        given = {one.name: getattr(mine, one.name) for one in fields(mine)}
        return replace(self.shared, **{name: value for name, value in given.items() if value not in (None, _NONE)})


def read_fronts(folder: Path) -> tuple[Fronts, list[Fault]]:
    """Return what the `document.yaml` of a plan's folder says, and every fault of it with its line.

    Parameters
    ----------
    folder : Path
        The plan's folder; without the file every field is blank.

    Returns
    -------
    fronts : Fronts
        What could be read.
    faults : list of Fault
        Unknown keys and documents, texts that are none or too long, dates that do not exist, a reply asked for before
        the day of issue, a text with digits and without words (the check of numbers could not tell it from a figure).
    """
    path = folder / NAME
    if not path.exists():
        return Fronts(), []
    text, faults = text_of(path, LARGEST)
    if faults:
        return Fronts(), faults
    said, faults = written(text, shown(path))
    if said is None and not faults:  # nothing but comments
        return Fronts(), []
    if said is None or not isinstance(said.value, dict):
        return Fronts(), faults or [_no_keys(shown(path), 1, "")]
    return _Reader(shown(path), said.value, faults).fronts(), faults


class _Reader(Fields):
    def fronts(self) -> Fronts:
        documents = self.said.get("documents")
        top = {key: one for key, one in self.said.items() if key != "documents"}
        shared = self._front("", top)
        if documents is None or documents.value is None:
            return Fronts(shared)
        if not isinstance(documents.value, dict):
            self.faults.append(_no_keys(self.file, documents.line, "documents"))
            return Fronts(shared)
        own = []
        for kind, said in documents.value.items():
            if kind not in DOCUMENTS:
                self._unknown(kind, said.line, DOCUMENTS)
            elif isinstance(said.value, dict):
                own.append((kind, self._front(f"documents.{kind}.", said.value, _OWN)))
            elif said.value is not None:
                self.faults.append(_no_keys(self.file, said.line, f"documents.{kind}"))
        return Fronts(shared, tuple(own))

    def _front(self, within: str, said: Mapping[str, Said], own: Sequence[str] = ()) -> Front:
        names = (*_TEXTS, *own)
        known = (*(f"{name}_{lang}" for name in names for lang in ("zh", "en")), *_DATES)
        for key, one in said.items():
            if key not in known:
                self._unknown(within + key, one.line, known if within else (*known, "documents"))
        found = Fields(self.file, {within + key: one for key, one in said.items() if key in known}, self.faults)
        texts = {name: self._text(found, within + name) for name in names}
        days = {name: self._day(found, within + name) for name in _DATES}
        first, last = days["date"], days["reply_by"]
        if first is not None and last is not None and last < first:
            self.fault(
                f"{within}reply_by",
                said["reply_by"].line,
                Text(str(last), str(last)),
                Text(f"不早于 date（{first}）", f"not before date ({first})"),
                Text("请核对两个日期。", "Check both dates."),
            )
        return Front(**texts, date=first, reply_by=last)

    def _text(self, found: Fields, name: str) -> Text:
        texts = {lang: found.text(f"{name}_{lang}") for lang in ("zh", "en")}
        for lang, text in texts.items():
            key = f"{name}_{lang}"
            line = found.said[key].line if key in found.said else None
            if len(text) > LONGEST or "\n" in text:
                expected = Text(f"一行文字，至多 {LONGEST} 字", f"one line of at most {LONGEST} signs")
                self.fault(key, line, Text(f"{len(text)} 字", f"{len(text)} signs"), expected, _SHORTER)
            elif any(sign.isdigit() for sign in text) and sum(sign.isalpha() for sign in text) < 2:
                expected = Text("全称，如 某妇儿工委发〔2026〕3号", "a name in full, such as WCC document 3 of 2026")
                self.fault(key, line, Text(f"“{text}”", f"'{text}'"), expected, _IN_FULL)
        zh, en = texts["zh"], texts["en"]
        return Text(zh or en, en or zh)

    def _day(self, found: Fields, key: str) -> Day | None:
        text = found.text(key)
        try:
            if text and _DATE.fullmatch(text):
                return Day.fromisoformat(text)
        except ValueError:  # 30 February
            pass
        if text:
            expected = Text("存在的日期，如 2026-03-31", "a date that exists, such as 2026-03-31")
            self.fault(key, found.said[key].line, Text(f"“{text[:80]}”", f"'{text[:80]}'"), expected, _AS_DATE)
        return None

    def _unknown(self, key: str, line: int, known: Sequence[str]) -> None:
        delete = Text("请改正或删除；说明文字可写在“#”之后。", "Correct or delete it; notes go behind a #.")
        found = Text(f"不认识的键 {key[:80]}", f"an unknown key {key[:80]}")
        self.fault(key[:80], line, found, one_of(known), meant(key.rpartition(".")[2], known, delete))


_SHORTER = Text("请缩短该项文字。", "Shorten the text.")
_IN_FULL = Text("请写出文字部分。", "Write its words too.")
_AS_DATE = Text("请按“年-月-日”填写。", "Write it as year-month-day.")


def _no_keys(file: str, line: int, item: str) -> Fault:
    return Fault(
        Text("内容不是“键: 值”的形式", "no keys with values"),
        Where(file=file, row=line, item=item or None),
        Text("每行一个“键: 值”，如 author_zh: 编制单位名称", "one `key: value` a line, such as author_zh: a name"),
        Text("请参照 docs/documents.md 填写。", "See docs/documents.md."),
    )
