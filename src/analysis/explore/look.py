"""One indicator under study: what a code cell calls, and what the explorer's page is built from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from analysis.data.forms.labels import group_name
from analysis.explore import sheets
from analysis.explore.answers import Answer, answer
from analysis.explore.choosing import settled
from analysis.explore.objects import Assessment, Forecast, fan, pill
from analysis.explore.places import nation, streets
from analysis.explore.residuals import residuals
from analysis.explore.shown import Picture, Sheet
from analysis.explore.view import Assumptions, View
from analysis.explore.words import assumed_words, model_label, word
from analysis.export import figures, peers
from analysis.formats import probability
from analysis.narrative.words import verdict_of
from analysis.plan import Indicator, Target
from analysis.schema import TOTAL

_MARGINS = (0.07, 0.09, 0.66, 0.82)  # of a quick chart: left, bottom, width, height, room for the legend at the right


@dataclass(frozen=True)
class Look:
    """A view with its answers; nothing is changed in place, `of` and `assume` return another look.

    Parameters
    ----------
    view : View
    """

    view: View

    @cached_property
    def answer(self) -> Answer:
        """Return the facts behind everything shown."""
        return answer(self.view)

    @property
    def indicator(self) -> Indicator:
        """Return the definition of the indicator."""
        return self.answer.indicator

    @property
    def target(self) -> Target | None:
        """Return the chosen target."""
        return self.answer.target

    @property
    def p_met(self) -> float | None:
        """Return the probability that the chosen target is met."""
        return self.answer.p_met

    @property
    def notice(self) -> str:
        """Return the line everything carries: of simulated data, and of assumptions."""
        lang = self.view.lang
        parts = [self.answer.room.notice(lang), word("assumed", lang) if self.view.assume.any else ""]
        return "；".join(filter(None, parts)) if lang == "zh" else "; ".join(filter(None, parts))

    def of(self, **choices: Any) -> Look:
        """Return the same with other choices: area, model, until, as_of, sex, age, residence, group, target, lang."""
        return Look(settled(replace(self.view, **choices), self.answer.room))

    def assume(
        self,
        target: float | None = None,
        baseline: float | None = None,
        shocks: list[int] | tuple[int, ...] | None = None,
        denominators: float | None = None,
    ) -> Look:
        """Return the same under assumptions (see `Assumptions`); those not given are taken back.

        Parameters
        ----------
        target : float
            Value of the chosen target, in its own unit.
        baseline : float
            Value of the baseline year, on the indicator's scale.
        shocks : list of int
            Years that count as special events.
        denominators : float
            Yearly change of the denominator [percent].
        """
        years = None if shocks is None else tuple(sorted(shocks))
        return Look(replace(self.view, assume=Assumptions(target, baseline, years, denominators)))

    def plot(self, quick: bool = False) -> Picture:
        """Return the history with the fan of the forecast, the targets and the required path.

        `quick` leaves out the fitting of the margins to their texts, half of the time a chart takes.
        """
        known, view = self.answer, self.view
        ahead = known.forecast[known.forecast["time_period"] <= view.until]
        targets = [one for one in known.targets if (one.year or 0) <= view.until]
        chart = figures.fan_chart(known.indicator, known.history, ahead, targets, known.bounds, self.notice, view.lang)
        if quick:
            chart.set_layout_engine("none")
            chart.axes[0].set_position(_MARGINS)
        return Picture.of(chart)

    @property
    def forecast(self) -> Forecast:
        """Return the forecast."""
        known, view = self.answer, self.view
        return Forecast(known.indicator, known.forecast, known.history, view.model, self.notice, view.lang, view.until)

    @property
    def assessment(self) -> Assessment:
        """Return the verdicts on the targets of the series, the chosen one first."""
        known = self.answer
        table = known.assessments.assign(other=known.assessments["target"] != self.view.target)
        table = table.sort_values(["other", "target_year", "target"]).drop(columns="other")
        rules = known.rules
        return Assessment(known.indicator, known.targets, table, self.notice, rules, self.view.lang, self.reference)

    @property
    def reference(self) -> str:
        """Return the sentence that a target is about the whole, where the series is about a part."""
        view, known = self.view, self.answer
        in_parts = view.area != known.room.given.area
        original = known.room.plan.target(view.target) if view.target else None
        of_all = original is not None and set(original.breakdown) == {TOTAL}
        return word("reference", view.lang) if original and (in_parts or (of_all and not view.whole)) else ""

    @property
    def ruled(self) -> str:
        """Return which rules the verdicts follow, where they are not the default's."""
        lang, id = self.view.lang, self.answer.rules.id
        return "" if self.view.rules is None else f"判定规则：{id}" if lang == "zh" else f"Rules: {id}"

    def flips(self) -> Sheet:
        """Return what would flip the verdict."""
        return sheets.flips_sheet(self.answer)

    def path(self) -> Sheet:
        """Return the way required, the people to go and the events allowed."""
        return sheets.path_sheet(self.answer)

    def rules(self) -> Sheet:
        """Return what the published rules say."""
        return sheets.rules_sheet(self.answer)

    def residuals(self) -> Sheet:
        """Return the residual checks."""
        return sheets.residual_sheet(residuals(self.answer), self.answer)

    def streets(self) -> Sheet:
        """Return the streets of the area in their last year."""
        return sheets.places_sheet(streets(self.answer), self.answer)

    def nation(self) -> Sheet:
        """Return the published values of the nation beside the area's."""
        return sheets.nation_sheet(nation(self.answer), self.answer)

    def plot_streets(self) -> Picture | Sheet:
        """Return the streets as a chart, with the area, the nation and the target drawn across; a sentence if none."""
        places = streets(self.answer)
        if not places:
            return self.streets()
        known, lang = self.answer, self.view.lang
        lines = []
        for name, rows in (
            (known.dataset.area_name(self.view.area)(lang), known.history),
            (known.room.nation_name(lang), nation(known)),
        ):
            seen = rows[rows["obs_value"].notna()]
            if len(seen):
                lines.append((f"{name} {seen['time_period'].iloc[-1]}", float(seen["obs_value"].iloc[-1])))
        if self.view.target in known.bounds:
            lines.append((word("target", lang), known.bounds[self.view.target]))
        rows_drawn = [(one.name, one.year, one.value, one.low, one.high) for one in places]
        return Picture.of(peers.places_chart(rows_drawn, known.indicator, lines, self.notice, lang))

    def plot_nation(self) -> Picture | Sheet:
        """Return the area's history beside the nation's; a sentence where there is none."""
        table, known, lang = nation(self.answer), self.answer, self.view.lang
        if not len(table):
            return self.nation()
        names = known.dataset.area_name(self.view.area)(lang), known.room.nation_name(lang)
        chart = peers.beside_chart(known.history, table, names, known.indicator, self.notice, lang)
        return Picture.of(chart)

    def write(self, folder: Path | str | None = None) -> Path:
        """Write the view as a notebook with its parameters, into `notebooks/views/` by default; returns where."""
        from analysis.explore.saving import write_notebook

        return write_notebook(self, None if folder is None else Path(folder))

    def same_as_written(self, p_met: float | None, data: str) -> Sheet:
        """Return in words whether data and P(met) are still those a notebook was written with."""
        from analysis.explore.saving import data_digest

        return sheets.written_sheet(self.p_met, p_met, data_digest(self) == data, self.view.lang)

    def title(self) -> str:
        """Return what is looked at, in one line."""
        view, lang = self.view, self.view.lang
        parts = [self.answer.dataset.area_name(view.area)(lang)]
        if not view.whole:
            parts.append(group_name(view.breakdown, lang))
        parts += [f"截至{view.as_of}年" if lang == "zh" else f"data up to {view.as_of}", model_label(view.model, lang)]
        inner = ("，" if lang == "zh" else ", ").join(parts)
        name = self.indicator.name(lang)
        return f"{name}（{inner}）" if lang == "zh" else f"{name} ({inner})"

    def verdict_line(self) -> str:
        """Return the chosen target, its probability and the reason as one sentence."""
        row, lang = self.answer.verdict, self.view.lang
        if row is None or self.target is None:
            return word("no_target", lang)
        p = probability(self.p_met, lang)
        reason = row["reason" if lang == "zh" else "reason_en"]
        assumed = assumed_words(self.view.assume, self.indicator, self.target, lang)
        chance = "" if self.p_met in (None, 0.0, 1.0) else f"达标概率{p}。" if lang == "zh" else f"P(met) {p}. "
        if lang == "zh":
            return f"{self.target.text.zh}（{self.target.clause}）{assumed}{chance}{reason}"
        return f"{self.target.text.en} ({self.target.clause}) {assumed}{chance}{reason}"

    def header_html(self) -> str:
        """Return title, verdict and reason as HTML, every text escaped."""
        row, lang = self.answer.verdict, self.view.lang
        kind = self.target.kind if self.target is not None else ""
        label = (
            pill(str(row["status"]), lang, verdict_of(row, kind, self.answer.rules)(lang)) if row is not None else ""
        )
        notes = [self.notice, self.ruled, self.reference, self.answer.no_forecast]
        if self.indicator.statistic == "milestone":
            notes.append(word("no_trend", lang))
        small = "".join(f'<div style="color:#777">{escape(text)}</div>' for text in notes if text)
        head = f"<b>{escape(self.title())}</b> {label}"
        return f'<div style="line-height:1.6">{head}<div>{escape(self.verdict_line())}</div>{small}</div>'

    def __str__(self) -> str:
        """Return title and verdict as a terminal shows them."""
        return "\n".join(filter(None, [self.title(), self.verdict_line(), self.ruled, self.reference, self.notice]))

    def __repr__(self) -> str:
        """Return title and verdict as a terminal shows them."""
        return str(self)

    def _repr_html_(self) -> str:
        return f"<div>{self.header_html()}{fan(self.answer.history, self.forecast.years, self.title())}</div>"
