"""A run folder: the inputs it was made from, its tables, and the record of how it went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from analysis.assessment.rules import Rules, read_rules, whole_text
from analysis.data.observations import DataSet, read_dataset
from analysis.exceptions import Lang, Text, Where, usage
from analysis.pipeline import known_by
from analysis.places import REPORTS, shown
from analysis.plan import Plan, copy_plan, read_plan
from analysis.runs.datasets import how_reviewed
from analysis.runs.files import write_table, write_text
from analysis.runs.folders import never_prepared, new_folder
from analysis.runs.from_database import carry_provenance, copy_ledger, copy_provenance
from analysis.runs.hashes import check_unchanged, hashes_of
from analysis.runs.held import held
from analysis.runs.inputs import check_inputs, copy_data
from analysis.runs.kinds import settled
from analysis.runs.locking import LOCK
from analysis.runs.reported import reports_of, write_reports
from analysis.runs.scratch import known_copy, writable
from analysis.runs.sealing import check_seal, write_record
from analysis.schema import TABLES, read_table
from analysis.schema.files import values_of

if TYPE_CHECKING:
    from analysis.runs.rounds import Round

Audience = Literal["internal", "public"]


@dataclass(frozen=True)
class Run:
    """One evaluation on disk; everything it needs lies in its own folder."""

    folder: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return what is kept about the run in `run.json`."""
        loaded: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return loaded

    @cached_property
    def plan(self) -> Plan:
        """Return the plan, from the run's own copy."""
        source = self.folder / "inputs" / "plan"
        return held(self.folder, "plan", [source], lambda: read_plan(source, trusted=True))

    @cached_property
    def dataset(self) -> DataSet:
        """Return the data set, from the run's own copy."""
        source = self.folder / "inputs" / "data"
        known = held(self.folder, "dataset", [source], lambda: read_dataset(source, trusted=True))
        return replace(known, observations=known.observations.copy(deep=False), areas=known.areas.copy(deep=False))

    @cached_property
    def benchmark(self) -> DataSet | None:
        """Return the published values of a larger area to stand beside the run's own, from the run's own copy."""
        copy = self.folder / "inputs" / "benchmark"
        return read_dataset(copy, trusted=True) if copy.is_dir() else None

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Return one row a series and year, up to the run's last year."""
        files = [self.folder / "inputs" / "plan", self.folder / "inputs" / "data"]
        name = f"known by {self.as_of}"
        known = held(self.folder, name, files, lambda: known_by(self.dataset, self.plan, self.as_of))
        return known.copy(deep=False)

    @cached_property
    def round(self) -> Round | None:
        """Return the frozen round the run belongs to, from the run's own copy."""
        copy = self.folder / "inputs" / "round.json"
        if not copy.is_file():
            return None
        from analysis.runs.rounds import read_round

        return read_round(copy)

    @cached_property
    def rules(self) -> Rules:
        """Return the thresholds, from the run's own copy."""
        return read_rules(self.folder / "inputs" / "rules.yaml")

    @property
    def rules_text(self) -> str:
        """Return the rules file as the run keeps it."""
        return (self.folder / "inputs" / "rules.yaml").read_text(encoding="utf-8")

    @property
    def as_of(self) -> int:
        """Return the last year known to the run."""
        return int(self.record["as_of"])

    @property
    def area(self) -> str:
        """Return the code of the area under evaluation."""
        return str(self.record["area"])

    @property
    def public(self) -> bool:
        """Return whether the run is for the public: its small cells are suppressed."""
        return self.record.get("audience") == "public"

    @property
    def notice(self) -> Text:
        """Return the line every page carries, such as the notice of simulated data."""
        return self.dataset.notice

    def table(self, name: str) -> pd.DataFrame:
        """Return a finished table of the run; a `UsageError` says which notebook makes it."""
        path = self._made(name)
        known = held(self.folder, f"table {name}", [path], lambda: read_table(path, TABLES[name], trusted=True))
        return known.copy(deep=False)  # pandas copies what is then changed, so nobody changes another's table

    def values(self, name: str, column: str) -> list[str]:
        """Return the different values of a text column of a finished table, sorted, without reading the others."""
        return values_of(self._made(name), column)

    def table_file(self, name: str) -> Path:
        """Return where a table of the run lies, or will lie; of a run this process tries things on, in its copy."""
        return (known_copy(self.folder) or self.folder) / "tables" / f"{name}.csv"

    def documents(self) -> list[str]:
        """Return the files of the documents that were made of the run."""
        return [file for one in self.record.get("documents", []) for file in one["files"]]

    def _made(self, name: str) -> Path:
        path = self.table_file(name)
        if path.is_file():
            return path
        raise usage(
            Text(f"本次运行还没有 {name} 表", f"the run has no table {name} yet"),
            Where(file=shown(path)),
            Text(
                "先运行生成该表的 notebook（02 生成预测，03 生成判定和预警）",
                "the notebook that makes it, run before",
            ),
            Text("请按编号顺序运行，或执行 workbench evaluate。", "Run them in order, or `workbench evaluate`."),
        )

    def save(self, table: pd.DataFrame, name: str) -> None:
        """Write a table through its gate, whole or not at all; what is tried on a finished run goes to a copy.

        Raises
        ------
        DataError
            The table breaks its gate.
        EnvironmentFailure
            The folder cannot be written.
        """
        built = TABLES[name].build(table)
        write_table(built, writable(self.folder) / "tables" / f"{name}.csv")

    def note(self, **facts: Any) -> None:
        """Add facts to `run.json`, or to that of a copy where this process may not write the run (`runs.scratch`).

        Raises
        ------
        UsageError
            The record was edited by hand since it was written.
        """
        place = writable(self.folder)
        if own := place == self.folder:
            check_seal(self.record, self.folder)
        sealed = write_record({**(self.record if own else Run(place).record), **facts}, place / "run.json")
        self.record.update(sealed if own else facts)


