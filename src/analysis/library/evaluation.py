"""An evaluation in memory: every stage a table, parts of it, and what it would be with other targets."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.assessment.rules import Rules, read_rules
from analysis.exceptions import Lang, Text, Where, check_known, usage
from analysis.narrative.words import STATUS
from analysis.pipeline import STAGES, Pipeline
from analysis.places import file_of
from analysis.schema import OBSERVATIONS

if TYPE_CHECKING:
    from analysis.explore import Look

_NO = Text("规划没有", "the plan has no")
_OF_TARGETS = ("assessments", "alerts", "details", "opinions", "scenarios")
_OF_INDICATORS = ("observations", "equity", "funnel", "effects")
_OF_SERIES = ("forecasts", "no_data", "volatility")


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Pipeline):
    """An evaluation of a plan: lazy, gated tables, worked out when first asked for.

    Made by `analysis.evaluate` or `analysis.open`. The tables are attributes: `observations`, `forecasts`, `no_data`,
    `assessments`, `alerts`, `volatility`, `details`, `composite`, `opinions`, `equity`, `funnel`, `effects`,
    `scenarios` (their columns: `analysis.schema`).

    Parameters
    ----------
    plan, dataset, rules, as_of, area, benchmark, model, learnt, withholding, stored
        As those of `analysis.pipeline.Pipeline`.
    source : mapping, optional
        The arguments of `runs.run.prepare` it was made with. None where plan or data are no longer those of their
        files: such an evaluation cannot be saved.
    folder : Path, optional
        The run it was read from.

    Examples
    --------
    >>> import analysis
    >>> ev = analysis.evaluate("national-2021-2030", "data/reference")
    >>> len(ev.assessments) == len(ev.plan.targets)
    True
    >>> part = ev.subset(domain="health")
    >>> {part.plan.parent(one).domain for one in part.plan.targets}
    {'health'}
    """

    source: Mapping[str, Any] | None = None
    folder: Path | None = None

    # ------------------------------------------------------------------ parts of it

    def indicator(self, name: str, **choices: Any) -> Look:
        """Return one indicator under study: `.plot()`, `.assessment`, `.assume(...)` and more (`analysis.explore`).

        Parameters
        ----------
        name : str
            Its id, or its Chinese or English name.
        **choices
            sex, age, residence, group (codes), area, as_of, until (years), model, target (id), lang.

        Returns
        -------
        Look

        Raises
        ------
        UsageError
            A choice does not exist; the message lists those that do.
        """
        from analysis.explore.choosing import choose
        from analysis.explore.look import Look

        source = self._source()
        files = {own: source.get(own) for own in ("plan", "db", "area")}
        files |= {"vintage": source.get("as_of_vintage")}
        files |= {own: None if source.get(own) is None else str(source[own]) for own in ("data", "rules")}
        return Look(choose(name, **{**files, "as_of": self.as_of, **choices}))

    def subset(
        self, domain: str | None = None, indicators: Sequence[str] | None = None, targets: Sequence[str] | None = None
    ) -> Evaluation:
        """Return the part of the evaluation that is about some targets; nothing is worked out again.

        Every number stays what it is in the whole. `composite` compares domains and is that of the whole.

        Parameters
        ----------
        domain : str, optional
            Id of a domain of the plan.
        indicators, targets : sequence of str, optional
            Ids. Of several conditions all must hold.

        Returns
        -------
        Evaluation
            Of the targets that meet every condition.

        Raises
        ------
        UsageError
            The plan has no such domain, indicator or target, or no target is left.
        """
        plan = self.plan
        check_known(_NO, [] if domain is None else [domain], [one.id for one in plan.domains], Where(item="domain"))
        check_known(_NO, indicators or [], [one.id for one in plan.indicators], Where(item="indicators"))
        check_known(_NO, targets or [], [one.id for one in plan.targets], Where(item="targets"))
        kept = tuple(
            one
            for one in plan.targets
            if (domain is None or plan.parent(one).domain == domain)
            and (indicators is None or one.indicator in indicators)
            and (targets is None or one.id in targets)
        )
        if not kept:
            raise usage(
                Text("没有符合全部条件的目标", "no target meets all conditions"),
                Where(item="subset"),
                Text("至少一条目标", "at least one target"),
                Text("请放宽条件。", "Ask for less at a time."),
            )
        ids = {one.id for one in kept}
        part = _Part(self, ids, {one.indicator for one in kept})
        return replace(self, plan=plan.with_targets(kept), stored=part, source=None, folder=None)

    def what_if(
        self,
        targets: Mapping[str, float] | None = None,
        rules: Rules | str | Path | None = None,
        observations: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    ) -> Evaluation:
        """Return the evaluation as it would be with other targets, rules or data; the plan's files stay as they are.

        Parameters
        ----------
        targets : mapping of str to float, optional
            Other values of targets by id, in the target's own unit.
        rules : Rules, str or Path, optional
            Other thresholds, or a file of them.
        observations : callable, optional
            Called with a copy of the `OBSERVATIONS` (one row a series and year), returns them changed. Forecasts are
            made anew then; else they are those of this evaluation.

        Returns
        -------
        Evaluation
            Of the same plan, otherwise than its files; it cannot be saved.

        Raises
        ------
        UsageError
            The plan has no such target.
        DataError
            The changed observations break their table, or the rules are broken.
        """
        check_known(_NO, targets or {}, [one.id for one in self.plan.targets], Where(item="targets"))
        values = targets or {}
        changed = tuple(replace(one, value=values[one.id]) if one.id in values else one for one in self.plan.targets)
        own = read_rules(file_of(str(rules))) if isinstance(rules, str | Path) else rules or self.rules
        kept = {} if observations is not None else {name: self.table(name) for name in ("forecasts", "no_data")}
        table = self.observations if observations is None else observations(self.observations.copy())
        stored = {**kept, "observations": OBSERVATIONS.build(table)}
        return replace(
            self, plan=replace(self.plan, targets=changed), rules=own, stored=stored, source=None, folder=None
        )

    # ------------------------------------------------------------------ kept and shown

    def save(self, folder: str | Path, lang: Lang = "zh") -> Path:
        """Write the evaluation as a run folder: inputs, and the tables worked out so far.

        `workbench resume`, `workbench report` and the notebooks go on from there; `analysis.open` reads it back.

        Parameters
        ----------
        folder : str or Path
            A new folder.
        lang : zh or en
            Of the documents made later.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        UsageError
            The folder is in use, or the evaluation is a part or a what-if, whose plan or data are in no file.
        """
        source = self._source()
        if self.folder is not None:
            from analysis.runs.scratch import copy_of

            return copy_of(self.folder, Path(folder))
        from analysis.runs.run import prepare

        run = prepare(**{**source, "out": Path(folder), "lang": lang})
        for name in STAGES:
            if name in self.__dict__:
                run.save(self.table(name), name)
        return run.folder

    def _source(self) -> Mapping[str, Any]:
        if self.source is not None:
            return self.source
        raise usage(
            Text("部分评估或假设评估没有对应的规划和数据文件", "a part or a what-if has no files of its own"),
            Where(item=self.plan.id),
            Text("由 analysis.evaluate 得到的完整评估", "a whole evaluation, made by analysis.evaluate"),
            Text("请对原评估操作，或先修改规划、数据文件再评估。", "Use the whole one, or change the files first."),
        )

    def summary(self, lang: Lang = "zh") -> pd.DataFrame:
        """Return how many targets have each verdict.

        Parameters
        ----------
        lang : zh or en

        Returns
        -------
        DataFrame
            Verdict and number of targets, the verdicts that occur.
        """
        counts = self.assessments["status"].value_counts()
        rows = [(name(lang), int(counts[status])) for status, name in STATUS.items() if status in counts]
        return pd.DataFrame(rows, columns=["判定", "目标数"] if lang == "zh" else ["Verdict", "Targets"])

    def __repr__(self) -> str:
        """Return plan, area and year in a line; nothing is worked out for it."""
        done = [name for name in STAGES if name in self.__dict__]
        notice = f" [{self.dataset.notice.zh}]" if self.dataset.notice.zh else ""
        worked = f"; {', '.join(done)}" if done else ""
        return f"<Evaluation {self.plan.id}, {self.area}, {self.as_of}{notice}{worked}>"

    def _repr_html_(self) -> str:
        """Return title, area, year, notice and the counts of verdicts for a notebook."""
        name = self.dataset.area_name(self.area).zh
        name = self.plan.area_name.zh if name == self.area else name
        notice = f"<p><b>{html.escape(self.dataset.notice.zh)}</b></p>" if self.dataset.notice.zh else ""
        head = f"<p>{html.escape(self.plan.title.zh)}，{html.escape(name)}，数据截至{self.as_of}年</p>"
        return head + notice + str(self.summary().to_html(index=False, border=0))


class _Part(Mapping[str, pd.DataFrame]):
    """The tables of an evaluation, the rows about some targets and their indicators alone, cut when asked for."""

    def __init__(self, whole: Pipeline, targets: set[str], indicators: set[str]) -> None:
        self._whole, self._targets, self._indicators = whole, targets, indicators

    def __getitem__(self, name: str) -> pd.DataFrame:
        table = self._whole.table(name)
        if name in _OF_TARGETS:
            return table[table["target"].isin(self._targets)].reset_index(drop=True)
        if name in _OF_INDICATORS:
            return table[table["indicator"].isin(self._indicators)].reset_index(drop=True)
        if name in _OF_SERIES:
            own = table["series_id"].str.split("|").str[0].isin(self._indicators)
            return table[own].reset_index(drop=True)
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(STAGES)

    def __len__(self) -> int:
        return len(STAGES)
