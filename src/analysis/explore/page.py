"""The explorer: choices at the left, answers at the right; all it shows comes from `Look`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as widgets

from analysis.exceptions import Lang, WorkbenchError
from analysis.explore import choosing
from analysis.explore.assuming import targets_of
from analysis.explore.look import Look
from analysis.explore.options import Options
from analysis.explore.room import Room, open_room
from analysis.explore.shown import Picture, Sheet
from analysis.explore.view import Assumptions
from analysis.explore.words import word
from analysis.gate.settings import usual_plan
from analysis.places import shown
from analysis.schema import TOTAL

_TABS = ("tab_chart", "tab_flips", "tab_rules", "tab_residuals", "tab_places")
_WIDE = {"width": "auto"}


class Explorer(widgets.HBox):
    """A page of choices.

    Parameters
    ----------
    look : Look
        What it shows at first; the attribute of that name is what it shows now.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self._quiet = False
        lang = look.view.lang
        self.options = Options(lang)
        self.header = widgets.HTML()
        self.chart = widgets.Image(format="png", layout={"max_width": "100%"})
        self.table = widgets.HTML()
        self.panes = [widgets.VBox() for _ in _TABS]
        self.tabs = widgets.Tab(self.panes, titles=[word(name, lang) for name in _TABS], layout=_WIDE)
        self.message = widgets.HTML()
        super().__init__(
            [
                widgets.VBox([*self.options.all, self.message], layout={"width": "330px", "min_width": "330px"}),
                widgets.VBox([self.header, self.tabs], layout={"flex": "1 1 auto", "width": "auto", "min_width": "0"}),
            ]
        )
        for name, control in self.options.choices.items():
            control.observe(self._chosen(name), "value")
        for name, (flag, control) in self.options.assumptions.items():
            flag.observe(self._assumed, "value")
            control.observe(self._tick(name), "value")
        self.options.reset.on_click(lambda _: self.show(Look(replace(self.look.view, assume=Assumptions()))))
        self.options.write.on_click(self._write)
        self.tabs.observe(lambda _: self._draw(), "selected_index")
        self.show(look)

    def show(self, look: Look) -> None:
        """Show another look: the choices first, then the verdict, then what the open tab holds."""
        self.look = look
        self._quiet = True
        try:
            self.options.fit(look)
        finally:
            self._quiet = False
        self.header.value = look.header_html()
        self.message.value = ""
        self._draw()

    def _draw(self) -> None:
        """Fill the open tab; the others are worked out when they are opened."""
        place = self.tabs.selected_index or 0
        if place:
            self.panes[place].children = tuple(_PARTS[place](self.look))
            return
        drawn, table = self.look.plot(quick=True), self.look.assessment._repr_html_()
        self.chart.value, self.table.value = drawn.content, table
        self.panes[0].children = (self.chart, self.table)

    def _chosen(self, name: str) -> Callable[[Any], None]:
        def changed(change: Any) -> None:
            if not self._quiet:
                self._try(lambda: self._with(name, change["new"]))

        return changed

    def _with(self, name: str, value: Any) -> Look:
        """Return the look with one choice changed, and all that depends on it."""
        view, lang = self.look.view, self.look.view.lang
        if name in ("plan", "vintage"):
            value = None if value in ("", usual_plan()) else value
            asked = {one: getattr(view, one) for one in ("data", "db", "plan", "vintage", "rules")} | {name: value}
            if name == "plan":
                asked["data"] = self.options.data_of(value)
            room = open_room(asked["plan"], asked["data"], asked["db"], asked["vintage"], rules=asked["rules"])
            kept = view.indicator if room.plan.has_indicator(view.indicator) else ""
            return first_look(room, {**asked, "lang": lang}, kept)
        room = self.look.answer.room
        if name == "breakdown":
            changes: dict[str, Any] = choosing.breakdown_of(value)
        elif name == "indicator":
            same = ("plan", "data", "db", "vintage", "rules", "lang", "model")
            return first_look(room, {one: getattr(view, one) for one in same}, value)
        else:
            changes = {name: value}
        if name == "area":
            changes |= choosing.breakdown_of(()) if view.breakdown not in room.breakdowns(view.indicator, value) else {}
        if name == "as_of":
            changes["until"] = max(view.until, value + 1)
        return Look(choosing.settled(replace(view, **changes, assume=Assumptions()), room))

    def _tick(self, name: str) -> Callable[[Any], None]:
        """Return what happens when a value is changed: it is assumed from then on."""

        def changed(change: Any) -> None:
            if self._quiet:
                return
            self._quiet = True
            self.options.flags[name].value = True
            self._quiet = False
            self._assumed(change)

        return changed

    def _assumed(self, change: Any) -> None:
        if not self._quiet:
            self._try(lambda: Look(replace(self.look.view, assume=self.options.assumed())))

    def _try(self, make: Callable[[], Look]) -> None:
        """Show a look; a choice that cannot be made is said below the choices, and nothing else changes."""
        try:
            self.show(make())
        except WorkbenchError as error:
            lines = error.message(self.look.view.lang)
            self.message.value = f'<pre style="white-space:pre-wrap;color:#c0392b">{escape(lines)}</pre>'

    def _write(self, _: Any) -> None:
        try:
            path = self.look.write()
            self.message.value = f"{word('written', self.look.view.lang)} <code>{escape(shown(path))}</code>"
        except WorkbenchError as error:
            self.message.value = f"<pre>{escape(error.message(self.look.view.lang))}</pre>"


