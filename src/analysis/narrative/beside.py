"""What stands beside the verdicts, as tables for a reader."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.assessment.alerts import VOLATILE
from analysis.assessment.reach import valued
from analysis.data.forms.labels import breakdown_name, group_name
from analysis.data.quality import CHECKS
from analysis.evaluation.published import TITLES
from analysis.exceptions import Lang, Text
from analysis.formats import MISSING, amount, change, plain
from analysis.marks import cell
from analysis.narrative.lagging import differing
from analysis.plan import Indicator, Plan, Target, counted
from analysis.schema import BREAKDOWNS

FLIPS = {
    "last_year": Text("不计最近一年", "without the last year"),
    "one_more": Text("多1例", "one event more"),
    "one_fewer": Text("少1例", "one event fewer"),
    "baseline": Text("基期改用前一年", "the year before as baseline"),
}
MET = {
    "yes": Text("能达标", "will be met"),
    "no": Text("不能达标", "will be missed"),
    "": Text("不评判", "no verdict"),
}


def details_table(details: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return, for each target with a number beside it: count behind the rate, gap in people, allowed events, flips.

    The gap is in people (schools, beds, ...) of the whole group; of a sample whose group is unknown none is told, nor
    the most events a sample may have.
    """
    zh = lang == "zh"
    rows, groups = [], _groups_behind(details, plan)
    for row in details.to_dict("records"):
        target = plan.target(str(row["target"]))
        if pd.isna(row["denominator"]) and not row["flips"]:
            continue
        indicator = plan.indicator(target.indicator)
        unit = indicator.unit
        flips = ("、" if zh else ", ").join(FLIPS[name](lang) for name in str(row["flips"]).split(";") if name)
        verdict = (f"临界，易变：{flips}" if zh else f"on the edge: {flips}") if flips else "稳定" if zh else "stable"
        rows.append(
            (
                target.text(lang),
                _of(row["numerator"], row["denominator"]),
                _people(_of_group(row, target, groups, plan), indicator, lang),
                MISSING if indicator.sample or not valued(target) else plain(row["allowed_events"], 0),
                _effect(row["numerator_effect"], unit, lang),
                _effect(row["denominator_effect"], unit, lang),
                MISSING if pd.isna(row["achievement"]) else f"{row['achievement']:.0f}%",
                verdict,
                _benchmark(row, unit, indicator.decimals, lang),
                _checks(str(row["quality"]), lang),
            )
        )
    names = [
        "目标",
        "分子/分母",
        "还需覆盖或减少",
        "最多允许发生数",
        "分子影响",
        "分母影响",
        "实现程度",
        "判定是否稳定",
        "对标",
        "数据质量",
    ]
    if not zh:
        names = [
            "Target",
            "Count",
            "People to go",
            "Most events",
            "By numerator",
            "By denominator",
            "Achieved",
            "Stability",
            "Benchmark",
            "Data quality",
        ]
    return pd.DataFrame(rows, columns=names)


