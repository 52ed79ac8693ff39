"""What is said of the effect of measures: facts from the table `effects`, and their wording.

No sentence claims a cause below the grade moderate; the number checker knows the few that may, by their text.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

from analysis.effects import Effect
from analysis.exceptions import Lang, Text
from analysis.formats import MISSING, change, plain
from analysis.marks import Values
from analysis.narrative.facts import EffectFact, Facts
from analysis.narrative.words import DESIGN, GRADE
from analysis.plan import Measure, Plan

CAUSAL = ("strong", "moderate")  # the grades at which a sentence may claim a cause
_ORDER = {design: k for k, design in enumerate(DESIGN)}
_RANK = {grade: k for k, grade in enumerate(GRADE)}


def collect_effects(plan: Plan, table: pd.DataFrame, values: Values) -> tuple[EffectFact, ...]:
    """Return the facts of the table `effects`, and note every number and count a document may say of them."""
    facts = tuple(_fact(plan, row, values) for row in table.to_dict("records"))
    best = [best_grade(facts, measure.id) for measure in plan.measures]
    for grade in GRADE:
        values.count(f"effects/{grade}", best.count(grade))
    return facts


def best_grade(facts: Sequence[EffectFact], measure: str) -> str:
    """Return the best grade of a measure over its indicators and designs."""
    return min((one.grade for one in facts if one.measure == measure), key=_RANK.__getitem__, default="none")


def _fact(plan: Plan, row: dict[Hashable, Any], values: Values) -> EffectFact:
    indicator = plan.indicator(str(row["indicator"]))
    id = f"{row['measure']}/{indicator.id}/{row['design']}"
    own = f"effects[{id.replace('/', ',')}]"
    ratio = row["scale"] == "ratio"
    unit, digits = ("ratio", 2) if ratio else (indicator.unit, indicator.decimals)

    def shown(name: str) -> Text:
        value = row[name]
        if pd.isna(value):
            return Text(MISSING, MISSING)
        zh, en = plain(value, digits), plain(value, digits)
        if not ratio:
            sign = "−" if value < 0 else "+"
            zh, en = sign + change(value, unit, "zh", digits), sign + change(value, unit, "en", digits)
        form = "plain" if ratio else "points"
        return values.mark(f"{id}/{name}", float(value), unit, digits, Text(zh, en), f"{own}.{name}", form)

    estimate, low, high = (shown(name) for name in ("estimate", "lower_95", "upper_95"))
    moved = math.nan if pd.isna(row["estimate"]) else float(row["estimate"]) - (1.0 if ratio else 0.0)
    return EffectFact(
        measure=str(row["measure"]),
        indicator=indicator.name,
        design=str(row["design"]),
        start_year=int(row["start_year"]),
        ratio=ratio,
        estimate=estimate,
        interval=Text(f"{low.zh}至{high.zh}", f"{low.en} to {high.en}"),
        sign=0 if math.isnan(moved) or not moved else int(math.copysign(1, moved)),
        known=not math.isnan(moved),
        size=_size(moved, ratio, indicator.unit, digits, f"{id}/size", f"{own}.estimate", values),
        grade=str(row["grade"]),
        reason=Text(str(row["reason"]), str(row["reason_en"])),
    )


def _size(moved: float, ratio: bool, unit: str, digits: int, id: str, origin: str, values: Values) -> Text:
    """Return the size of the effect without its sign: a ratio as the per cent it moves the rate by."""
    if math.isnan(moved):
        return Text(MISSING, MISSING)
    if ratio:
        text = Text(f"{abs(100 * moved):.0f}%", f"{abs(100 * moved):.0f}%")
        return values.mark(id, 100 * moved, "percent_of_baseline", 0, text, f"100 * ({origin} - 1)", "change")
    text = Text(change(moved, unit, "zh", digits), change(moved, unit, "en", digits))
    return values.mark(id, moved, unit, digits, text, origin, "change")


def lead(facts: Facts, lang: Lang) -> str:
    """Return the paragraph that leads the section: how many measures have which grade, and what that means."""
    counts = {grade: facts.values.known[f"effects/{grade}"].number for grade in GRADE}
    said = {grade: facts.values.count(f"effects/{grade}", int(n)) for grade, n in counts.items()}
    if lang == "zh":
        each = "、".join(f"{GRADE[grade].zh}{n}项" for grade, n in said.items())
        return (
            "产出指措施自带目标的判定，成效指措施所指明指标的其他目标的判定和对指标变化的检验；未指明可测指标的措施不作效果检验。"
            f"{facts.said('measures')}项策略措施按证据等级分：{each}。证据等级为弱或无法判断的，不作因果评价。"
        )
    each = ", ".join(f"{GRADE[grade].en.lower()} {n}" for grade, n in said.items())
    return (
        "Output: verdicts on a measure's own targets; outcome: those of other targets on the indicators it names, and "
        "tests of how these moved; a measure that names nothing measured is not tested. "
        f"The {facts.said('measures')} measures by grade of evidence: {each}. Where it is weak or cannot be "
        "judged, nothing is said of causes."
    )


def tested(fact: EffectFact, lang: Lang) -> str:
    """Return what a design found, for a cell: indicator, design, estimate and interval."""
    name, design = fact.indicator(lang), DESIGN[fact.design](lang)
    plain_ratio = fact.design == "rate_ratio"
    if lang == "zh":
        what = "" if plain_ratio else "估计比" if fact.ratio else "估计差"
        return f"{name}{design}{what}{fact.estimate.zh}（95%区间{fact.interval.zh}）"
    what = "" if plain_ratio else ", ratio" if fact.ratio else ", difference"
    return f"{name}: {design}{what} {fact.estimate.en} (95% interval {fact.interval.en})"


def outcome(facts: Sequence[EffectFact], lang: Lang) -> str:
    """Return what is known of a measure's indicators: the best design of each that gave an estimate."""
    best: dict[str, EffectFact] = {}
    for one in sorted((fact for fact in facts if fact.known), key=_standing):
        best.setdefault(one.indicator.zh, one)
    return ("；" if lang == "zh" else "; ").join(tested(one, lang) for one in best.values())


