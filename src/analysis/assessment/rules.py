"""The thresholds of verdicts and alerts: one YAML, a documented local choice, printed in every report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analysis.exceptions import DataError, Text, Where, wrong_data
from analysis.gate.yaml_files import read_mapping, yaml_text
from analysis.places import RULES, shown
from analysis.schema import LEVELS


@dataclass(frozen=True)
class Rules:
    """Every threshold that verdicts, alerts and the wording of reports rest on.

    Parameters
    ----------
    minimum_points : int
        Fewer observed years are not forecast.
    on_track, at_risk, unlikely : float
        Cuts on P(met).
    borderline : float
        Distance of P(met) from a cut within which a verdict is called borderline (临界).
    near_certain : float
        P(met) from which a target may be set higher.
    far_short : float
        Share of the target's value by which a value without a forecast may miss it before that is an alert.
    gap_years, gap_events : int
        Years a gap pools, and the fewest events on either side that it is judged on.
    volatility_years, volatility_points : int
        Last years a volatility alert looks at, and the shortest series that is tested.
    false_discovery, suspect_data : float
        Level of the test, and the standardised residual that points to the data.
    baseline_years : int
        Years of a mean baseline.
    overall_judged, overall_good, overall_mixed : float
        Shares of targets behind an overall adjective.
    adjustments : int
        The most targets that are proposed for adjustment.
    levels : mapping
        Alert level of each verdict.
    """

    id: str
    minimum_points: int
    on_track: float
    at_risk: float
    unlikely: float
    borderline: float
    near_certain: float
    far_short: float
    approximate: float
    gap_years: int
    gap_events: int
    volatility_years: int
    volatility_points: int
    false_discovery: float
    suspect_data: float
    baseline_years: int
    overall_judged: float
    overall_good: float
    overall_mixed: float
    adjustments: int
    levels: dict[str, str]

    @property
    def cuts(self) -> tuple[float, float, float]:
        """Return the cuts on P(met), the highest first."""
        return self.on_track, self.at_risk, self.unlikely

    def status(self, p_met: float) -> str:
        """Return the verdict on a future target met with probability `p_met`, rounded as it is printed."""
        p = printed(p_met)
        if p >= self.on_track:
            return "on_track"
        return "at_risk" if p >= self.at_risk else "off_track"

    def is_borderline(self, p_met: float) -> bool:
        """Return whether `p_met`, as it is printed, is so near a cut that the verdict may be read either way."""
        return any(abs(printed(p_met) - cut) <= self.borderline + 1e-9 for cut in self.cuts)


def printed(p_met: float) -> float:
    """Return a probability rounded to whole percents, as reports print it: verdicts follow the printed figure."""
    return round(100 * p_met) / 100


def _whole_number(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise ValueError(value)
    return int(value)


_PLACES: dict[str, tuple[tuple[str, ...], Callable[[Any], float]]] = {
    # where the file states each threshold, and as what
    "minimum_points": (("minimum_points",), _whole_number),
    "on_track": (("probability_met", "on_track"), float),
    "at_risk": (("probability_met", "at_risk"), float),
    "unlikely": (("probability_met", "unlikely"), float),
    "borderline": (("borderline",), float),
    "near_certain": (("near_certain",), float),
    "far_short": (("far_short",), float),
    "approximate": (("approximate",), float),
    "gap_years": (("gap", "years"), _whole_number),
    "gap_events": (("gap", "fewest_events"), _whole_number),
    "volatility_years": (("volatility", "years"), _whole_number),
    "volatility_points": (("volatility", "fewest_points"), _whole_number),
    "false_discovery": (("volatility", "false_discovery"), float),
    "suspect_data": (("volatility", "suspect_data"), float),
    "baseline_years": (("baseline_years",), _whole_number),
    "overall_judged": (("overall", "judged"), float),
    "overall_good": (("overall", "good"), float),
    "overall_mixed": (("overall", "mixed"), float),
    "adjustments": (("adjustments",), _whole_number),
}


def read_rules(path: Path = RULES) -> Rules:
    """Return the rules in `path`; what the file leaves out is as in the default rules.

    Raises
    ------
    DataError
        The file is no YAML mapping, states a key or level that does not exist, or thresholds that do not fall in order.
    """
    merged = _whole(path)
    try:
        values: dict[str, Any] = {name: kind(_at(merged, place)) for name, (place, kind) in _PLACES.items()}
        rules = Rules(id=f"{merged['id'] or ''}-{merged['version']}", levels=dict(merged["levels"]), **values)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _broken(path, Text(f"{error}"[:200], f"{error}"[:200])) from error
    for holds, said in _conditions(rules):
        if not holds:
            raise _broken(path, Text(f"须 {said}", f"it must be that {said}"))
    if odd := [level for level in rules.levels.values() if level not in LEVELS]:
        raise _broken(path, Text(f"没有这一级别：{odd[0]}", f"there is no such level: {odd[0]}"))
    return rules


def own_rules(path: Path) -> Rules:
    """Return the rules in a file of one's own, as a command takes it: reports print its name, so it must have one.

    Raises
    ------
    DataError
        The file is broken (`read_rules`), or differs from the default rules under their name and version.
    """
    rules = read_rules(path)
    default = read_rules()
    if rules.id == default.id and rules != default:
        raise wrong_data(
            Text(f"规则与默认规则同名（{default.id}）而内容不同", f"the rules differ from the default, {default.id}"),
            Where(file=shown(path)),
            Text("自己的 id 和 version", "an id and a version of its own"),
            Text("请在文件中写明 id，例如 id: our-district。", "State an id in the file, such as id: our-district."),
        )
    return rules


def whole_text(path: Path = RULES) -> str:
    """Return the rules in `path` as a YAML text that states every threshold, whatever the default will be later.

    A file that states them all is kept as it is. What another states stands in the default's own text, so that each
    threshold keeps its explanation.
    """
    merged = _whole(path)
    if merged == _loaded(path):
        return yaml_text(path)
    lines = [f"# {path.name}; what it does not state is as in the default rules {read_rules().id}"]
    above: list[str] = []
    for line in RULES.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        above = [*above[: len(found["indent"]) // 2], found["key"]]
        value = _at(merged, tuple(above))
        if not isinstance(value, dict) and value != _at(_default(), tuple(above)):
            line = f"{found['indent']}{found['key']}: {json.dumps(value, ensure_ascii=False)}{found['said'] or ''}"
        lines.append(line)
    text = "\n".join(lines) + "\n"
    if yaml.safe_load(text) != merged:  # the default is written in some other way: plain, without the explanations
        return str(yaml.safe_dump(merged, allow_unicode=True, sort_keys=False))
    return text


def _conditions(rules: Rules) -> Iterator[tuple[bool, str]]:
    """Yield what must hold between the thresholds, and how it is said."""
    yield rules.id[0] not in "-", "id"
    cuts = 1 > rules.on_track > rules.at_risk > rules.unlikely > 0
    yield cuts, "1 > on_track > at_risk > unlikely > 0"
    yield 1 >= rules.overall_good > rules.overall_mixed >= 0, "1 >= overall.good > overall.mixed >= 0"
    for name in ("borderline", "near_certain", "far_short", "false_discovery", "overall_judged"):
        yield 0 <= getattr(rules, name) <= 1, f"0 <= {'.'.join(_PLACES[name][0])} <= 1"
    for name, (place, kind) in _PLACES.items():
        if kind is _whole_number:
            yield getattr(rules, name) >= 1, f"{'.'.join(place)} >= 1"


_LINE = re.compile(r"(?P<indent> *)(?P<key>\w+):(?: +(?P<value>[^#\s]+))?(?P<said> +#.*)?")


def _whole(path: Path) -> dict[str, Any]:
    """Return all of the rules in `path`, what it leaves out as in the default rules."""
    own = _loaded(path)
    default = own if path == RULES else _default()
    for place in _unknown(own, default):
        raise _broken(path, Text(f"没有这一项：{place}", f"there is no such key: {place}"))
    return _merged(default, own)


@cache
def _default() -> dict[str, Any]:
    return _loaded(RULES)


def _loaded(path: Path) -> dict[str, Any]:
    return read_mapping(path)


def _unknown(own: Mapping[str, Any], default: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in own.items():
        if key not in default:
            yield f"{above}{key}"
        elif isinstance(value, dict) and isinstance(default[key], dict):
            yield from _unknown(value, default[key], f"{above}{key}.")


def _merged(default: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(default)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = _merged(out[key], value) if both else value
    return out


def _at(values: Any, place: tuple[str, ...]) -> Any:
    for key in place:
        values = values[key]
    return values


def _broken(path: Path, what: Text) -> DataError:
    return wrong_data(
        Text(f"规则文件有误：{what.zh}", f"the rules are broken: {what.en}"),
        Where(file=shown(path)),
        Text(
            "与 data/rules/default.yaml 相同的键，阈值由高到低",
            "the keys of data/rules/default.yaml, cuts falling",
        ),
        Text("请对照默认规则改正。", "Correct it after the default rules."),
    )
