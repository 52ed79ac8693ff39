"""The controls of the explorer: what can be chosen for a look, and what is assumed."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from analysis.data.forms.labels import group_name
from analysis.exceptions import Lang
from analysis.explore.assuming import targets_of
from analysis.explore.choosing import FURTHEST
from analysis.explore.look import Look
from analysis.explore.view import Assumptions
from analysis.explore.words import model_choices, word
from analysis.gate.settings import usual_plan
from analysis.places import CARRIED, ROOT
from analysis.plan.reader import plan_ids, read_plan

_STYLE = {"description_width": "92px"}
_LAYOUT = {"width": "320px"}
_NAMES = ("plan", "area", "indicator", "breakdown", "target", "model", "until", "as_of", "vintage")


class Options:
    """The controls, in the order in which they stand."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.choices = {
            name: widgets.Dropdown(description=word(name, lang), style=_STYLE, layout=_LAYOUT) for name in _NAMES
        }
        self.flags = {
            name: widgets.Checkbox(
                description=word(f"assumed_{name}", lang), indent=False, layout={"width": "150px"}, value=False
            )
            for name in ("target", "baseline", "shocks", "denominators")
        }
        number = {"layout": {"width": "160px"}}
        self.target = widgets.FloatText(step=0.1, **number)
        self.baseline = widgets.FloatText(step=0.1, **number)
        self.shocks = widgets.SelectMultiple(rows=4, **number)
        self.denominators = widgets.FloatSlider(min=-10, max=10, step=0.5, continuous_update=False, **number)
        self.reset = widgets.Button(description=word("reset", lang), icon="undo")
        self.write = widgets.Button(description=word("write", lang), icon="save")

    @property
    def assumptions(self) -> dict[str, tuple[Any, Any]]:
        """Return the controls of each assumption: its tick and its value."""
        values = (self.target, self.baseline, self.shocks, self.denominators)
        return {name: (flag, value) for (name, flag), value in zip(self.flags.items(), values, strict=True)}

    @property
    def all(self) -> list[widgets.Widget]:
        """Return everything from top to bottom."""
        rows = [widgets.HBox(pair) for pair in self.assumptions.values()]
        head = widgets.HTML(f"<b>{word('assumptions', self.lang)}</b>")
        return [*self.choices.values(), head, *rows, widgets.HBox([self.reset, self.write])]

    def data_of(self, plan: str | None) -> str | None:
        """Return the data folder that goes with a plan: the one whose areas hold the plan's own."""
        return _data_of(plan)

    def fit(self, look: Look) -> None:
        """Offer what can be chosen from this look on, and mark what is chosen."""
        view, room, lang = look.view, look.answer.room, self.lang
        self._plans(look)
        self._set(
            "area", [(room.given.dataset.area_name(code)(lang), code) for code in room.areas(view.indicator)], view.area
        )
        self._set("indicator", self._indicators(look), view.indicator)
        breakdowns = room.breakdowns(view.indicator, view.area)
        self._set("breakdown", [(group_name(codes, lang), codes) for codes in breakdowns], view.breakdown)
        targets = targets_of(room.plan, view.indicator, view.area != room.given.area, view.breakdown)
        listed = [(f"{one.year or room.plan.end_year}  {one.text(lang)}", one.id) for one in targets]
        self._set("target", listed or [(word("no_target", lang), "")], view.target)
        self._set("model", model_choices(lang), view.model)
        last = room.plan.end_year + FURTHEST
        self._set("until", [(str(year), year) for year in range(view.as_of + 1, last + 1)], view.until)
        years = [year for year in room.years(view.indicator, view.area) if year <= room.given.as_of]
        known = sorted({*years[3:], view.as_of, room.given.as_of})
        self._set("as_of", [(str(year), year) for year in known], view.as_of)
        vintages = [(word("latest_vintage", lang), ""), *((name, name) for name in room.vintages)]
        self._set("vintage", vintages, view.vintage or "")
        self._fit_assumptions(look)

    def _set(self, name: str, options: list[tuple[str, Any]], value: Any) -> None:
        control = self.choices[name]
        if tuple(control.options) != tuple(options):
            control.options = options
        if control.value != value:
            control.value = value

    def _plans(self, look: Look) -> None:
        chosen = look.view.plan
        if chosen is not None and chosen not in plan_ids():
            self._set("plan", [(look.answer.room.plan.title(self.lang), chosen)], chosen)
        elif not self.choices["plan"].options:
            usual = usual_plan()
            named = [(read_plan(id, trusted=True).title(self.lang), id) for id in plan_ids()]
            self._set("plan", named, chosen or usual)

    def _indicators(self, look: Look) -> list[tuple[str, str]]:
        """Return the indicators with data, those of a domain together."""
        return [(one.name(self.lang), one.id) for one in look.answer.room.indicators]

    def _fit_assumptions(self, look: Look) -> None:
        assume, known = look.view.assume, look.answer
        for name, flag in self.flags.items():
            flag.value = getattr(assume, name) is not None
        stated = known.room.plan.target(look.view.target).value if look.view.target else None
        self.target.value = _or(assume.target, stated)
        base = known.verdict["baseline_value"] if known.verdict is not None else None
        self.baseline.value = _or(assume.baseline, None if base is None or base != base else float(base))
        years = [int(year) for year in known.history.loc[known.history["obs_value"].notna(), "time_period"]]
        if tuple(self.shocks.options) != tuple(years):
            self.shocks.options = years
        declared = known.own.shocks if known.own is not None else ()
        self.shocks.value = tuple(year for year in (assume.shocks or declared) if year in years)
        self.denominators.value = _or(assume.denominators, 0.0)
        self.flags["target"].disabled = self.target.disabled = stated is None
        self.flags["baseline"].disabled = self.baseline.disabled = base is None or base != base

    def assumed(self) -> Assumptions:
        """Return what is ticked, with its value."""
        ticked = {name: flag.value for name, flag in self.flags.items()}
        return Assumptions(
            target=float(self.target.value) if ticked["target"] else None,
            baseline=float(self.baseline.value) if ticked["baseline"] else None,
            shocks=tuple(self.shocks.value) if ticked["shocks"] else None,
            denominators=float(self.denominators.value) if ticked["denominators"] else None,
        )


def _or(value: float | None, other: float | None) -> float:
    return value if value is not None else other if other is not None else 0.0


def _data_of(plan: str | None) -> str | None:
    """Return the data folder below `data/` in which the plan's own area is observed; None for the default plan."""
    if plan is None:
        return None
    import pandas as pd

    area = read_plan(plan, trusted=True).area
    for base in dict.fromkeys((ROOT, CARRIED)):
        for file in sorted((base / "data").glob("*/observations.csv*")):
            if area in set(pd.read_csv(file, usecols=["ref_area"], dtype=str)["ref_area"]):
                return file.parent.relative_to(base).as_posix()
    return None