UNNAMED = Text("措施未指明可测指标，不作效果检验", "the measure names nothing measured: its effect is not tested")
NOT_ANNUAL = Text("没有可按年度检验的指标", "no annual indicator to test")


def untested(plan: Plan, measure: Measure) -> Text:
    """Return why a measure has no row in the table `effects`: it names nothing measured, or nothing measured yearly."""
    return NOT_ANNUAL if plan.indicators_of(measure) else UNNAMED


def evidence(facts: Sequence[EffectFact], lang: Lang, none: Text = NOT_ANNUAL) -> str:
    """Return a measure's grade with its reason, and which minimum a stronger design still lacks.

    Parameters
    ----------
    facts : sequence of EffectFact
        Those of one measure.
    none : Text
        The reason where there are none (`untested`).
    """
    if not facts:
        return GRADE["none"](lang) + ("：" if lang == "zh" else ": ") + none(lang)
    ranked = sorted(facts, key=_standing)
    said = [ranked[0].reason(lang)]
    lacking = sorted((one for one in facts if not one.known), key=lambda one: _ORDER[one.design])
    if lacking and ranked[0].known:
        said.append(lacking[0].reason(lang))
    colon, semicolon = ("：", "；") if lang == "zh" else (": ", "; ")
    return GRADE[ranked[0].grade](lang) + colon + semicolon.join(dict.fromkeys(said))


def _standing(fact: EffectFact) -> tuple[int, int]:
    return _RANK[fact.grade], _ORDER[fact.design]


def cause(fact: EffectFact, title: Text) -> tuple[Text, Text] | None:
    """Return the sentence that claims an effect, before and after its number; None below the grade moderate."""
    if fact.grade not in CAUSAL or not fact.sign:
        return None
    zh, en = ("下降", "fall") if fact.sign < 0 else ("提高", "rise")
    moved = Text("约", "about ") if fact.ratio else Text("", "")
    return (
        Text(
            f"证据等级{GRADE[fact.grade].zh}：“{title.zh}”实施后，数据支持该措施促使{fact.indicator.zh}{zh}{moved.zh}",
            f"Evidence {GRADE[fact.grade].en.lower()}: the data support that “{title.en}” led to a {en} of "
            f"{fact.indicator.en} by {moved.en}",
        ),
        Text("。", "."),
    )


def causes(plan: Plan, facts: Sequence[EffectFact]) -> list[tuple[Text, Text]]:
    """Return every sentence that may claim a cause, as text around its number, the best design of each indicator."""
    titles = {measure.id: measure.title for measure in plan.measures}
    best: dict[tuple[str, str], EffectFact] = {}
    for one in sorted(facts, key=_standing):
        best.setdefault((one.measure, one.indicator.zh), one)
    said = ((one, cause(one, titles[one.measure])) for one in best.values())
    return [(Text(f"{a.zh}{one.size.zh}{b.zh}", f"{a.en}{one.size.en}{b.en}"), a) for one, found in said if found
            for a, b in [found]]  # fmt: skip


def effects_table(plan: Plan, table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return the table `effects` for readers, in the order of the plan, a measure without any test with the reason.

    Start, design, estimate, interval, grade and reason of every test.
    """
    facts = collect_effects(plan, table, Values())
    rows: list[tuple[object, ...]] = []
    for measure in plan.measures:
        own = [one for one in facts if one.measure == measure.id]
        rows += [
            (
                measure.clause,
                one.indicator(lang),
                one.start_year,
                DESIGN[one.design](lang),
                one.estimate(lang),
                one.interval(lang) if one.known else MISSING,
                GRADE[one.grade](lang),
                one.reason(lang),
            )
            for one in own
        ]
        if not own:
            none, start = untested(plan, measure), plan.start_of(measure)
            rows.append((measure.clause, MISSING, start, *[MISSING] * 3, GRADE["none"](lang), none(lang)))
    heads = ["条款", "指标", "起始年份", "方法", "估计", "95%区间", "证据等级", "依据"]
    en = ["Clause", "Indicator", "Start", "Design", "Estimate", "95% interval", "Evidence", "Reason"]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)


def result_table(effects: Sequence[Effect], unit: str, decimals: int, lang: Lang) -> pd.DataFrame:
    """Return effects side by side: design, periods, estimate with interval, p, grade, reason."""
    rows = []
    for one in effects:
        ratio = one.scale == "ratio"
        digits = 2 if ratio else decimals
        ends = [plain(value, digits) for value in (one.estimate, one.lower_95, one.upper_95)]
        name = "" if ratio or not unit else f" {unit}"
        rows.append(
            (
                DESIGN[one.design](lang),
                f"{one.before} / {one.after}",
                (ends[0] if ends[0] == MISSING else ends[0] + name).replace("-", "−"),
                f"{ends[1]} … {ends[2]}".replace("-", "−"),
                plain(one.p_value, 3),
                GRADE[one.grade](lang),
                one.reason(lang),
            )
        )
    heads = ["方法", "前/后年数", "估计", "95%区间", "p值", "证据等级", "依据"]
    en = ["Design", "Years before/after", "Estimate", "95% interval", "p", "Evidence", "Reason"]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)
