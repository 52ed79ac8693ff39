"""The folder of an evaluation of many areas: its inputs, its record, and where everything of an area lies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment.rules import read_rules, whole_text
from analysis.data.areas import AreaTree
from analysis.data.observations import AREAS, BORDERS
from analysis.exceptions import Lang, Text, Where, check_known, usage
from analysis.gate.settings import usual_plan
from analysis.places import REPORTS, RULES, inside, shown
from analysis.plan import Plan, copy_plan, read_plan
from analysis.runs.datasets import write_dataset
from analysis.runs.files import write_json, write_table, write_text
from analysis.runs.folders import new_folder
from analysis.runs.hashes import check_unchanged, hashes_of
from analysis.runs.inputs import benchmark_of, plan_folder
from analysis.runs.regions.parts import Source, about_unreviewed, cut
from analysis.schema import read_table

RECORD = "region.json"


@dataclass(frozen=True)
class Region:
    """An evaluation of many areas on disk."""

    folder: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return what is kept about it in `region.json`: areas, settings."""
        loaded: dict[str, Any] = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        return loaded

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Return the `AREAS` table."""
        return read_table(self.folder / "inputs" / "areas.csv", AREAS, trusted=True)

    @cached_property
    def tree(self) -> AreaTree:
        """Return which area lies below which."""
        return AreaTree.of(self.areas)

    @property
    def plan_folder(self) -> Path:
        """Return the folder of the plan all areas are held to."""
        return self.folder / "inputs" / "plan"

    @property
    def districts(self) -> list[str]:
        """Return the districts, in order of code."""
        return list(self.record["districts"])

    @property
    def unions(self) -> list[str]:
        """Return the areas that districts add up to, each after those below it."""
        return list(self.record["unions"])

    @property
    def notice(self) -> Text:
        """Return the line every page carries, such as the notice of simulated data."""
        return Text(*self.record["notice"])

    def part(self, area: str) -> Path:
        """Return the data folder cut for an area."""
        return inside(self.folder, "parts", area)

    def run_folder(self, area: str) -> Path:
        """Return the run folder of an area."""
        return inside(self.folder, "areas", area)

    def name(self, area: str) -> Text:
        """Return the name of an area, its code where it has none."""
        rows = self.areas[self.areas["code"] == area]
        return Text(rows["name_zh"].iloc[0], rows["name_en"].iloc[0]) if len(rows) else Text(area, area)

    def needs(self, area: str) -> list[str]:
        """Return the areas that must have ended before this one begins: a union waits for its districts and cities."""
        if area not in self.unions:
            return []
        below = set(self.tree.below(area))
        return [one for one in (*self.districts, *self.unions) if one in below]


def prepare_region(
    source: Source,
    plan: str | None,
    top: str | None,
    areas: Sequence[str],
    as_of: int | None,
    out: Path | None,
    rules: Path | None,
    benchmark: str | Path | None,
    options: Mapping[str, Any],
) -> Region:
    """Check the inputs, then make the folder with a copy of them, the data cut by area; nothing is left if refused.

    Parameters
    ----------
    source : Source
    plan : str, optional
        Id or folder of the plan that every area is held to.
    top : str, optional
        Every district below this area is evaluated, and what they add up to, up to it.
    areas : sequence of str
        Without `top`: the districts to evaluate.
    as_of : int, optional
        Last year known, the last with a value in any area by default.
    rules : Path, optional
        A file of thresholds that differ from the default rules'; kept merged with them.
    options : mapping
        What each evaluation is called with: lang, kinds, formats, author, audience, needed.

    Raises
    ------
    UsageError
        The plan, an area or the year does not exist, or `out` is in use.
    DataError
        The plan, the rules or the table of areas breaks its gate.
    """
    _for_whom(options)
    chosen = plan or usual_plan()
    loaded, table, about = read_plan(chosen), source.areas(), source.about()
    thresholds, rules_text = read_rules(rules or RULES), whole_text(rules or RULES)
    beside = benchmark_of(benchmark, source.as_of_vintage)
    tree = AreaTree.of(table)
    check_known(Text("没有地区", "there is no area"), areas, sorted(tree.parent), Where(item="--area"))
    districts = tree.districts(top) if top is not None else sorted(set(areas))
    unions = tree.unions(top) if top is not None else []
    folder = new_folder(out, f"{loaded.id}-{top or 'areas'}", as_of or loaded.end_year)
    inputs = folder / "inputs"
    copy_plan(plan_folder(chosen), inputs / "plan")
    write_text(rules_text, inputs / "rules.yaml")
    write_table(table, inputs / "areas.csv")
    if beside is not None:
        (inputs / "benchmark").mkdir()
        write_dataset(beside, inputs / "benchmark")
    borders = (source.folder or Path()) / BORDERS
    if source.folder is not None and borders.is_file():
        shutil.copyfile(borders, inputs / BORDERS)
    try:
        unreviewed = cut(source, [*districts, *unions], table, about, folder / "parts")
        last = as_of or _last_year(folder / "parts", loaded)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    about = about_unreviewed(about) if unreviewed else about
    facts = {
        "plan": loaded.id,
        "data": "database" if source.folder is None else shown(source.folder),
        "as_of_vintage": source.as_of_vintage,
        "include_unreviewed": source.include_unreviewed,
        "unreviewed": unreviewed,
        "as_of": last,
        "rules": thresholds.id,
        "top": top,
        "districts": districts,
        "unions": unions,
        "notice": [str(about.get(name) or "") for name in ("notice_zh", "notice_en")],
        "inputs": hashes_of(folder, [*inputs.rglob("*"), *(folder / "parts").rglob("*")]),
        "options": dict(options),
    }
    write_json(facts, folder / RECORD)
    return Region(folder)


def _last_year(parts: Path, plan: Plan) -> int:
    """Return the last year with a value in any area; cells that are no number are for the gates to refuse."""
    last = 0
    for path in sorted(parts.glob("*/observations.*")):
        for block in _blocks(path):
            valued = pd.to_numeric(block["obs_value"], errors="coerce").notna()
            years = pd.to_numeric(block["time_period"], errors="coerce")[valued]
            last = max(last, int(years.max()) if len(years.dropna()) else 0)
    return last or plan.end_year


def _blocks(path: Path) -> list[pd.DataFrame]:
    from analysis.schema.blocks import raw_blocks

    wanted = ["obs_value", "time_period"]
    return [one.select(wanted).to_pandas() for one in raw_blocks(path) if set(wanted) <= set(one.column_names)]


def _for_whom(options: Mapping[str, Any]) -> None:
    """Refuse many areas for the public: what is hidden in one area follows from a total of all less the others."""
    if options["audience"] == "public":
        raise usage(
            Text("公开版只能逐个地区评估", "an evaluation for the public is of one area"),
            Where(item="--audience public"),
            Text(
                "一个 --area；各地区分别保密的数值可由汇总数减去其他地区推算出来",
                "one --area: what is hidden in each area by itself follows from a total of all less the other areas",
            ),
            Text(
                "请用 --audience internal 评估多个地区，或逐个地区另行公开，且不公布汇总数。",
                "Evaluate many areas with --audience internal, or publish one area alone, without totals of several.",
            ),
        )


def open_region(name: str) -> Region | None:
    """Return the evaluation of many areas in a folder (or of that name in `reports/`), None where it is none.

    Raises
    ------
    UsageError
        Its inputs were changed since.
    """
    folder = next((one for one in (Path(name), REPORTS / name) if (one / RECORD).is_file()), None)
    if folder is None:
        return None
    region = Region(folder)
    kept = region.record["inputs"]
    found = hashes_of(folder, [*(folder / "inputs").rglob("*"), *(folder / "parts").rglob("*")])
    check_unchanged(kept, found, folder)
    return region


def options_of(region: Region) -> tuple[Lang, dict[str, Any]]:
    """Return the language, and what `evaluate` is called with beside it."""
    given = dict(region.record["options"])
    lang: Lang = given.pop("lang")
    given.pop("audience")
    return lang, given