def first_look(room: Room, choices: dict[str, Any], indicator: str = "") -> Look:
    """Return the indicator of a room, by default the first with a target and a trend."""
    known = room.known(room.given.as_of)
    area = room.given.area
    trended = [one.id for one in room.plan.indicators if any(n.startswith(f"{one.id}|{area}|") for n in known.by_name)]
    judged = [id for id in trended if targets_of(room.plan, id, False, (TOTAL,) * 4)]
    chosen = indicator or (judged or trended or [room.plan.indicators[0].id])[0]
    return Look(choosing.choose(chosen, **choices))


def explorer(indicator: str | None = None, lang: Lang = "zh", **choices: Any) -> Explorer:
    """Return the page of choices.

    Parameters
    ----------
    indicator : str, optional
        Id or name of the indicator it opens with.
    lang : zh or en
    **choices
        As for `analysis.explore.indicator`.

    Returns
    -------
    Explorer

    Raises
    ------
    UsageError
        A choice does not exist.
    """
    given = {"lang": lang, **choices}
    if indicator is not None:
        return Explorer(Look(choosing.choose(indicator, **given)))
    room = open_room(*(given.get(name) for name in ("plan", "data", "db", "vintage", "area", "rules")))
    return Explorer(first_look(room, given))


def _html(*sheets: Sheet) -> list[widgets.Widget]:
    return [widgets.HTML(sheet._repr_html_()) for sheet in sheets]


def _image(drawn: Picture | Sheet) -> widgets.Widget:
    """Return a picture in a widget, or the sentence that there is none."""
    if isinstance(drawn, Sheet):
        return widgets.HTML(drawn._repr_html_())
    return widgets.Image(value=drawn.content, format="png", layout={"max_width": "100%"})


def _flips(look: Look) -> list[widgets.Widget]:
    return _html(look.flips(), look.path())


def _rules(look: Look) -> list[widgets.Widget]:
    return _html(look.rules())


def _residuals(look: Look) -> list[widgets.Widget]:
    return _html(look.residuals())


def _places(look: Look) -> list[widgets.Widget]:
    return [_image(look.plot_streets()), _image(look.plot_nation()), *_html(look.streets(), look.nation())]


_PARTS: dict[int, Callable[[Look], list[widgets.Widget]]] = dict(enumerate((_flips, _rules, _residuals, _places), 1))