def opinions_table(opinions: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return target by published rule: what each would have said."""
    if not len(opinions):
        return pd.DataFrame()
    said = opinions.assign(said=opinions["label_zh" if lang == "zh" else "label_en"])
    wide = said.pivot_table(index="target", columns="rule", values="said", aggfunc="first", sort=False)
    wide = wide.reindex(columns=[rule for rule in TITLES if rule in wide]).fillna(MISSING)
    wide.columns = pd.Index([TITLES[rule](lang) for rule in wide.columns])
    wide.insert(0, "目标" if lang == "zh" else "Target", [plan.target(str(id)).text(lang) for id in wide.index])
    return wide.reset_index(drop=True)


def volatility_table(volatility: pd.DataFrame, plan: Plan, areas: Mapping[str, Text], lang: Lang) -> pd.DataFrame:
    """Return the series that fluctuate more than chance explains."""
    rows = []
    for row in volatility[volatility["label"] != "noise"].to_dict("records"):
        indicator, area, *codes = str(row["series_id"]).split("|")
        where = areas.get(area, Text(area, area))(lang)
        p = "<0.001" if row["p_adjusted"] < 0.001 else f"{row['p_adjusted']:.3f}"
        group = group_name(codes, lang)
        rows.append((plan.indicator(indicator).name(lang), where, group, row["year"], p, VOLATILE[row["label"]](lang)))
    names = ["指标", "地区", "分组", "偏离最大年份", "校正后p值", "判断"]
    if lang == "en":
        names = ["Indicator", "Area", "Group", "Year most off", "Adjusted p", "Label"]
    return pd.DataFrame(rows, columns=names)


def equity_table(equity: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return the pairs of groups whose difference chance does not explain, with 95 % intervals.

    Listed are pairs with an adjusted p-value of 0.05 or less: of all pairs of a plan 5 % would else be listed by luck.
    """
    rows = []
    for row in differing(equity).to_dict("records"):
        one = plan.indicator(str(row["indicator"]))
        first, second = (breakdown_name(str(row["dimension"]), str(row[name]))(lang) for name in ("first", "second"))
        values = [amount(row[name], one.unit, lang, one.decimals) for name in ("first_value", "second_value")]
        span = f"{plain(row['difference_low'], one.decimals)} — {plain(row['difference_high'], one.decimals)}"
        pair = f"{first} / {second}"
        rows.append((one.name(lang), row["time_period"], pair, *values, plain(row["difference"], one.decimals), span))
    names = ["指标", "年份", "比较", "前者", "后者", "差值", "95%区间"]
    if lang == "en":
        names = ["Indicator", "Year", "Groups", "First", "Second", "Difference", "95% interval"]
    return pd.DataFrame(rows, columns=names)


def funnel_table(funnel: pd.DataFrame, plan: Plan, areas: Mapping[str, Text], lang: Lang) -> pd.DataFrame:
    """Return the streets outside the 99.8 % limits: good practice to look at, and places to help; the centre beside."""
    words = {"better": Text("明显较好，可总结推广", "clearly better"), "worse": Text("明显较差", "clearly worse")}
    rows = []
    for row in funnel[funnel["label"] != "within"].to_dict("records"):
        one = plan.indicator(str(row["indicator"]))
        place = f"funnel[{one.id},{row['ref_area']}]"
        own, centre = (
            cell(f"{place}.{name}", row[name], one.unit, one.decimals, lang) for name in ("obs_value", "centre")
        )
        area = areas.get(str(row["ref_area"]), Text(str(row["ref_area"]), str(row["ref_area"])))
        rows.append((one.name(lang), row["time_period"], area(lang), own, centre, words[row["label"]](lang)))
    names = ["指标", "年份", "街道（镇）", "数值", "中心水平", "判断"]
    if lang == "en":
        names = ["Indicator", "Year", "Street", "Value", "Centre", "Judgement"]
    return pd.DataFrame(rows, columns=names)


def equity_note(equity: pd.DataFrame, lang: Lang) -> str:
    """Return how many pairs were compared, and how those listed were chosen."""
    number = len(equity)
    if lang == "zh":
        return f"共比较{number}对，按错误发现率5%（Benjamini–Hochberg）校正后仍有差异的列出。"
    return f"{number} pairs compared; listed are those that differ with the false discovery rate held at 5% (BH)."


def funnel_note(funnel: pd.DataFrame, lang: Lang) -> str:
    """Return in how many indicators the parts differ by more than chance, and what the limits allow for."""
    phi = funnel.groupby("indicator")["phi"].first()
    wide = int((phi > 1).sum())
    if lang == "zh":
        wider = f"其中{wide}项的街道（镇）差异超出偶然波动，其界限已计入这种差异"
        return f"共比较{len(phi)}项指标，{wider}；99.8%界限之外的列出。"
    return (
        f"{len(phi)} indicators compared; in {wide} the streets differ by more than chance, and the limits allow for "
        "that spread. Listed are those beyond the 99.8% limits."
    )


def composite_table(composite: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return the domains with their achievement and how stable their rank is."""
    titles = {domain.id: domain.title(lang) for domain in plan.domains}
    rows = [
        (titles[row["domain"]], row["targets"], f"{row['achievement']:.1f}%", row["rank"],
         f"{row['rank_low']}—{row['rank_high']}", f"{row['same_rank']:.0%}")
        for row in composite.sort_values("rank").to_dict("records")
    ]  # fmt: skip
    names = ["领域", "指标数", "实现程度", "位次", "换权重后的位次（90%）", "位次不变的比例"]
    if lang == "en":
        names = ["Domain", "Indicators", "Achieved", "Rank", "Rank under other weights (90%)", "Rank kept"]
    return pd.DataFrame(rows, columns=names)


def _benchmark(row: Mapping[Any, Any], unit: str, decimals: int, lang: Lang) -> str:
    if pd.isna(row["benchmark"]):
        return MISSING
    value = amount(row["benchmark"], unit, lang, decimals)
    return f"{value}（{row['benchmark_year']:.0f}）" if lang == "zh" else f"{value} ({row['benchmark_year']:.0f})"


def _checks(found: str, lang: Lang) -> str:
    """Return what the data checks say of the last year's value."""
    titles = [CHECKS[name][1](lang) for name in found.split(";") if name in CHECKS]
    if not titles:
        return "未见异常" if lang == "zh" else "nothing found"
    return ("待核：" if lang == "zh" else "to check: ") + ("、" if lang == "zh" else ", ").join(titles)


def _of(events: Any, people: Any) -> str:
    return MISSING if pd.isna(people) else f"{plain(events, 0)}/{plain(people, 0)}"


def _groups_behind(details: pd.DataFrame, plan: Plan) -> dict[tuple[str, ...], float]:
    """Return the denominator of each target's last year, by indicator and breakdown."""
    known = zip(details["target"], details["denominator"], strict=True)
    return {_series(plan.target(str(id))): float(people) for id, people in known if pd.notna(people)}


def _series(target: Target, indicator: str = "") -> tuple[str, ...]:
    return (indicator or target.indicator, *(str(getattr(target, name)) for name in BREAKDOWNS))


def _of_group(row: Mapping[Any, Any], target: Target, groups: Mapping[tuple[str, ...], float], plan: Plan) -> float:
    """Return the people to go in the whole group: as stored, from a sample scaled to its group, NaN where unknown.

    A direction names no value to go to.
    """
    indicator = plan.indicator(target.indicator)
    if not valued(target):
        return math.nan
    if not indicator.sample or pd.isna(row["people"]) or row["people"] == 0:
        return float(row["people"])
    group = groups.get(_series(target, indicator.population), math.nan) if indicator.population else math.nan
    return float(row["people"]) * group / float(row["denominator"])


def _people(people: float, indicator: Indicator, lang: Lang) -> str:
    if pd.isna(people):
        return MISSING
    if people == 0:
        return "已达到" if lang == "zh" else "reached"
    count = counted(indicator, people, lang)
    if lang == "zh":
        return f"还需覆盖{count}" if people > 0 else f"还需减少{count}"
    return f"{count} more to cover" if people > 0 else f"{count} fewer"


def _effect(value: Any, unit: str, lang: Lang) -> str:
    if pd.isna(value):
        return MISSING
    return ("+" if value > 0 else "−" if value < 0 else "") + change(value, unit, lang, 2)