def prepare(
    plan: str | None = None,
    data: str | Path | None = None,
    as_of: int | None = None,
    area: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    rules: Path | None = None,
    round_id: str | None = None,
    db: str | None = None,
    as_of_vintage: str | None = None,
    audience: Audience = "internal",
    benchmark: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
    include_unreviewed: bool = False,
) -> Run:
    """Check every input, then make the run folder with a copy of them; nothing is left of a refused run.

    For the audience `public` the copy has its small cells suppressed: whatever is made of it later, tables, charts,
    sentences, notebooks or downloads, cannot show what it does not hold. `options` are what `evaluate` will be called
    with, kept for a run that is resumed (`kinds` None: the documents that are due). Of a database only reviewed data
    count unless `include_unreviewed`. The record `run.json` is written last: without it a run was never prepared.

    Raises
    ------
    UsageError
        The plan, the data, the area, the year or the round does not exist, the round was frozen on other data,
        or `out` is in use.
    DataError
        An input breaks its table.
    """
    # what is published has every vintage: cells are hidden in sets of one vintage
    ways = {"own": True, "latest": audience != "public", "include_unreviewed": include_unreviewed}
    given = check_inputs(plan, data, as_of, area, rules, db, as_of_vintage, benchmark, **ways)
    if round_id is not None:
        from analysis.runs.rounds import copy_round, read_round

        read_round(round_id).check(given.plan.id, given.area, given.as_of, given.observed)
    reports = reports_of(db, given.data_folder, given.plan, given.area, not include_unreviewed, as_of_vintage)
    rules_text = whole_text(given.rules_file)
    folder = new_folder(out, given.plan.id, given.as_of)
    inputs = folder / "inputs"
    copy_plan(given.plan_folder, inputs / "plan")
    copy_data(given, inputs, audience == "public", as_of_vintage is not None)
    write_reports(reports, given, audience == "public", inputs)
    write_text(rules_text, inputs / "rules.yaml")
    if round_id is not None:
        copy_round(round_id, inputs / "round.json", audience == "public")
    if db is not None:
        copy_ledger(db, folder, given.plan.id, given.area, audience == "public")
        cut = as_of_vintage, audience != "public", not include_unreviewed
        copy_provenance(db, inputs, given.dataset.observations, given.area, cut, audience == "public")
    elif given.data_folder is not None:
        carry_provenance(given.data_folder, inputs, given.dataset.observations, audience == "public")
    (folder / "tables").mkdir()
    run = Run(folder)
    write_table(known_by(run.dataset, run.plan, given.as_of), folder / "tables" / "observations.csv")
    facts = {
        "id": folder.name,
        "plan": given.plan.id,
        "data": "database" if given.data_folder is None else shown(given.data_folder),
        "as_of_vintage": as_of_vintage,
        **how_reviewed(db, given.area, as_of_vintage, include_unreviewed),
        "as_of": given.as_of,
        "area": given.area,
        "rules": run.rules.id,
        "lang": lang,
        "round": round_id,
        "audience": audience,
        "inputs": hashes_of(inputs),
        "options": {"lang": lang, **settled(options or {}, given.as_of, given.plan.end_year)},
    }
    write_record({**facts, "status": "prepared"}, folder / "run.json")
    return run


def resume(name: str) -> Run:
    """Return an interrupted or failed run to go on with.

    Raises
    ------
    UsageError
        There is no such run, it was interrupted before its inputs were copied, or its record or its inputs were
        changed since.
    """
    run = open_run(name)
    check_seal(run.record, run.folder)
    known, now = run.record.get("inputs", {}), hashes_of(run.folder / "inputs")
    check_unchanged(known, now, run.folder)
    return run


def open_run(run: str | None = None, plan: str | None = None, data: str | None = None, as_of: int | None = None) -> Run:
    """Return the run a notebook works on.

    Parameters
    ----------
    run : str, optional
        A run folder, or its name in `reports/`. Without it: a new run where `plan`, `data` or `as_of` is
        given, else the newest run, else a new run on the defaults.
    """
    if run is not None:
        folder = Path(run) if (Path(run) / "run.json").is_file() else REPORTS / run
        if not (folder / "run.json").is_file():
            if (folder / LOCK).is_file():
                raise never_prepared(folder)
            raise usage(
                Text(f"没有运行 {run}", f"there is no run {run}"),
                Where(file=shown(folder)),
                Text("reports/ 下的一个文件夹名", "the name of a folder in reports/"),
                Text("请核对名称，或先执行 workbench evaluate。", "Check the name, or run `workbench evaluate`."),
            )
        return Run(folder)
    runs = sorted(REPORTS.glob("*/run.json"), key=lambda path: path.stat().st_mtime)
    if runs and plan is None and data is None and as_of is None:
        return Run(runs[-1].parent)
    return prepare(plan, data, as_of)
