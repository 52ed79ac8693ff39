"""Standard indicators: what each is called, how it is worked out, and which of them a name means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exceptions import DataError, Fault, Text, Where
from analysis.formats import UNIT_NAMES
from analysis.gate.names import likeness, name_key
from analysis.places import REGISTRY, shown
from analysis.schema import DIRECTIONS, Column, Table, read_table

TOPICS = ("health", "safety", "education", "economy", "decision", "welfare", "family", "environment", "law")
OFFICES = (
    *(
        "卫生健康",
        "教育",
        "民政",
        "统计",
        "公安",
        "检察",
        "法院",
        "司法行政",
        "人力资源社会保障",
        "医疗保障",
        "妇联",
        "残联",
    ),
    *("组织", "人大", "政协", "工会", "住房城乡建设", "水利", "农业农村", "生态环境", "文化旅游", "体育", "广播电视"),
    *("市场监管", "应急管理", "网信", "科协", "科技", "财政"),
)
LIKE = 0.4  # share of likeness below which a name is no proposal [0..1]

STANDARD = Table(
    "indicators",
    (
        Column("code", id="name"),
        Column("topic", choices=TOPICS),
        *(Column(name) for name in ("name_zh", "name_en")),
        *(Column(name, required=False) for name in ("synonyms_zh", "synonyms_en")),
        *(Column(name) for name in ("definition_zh", "definition_en")),
        Column("unit", choices=tuple(UNIT_NAMES)),
        Column("direction", choices=DIRECTIONS),
        Column("lower_bound", "number", required=False),
        Column("upper_bound", "number", required=False),
        Column("gross", required=False, choices=("yes",)),
        *(Column(f"{part}_{lang}", required=False) for part in ("numerator", "denominator") for lang in ("zh", "en")),
        Column("statistic", choices=("poisson", "binomial", "ratio", "amount", "count", "milestone")),
        Column("period_type", choices=("calendar_year", "school_year")),
        Column("decimals", "integer", minimum=0),
        Column("department", choices=OFFICES),
        *(Column(name) for name in ("source_zh", "source_en")),
    ),
    ("code",),
    sort=False,
)


@dataclass(frozen=True)
class StandardIndicator:
    """One entry of the registry: what an indicator is, wherever it is measured.

    `lower` and `upper` are bounds of its values [unit], None where there is none; `gross` marks a rate that may exceed
    100 %. `synonyms` holds the other names in both languages; `department` the kind of office that reports it.
    """

    code: str
    topic: str
    name: Text
    synonyms: tuple[str, ...]
    definition: Text
    unit: str
    direction: str
    lower: float | None
    upper: float | None
    gross: bool
    numerator: Text
    denominator: Text
    statistic: str
    period_type: str
    decimals: int
    department: str
    source: Text

    @property
    def names(self) -> tuple[str, ...]:
        """Return everything the indicator is called by: code, names, synonyms."""
        return (self.code, self.name.zh, self.name.en, *self.synonyms)


class Registry:
    """The standard indicators and their lookup by name.

    Parameters
    ----------
    entries : tuple of StandardIndicator
        No two of them may share a name (`faults_of_names`); of two that do, the first is found.
    """

    def __init__(self, entries: tuple[StandardIndicator, ...]) -> None:
        self.entries = entries
        self._codes = {one.code: one for one in entries}
        self._keys: dict[str, StandardIndicator] = {}
        for one in entries:
            for name in one.names:
                self._keys.setdefault(name_key(name), one)

    def by_code(self, code: str) -> StandardIndicator | None:
        """Return the entry of a code, None where there is none."""
        return self._codes.get(code)

    def find(self, name: str) -> StandardIndicator | None:
        """Return the entry that is called `name` (code, name or synonym, by `name_key`), None where none is."""
        key = name_key(name)
        return self._keys.get(key) if key else None

    def near(self, name: str, most: int = 3) -> list[tuple[StandardIndicator, float]]:
        """Return the entries whose names are most like `name`, to be shown to a person and never taken silently.

        Parameters
        ----------
        name : str
            A name as somebody wrote it.
        most : int
            How many entries at the most [entries].

        Returns
        -------
        list of (StandardIndicator, float)
            The likeness of the entry's closest name [0..1], from the most alike down; none below `LIKE`.
        """
        best = [(one, max(likeness(name, other) for other in one.names)) for one in self.entries]
        ranked = sorted((pair for pair in best if pair[1] >= LIKE), key=lambda pair: -pair[1])
        return ranked[: max(most, 0)]


@cache
def registry() -> Registry:
    """Return the registry in `data/registry/indicators.csv`, read once; a test searches it for faults.

    Raises
    ------
    UsageError
        The file is not there.
    """
    return read_registry(REGISTRY, trusted=True)


def read_registry(path: Path, trusted: bool = False) -> Registry:
    """Return the registry in a file; one that was checked before is `trusted`, and not searched for faults again.

    Raises
    ------
    UsageError
        The file is not there.
    DataError
        A cell breaks the table, two entries share a name, or bounds do not fit the unit; every fault at once.
    """
    frame = read_table(path, STANDARD, trusted)
    entries = tuple(_entry(row) for row in _records(frame))
    if trusted:
        return Registry(entries)
    faults = [*faults_of_names(entries, shown(path)), *_faults_of_bounds(entries, shown(path))]
    if faults:
        raise DataError(faults)
    return Registry(entries)


def faults_of_names(entries: tuple[StandardIndicator, ...], file: str) -> list[Fault]:
    """Return a fault for each name that two entries share, or that holds nothing to look it up by."""
    owner: dict[str, str] = {}
    faults = []
    for one in entries:
        for name in one.names:
            key = name_key(name)
            other = owner.setdefault(key, one.code)
            if not key or other != one.code:
                faults.append(
                    Fault(
                        Text(f"名称“{name}”已属于 {other}" if key else f"名称“{name}”没有内容",
                             f"'{name}' is a name of {other} already" if key else f"'{name}' is no name"),
                        Where(file=file, item=one.code),
                        Text("每个名称或同义词只属于一个指标", "each name or synonym belongs to one indicator"),
                        Text("请改写其中一个名称，或删去同义词。", "Reword one of them, or take the synonym out."),
                    )
                )  # fmt: skip
    return faults


def _faults_of_bounds(entries: tuple[StandardIndicator, ...], file: str) -> Iterator[Fault]:
    for one in entries:
        bounds = (one.lower, one.upper)
        if one.unit != "percent":
            allowed: tuple[tuple[float | None, float | None], ...] = ((0, one.upper),)
        else:
            allowed = ((0, None),) if one.gross else ((0, 100), (None, None))  # without bounds: a rate of growth
        if bounds not in allowed or (one.gross and one.unit != "percent"):
            yield Fault(
                Text(f"上下限 {one.lower}—{one.upper}", f"bounds {one.lower} to {one.upper}"),
                Where(file=file, item=one.code),
                Text(
                    "百分比 0—100（毛入学率下限 0、无上限，增长率无上下限），其他单位下限 0",
                    "percent: 0 to 100 (gross rates 0 and no upper bound, rates of growth none); other units: from 0",
                ),
                Text("请更正 lower_bound、upper_bound 或 gross。", "Correct lower_bound, upper_bound or gross."),
            )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): None if pd.isna(cell) else cell for key, cell in row.items()} for row in frame.to_dict("records")
    ]


def _entry(row: dict[str, Any]) -> StandardIndicator:
    synonyms = f"{row['synonyms_zh']};{row['synonyms_en']}".replace("；", ";").split(";")
    plain = ("code", "topic", "unit", "direction", "statistic", "period_type", "department")
    return StandardIndicator(
        name=_text(row, "name"),
        definition=_text(row, "definition"),
        numerator=_text(row, "numerator"),
        denominator=_text(row, "denominator"),
        source=_text(row, "source"),
        synonyms=tuple(name.strip() for name in synonyms if name.strip()),
        lower=row["lower_bound"],
        upper=row["upper_bound"],
        gross=row["gross"] == "yes",
        decimals=int(row["decimals"]),
        **{name: row[name] for name in plain},
    )


def _text(row: dict[str, Any], part: str) -> Text:
    return Text(row[f"{part}_zh"], row[f"{part}_en"])
