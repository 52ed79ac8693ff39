"""`plan.yaml`: the head of a plan, its years whole numbers that fit together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.exceptions import Fault, Text, Where, meant
from analysis.gate.ids import doubled, is_name, no_name, same_but_for_case
from analysis.gate.text_files import text_of
from analysis.gate.written import Said, written
from analysis.places import shown
from analysis.plan.fields import ENTRIES, KEYS, OPTIONAL, SEXES, Fields
from analysis.plan.model import Domain, Source
from analysis.plan.tables import FIRST_YEAR, LAST_YEAR

LARGEST = 300_000  # bytes
LONGEST = 50  # years of a plan
_YEARS = ("start_year", "end_year", "baseline_year")
_YEAR = re.compile(r"[0-9０-９]{4}")


@dataclass(frozen=True)
class Head:
    """What `plan.yaml` says; what is missing or wrong is None (a year), empty (a text), or left out (an entry).

    `known_domains` are the ids of all entries of `domains`, also of wrong ones; None where there is no list.
    """

    id: str = ""
    title: Text = Text("", "")
    area: str = ""
    area_name: Text = Text("", "")
    start_year: int | None = None
    end_year: int | None = None
    baseline_year: int | None = None
    milestones: tuple[int, ...] = ()
    partial: bool = False
    sources: tuple[Source, ...] = ()
    domains: tuple[Domain, ...] = ()
    known_domains: frozenset[str] | None = None
    source_precedence: tuple[str, ...] = ()
    sexes: tuple[tuple[str, Text], ...] = ()


def read_head(path: Path) -> tuple[Head, list[Fault]]:
    """Return what `plan.yaml` says, and every fault of it with its line.

    Parameters
    ----------
    path : the file; UTF-8, UTF-16 with its mark, or GB18030

    Returns
    -------
    head : what could be read
    faults : unknown, missing and doubled keys, years that are no whole numbers or do not fit together, incomplete
        domains and sources
    """
    file = shown(path)
    text, faults = text_of(path, LARGEST)
    if faults:
        return Head(), faults
    said, faults = written(text, file)
    if said is None:
        return Head(), faults or [_no_keys(file)]
    if not isinstance(said.value, dict):
        return Head(), [*faults, _no_keys(file)]
    reader = _Reader(file, said.value, faults)
    return reader.head(), faults


class _Reader(Fields):
    def head(self) -> Head:
        self._keys()
        years = {key: self._year(key, self.said[key]) for key in _YEARS if key in self.said}
        milestones = self._milestones()
        self._clashes(years, milestones)
        title, area = self.text("title_zh", needed=True), self.name("area")
        name = self.text("area_name_zh") or area
        entries = {key: self.entries(key) for key in ENTRIES}
        domains = self.said.get("domains")
        ids = domains.value if domains and isinstance(domains.value, list) and domains.value else None
        return Head(
            id=self.name("id"),
            title=Text(title, self.text("title_en") or title),
            area=area,
            area_name=Text(name, self.text("area_name_en") or name),
            milestones=tuple(year for _, year in milestones),
            partial=self.truth("partial"),
            sources=tuple(Source(**one) for one in entries["sources"]),
            domains=self._domains(entries["domains"]),
            known_domains=None if ids is None else frozenset(filter(None, (_id_of(one) for one in ids))),
            source_precedence=self.texts("source_precedence"),
            sexes=self._sexes(),
            **years,
        )

    def _sexes(self) -> tuple[tuple[str, Text], ...]:
        """Return the plan's own words for girls and boys, or women and men; of one language alone, for both."""
        said = {code: (self.text(f"{key}_zh"), self.text(f"{key}_en")) for code, key in SEXES.items()}
        return tuple((code, Text(zh or en, en or zh)) for code, (zh, en) in said.items() if zh or en)

    def _keys(self) -> None:
        missing = [key for key in KEYS if key not in self.said]
        if missing:
            self.fault(
                "",
                None,
                Text(f"缺少 {'、'.join(missing)}", f"no {', '.join(missing)}"),
                _keys(),
                Text("请补全后重新运行。", "Add them and run again."),
            )
        for key in self.said:
            if key not in (*KEYS, *OPTIONAL):
                delete = Text("请改正或删除该键；说明文字可写在“#”之后。", "Correct or delete it; notes go behind a #.")
                action = meant(key.strip().lower(), (*KEYS, *OPTIONAL), delete)
                found = Text(f"不认识的键 {key[:80]}", f"an unknown key {key[:80]}")
                self.fault(key[:80], self.said[key].line, found, _keys(), action)

    def _year(self, key: str, said: Said) -> int | None:
        text = said.text() or ""
        if _YEAR.fullmatch(text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
            return int(text)
        self._no_year(key, said)
        return None

    def _no_year(self, key: str, said: Said, many: bool = False) -> None:
        found = said.short() if said.value else ""
        span = f"{FIRST_YEAR}—{LAST_YEAR}"
        expected = (
            Text("年份列表，如 [2025, 2030]", "a list of years such as [2025, 2030]")
            if many
            else Text(f"整数年份（{span}），如 2020", f"a whole year ({FIRST_YEAR}-{LAST_YEAR}), such as 2020")
        )
        self.fault(
            key,
            said.line,
            Text(f"“{found}”", f"'{found}'") if found else Text("空值", "no value"),
            expected,
            Text(f"请将 {key} 改为整数年份，不带“年”字。", f"Write {key} as whole years, without further signs."),
        )

    def _milestones(self) -> list[tuple[int, int]]:
        """Return the line and the year of each milestone that is a year."""
        said = self.said.get("milestones")
        if said is None:
            return []
        if not isinstance(said.value, list) or not said.value:
            self._no_year("milestones", said, many=True)
            return []
        years = [(one.line, self._year("milestones", one)) for one in said.value]
        return [(line, year) for line, year in years if year is not None]

    def _clashes(self, years: Mapping[str, int | None], milestones: list[tuple[int, int]]) -> None:
        start, end, base = (years.get(key) for key in _YEARS)
        if start is not None and end is not None and start > end:
            self._clash("end_year", end, f"不早于 start_year（{start}）", f"not before start_year ({start})")
        if start is not None and end is not None and end - start >= LONGEST:
            self._clash("end_year", end, f"规划期至多 {LONGEST} 年", f"a plan of at most {LONGEST} years")
        if start is not None and base is not None and base > start:
            self._clash("baseline_year", base, f"不晚于 start_year（{start}）", f"not after start_year ({start})")
        if start is not None and base is not None and start - base >= LONGEST:
            self._clash(
                "baseline_year", base, f"距首年不到 {LONGEST} 年", f"less than {LONGEST} years before the first"
            )
        for place, (line, year) in enumerate(milestones):
            if start is not None and end is not None and start <= end and not start <= year <= end:
                self._clash("milestones", year, f"{start}—{end} 年之间", f"within {start}-{end}", line)
            elif year in [one for _, one in milestones[:place]]:
                self._clash("milestones", year, "每个节点年份只出现一次", "each milestone once", line)

    def _clash(self, key: str, year: int, zh: str, en: str, line: int | None = None) -> None:
        self.fault(
            key,
            line or self.said[key].line,
            Text(f"{key}：{year}", f"{key}: {year}"),
            Text(zh, en),
            Text(
                "请核对规划的起止年份、基期和节点。", "Check first and last year, baseline and milestones of the plan."
            ),
        )

    def _domains(self, entries: list[dict[str, str]]) -> tuple[Domain, ...]:
        line = self.said["domains"].line if entries else None
        ids = [one["id"] for one in entries]
        for place, id in enumerate(ids):
            if not is_name(id):
                self.faults.append(no_name(id, Where(file=self.file, row=line, item="domains")))
            elif id in ids[:place]:
                self.fault(
                    "domains",
                    line,
                    Text(f"领域 {id} 出现两次", f"the domain {id} twice"),
                    Text("每个领域编号只出现一次", "each domain once"),
                    Text("请删除或改名其中一项。", "Delete or rename one."),
                )
        for one, other in same_but_for_case(ids):
            self.faults.append(doubled(one, other, Where(file=self.file, row=line, item="domains")))
        return tuple(
            Domain(one["id"], Text(one["title_zh"], one.get("title_en") or one["title_zh"])) for one in entries
        )


def _id_of(item: Said) -> str | None:
    said = item.value.get("id") if isinstance(item.value, dict) else None
    return said.text() if said else None


def _keys() -> Text:
    return Text(
        f"键：{'、'.join(KEYS)}；可有：{'、'.join(OPTIONAL)}",
        f"the keys {', '.join(KEYS)}; optional: {', '.join(OPTIONAL)}",
    )


def _no_keys(file: str) -> Fault:
    return Fault(
        Text("内容不是“键: 值”的形式", "no keys with values"),
        Where(file=file),
        _keys(),
        Text("请按已有规划的 plan.yaml 填写。", "Take the plan.yaml of another plan as a pattern."),
    )
