"""The tables beside a verdict: what flips it, the way that is required, published rules, residuals, places."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.assessment.alerts import VOLATILE
from analysis.assessment.reach import valued
from analysis.evaluation.published import TITLES
from analysis.exceptions import Lang, Text
from analysis.explore.answers import Answer
from analysis.explore.places import Place
from analysis.explore.residuals import Residuals
from analysis.explore.shown import Sheet
from analysis.explore.words import word
from analysis.formats import MISSING, amount, plain, probability
from analysis.models.distribution import quantile
from analysis.narrative.beside import FLIPS, MET
from analysis.narrative.words import STATUS
from analysis.plan import counted
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.schema import by_quantile

_FUNNEL = {
    "better": Text("明显较好", "clearly better"),
    "worse": Text("明显较差", "clearly worse"),
    "within": Text("差异范围内", "within the usual spread"),
    "": Text(MISSING, MISSING),
}


def flips_sheet(answer: Answer) -> Sheet:
    """Return each change of the data that was tried, and the verdict under it."""
    lang, zh = answer.view.lang, answer.view.lang == "zh"
    details, verdict = answer.beside, answer.verdict
    if details is None or verdict is None:
        return Sheet(pd.DataFrame(), word("no_target", lang))
    rows = []
    for name, table in answer.variants.items():
        own = table[table["target"] == answer.view.target].to_dict("records")[0]
        changed = own["status"] != verdict["status"]
        answer_text = ("会改变" if changed else "不变") if zh else ("flips" if changed else "stays")
        rows.append((FLIPS[name](lang), _p(own, lang), STATUS[str(own["status"])](lang), answer_text))
    names = ["改动", "达标概率", "判定", "结论"] if zh else ["Change", "P(met)", "Verdict", "Result"]
    frame = pd.DataFrame(rows, columns=names)
    return Sheet(frame, "什么会改变判定" if zh else "What flips the verdict", _edge(details, lang))


def _edge(details: dict[Any, Any], lang: Lang) -> str:
    flips = [FLIPS[name](lang) for name in str(details["flips"]).split(";") if name]
    if lang == "zh":
        return f"临界，易变：{'、'.join(flips)}。" if flips else "上述改动都不会改变判定。"
    return f"On the edge: {', '.join(flips)}." if flips else "None of these changes flips the verdict."


def _p(row: dict[Any, Any], lang: Lang) -> str:
    return MISSING if pd.isna(row["p_miss"]) else probability(1 - float(row["p_miss"]), lang)


def path_sheet(answer: Answer) -> Sheet:
    """Return the way the target asks for: yearly change so far and required, people to go, events allowed."""
    lang, zh = answer.view.lang, answer.view.lang == "zh"
    row, details = answer.verdict, answer.beside
    if row is None or details is None:
        return Sheet(pd.DataFrame(), word("no_target", lang))
    unit, digits = answer.indicator.unit, answer.indicator.decimals
    yearly = "%/年" if zh else "% a year"
    sure = f"{100 * answer.rules.on_track:g}%"
    rate = {name: _percent(row[name], yearly) for name in ("observed_aarc", "required_aarc")}
    named = answer.target is not None and valued(answer.target)
    group = not answer.indicator.sample  # of a sample no people are told
    listed = [
        (Text("基期值", "Baseline"), _amount(row["baseline_value"], unit, lang, digits)),
        (Text("最近值", "Latest"), _amount(row["latest_value"], unit, lang, digits)),
        (Text("目标值", "Target"), _amount(row["target_value"], unit, lang, digits) if named else MISSING),
        (Text("基期以来年均变化", "Yearly change since the baseline"), rate["observed_aarc"]),
        (Text("达标所需年均变化", "Yearly change required"), rate["required_aarc"] if named else MISSING),
        (Text(f"有{sure}把握达到的值", f"Value reached with {sure} certainty"), _safe(answer, unit, lang, digits)),
        (Text("分子/分母", "Count"), f"{_plain(details['numerator'])}/{_plain(details['denominator'])}"),
        (
            Text("按最近分母还差", "To go on the last denominator"),
            counted(answer.indicator, details["people"], lang) if group else MISSING,
        ),
        (
            Text("按最近分母最多允许发生数", "Most events on the last denominator"),
            _plain(details["allowed_events"]) if group else MISSING,
        ),
        (Text("实现程度", "Achieved"), _percent(details["achievement"], "%")),
        (Text("时间进度", "Time gone"), _percent(details["time_elapsed"], "%")),
    ]
    frame = pd.DataFrame(
        [(name(lang), text) for name, text in listed if text not in (MISSING, f"{MISSING}/{MISSING}")],
        columns=["项目", "数值"] if zh else ["Item", "Value"],
    )
    return Sheet(frame, "达标所需路径" if zh else "The way required")


def _safe(answer: Answer, unit: str, lang: Lang, digits: int) -> str:
    """Return the value that is reached in the target year so surely that a target set there would be on track."""
    target = answer.target
    if target is None or isinstance(target, GapOrQualitative | Milestone) or target.subunit:
        return MISSING
    sure = answer.rules.on_track
    year = target.year or answer.room.plan.end_year
    wide = by_quantile(answer.forecast)
    if year not in wide.index:
        return MISSING
    value = quantile(wide.loc[year].to_numpy(float), sure if target.lower_is_better else 1 - sure)
    return amount(value, unit, lang, digits)


def rules_sheet(answer: Answer) -> Sheet:
    """Return what each published rule says of the chosen target."""
    lang, zh = answer.view.lang, answer.view.lang == "zh"
    rows = [
        (
            TITLES[row["rule"]](lang),
            row["label_zh" if zh else "label_en"],
            _plain(row["number"], 2),
            MET[row["met"]](lang),
        )
        for row in answer.opinions.to_dict("records")
    ]
    names = ["规则", "结论", "指标数", "能否达标"] if zh else ["Rule", "Says", "Number", "Met?"]
    note = "公开规则都不给出概率，仅供对照。" if zh else "None of these rules gives a probability; for comparison only."
    if not rows:
        return Sheet(pd.DataFrame(), word("no_target", lang))
    return Sheet(pd.DataFrame(rows, columns=names), "公开判定规则的结论" if zh else "What published rules say", note)


def residual_sheet(found: Residuals, answer: Answer) -> Sheet:
    """Return each past year with the forecast made one year before, and the tests in words."""
    lang, zh = answer.view.lang, answer.view.lang == "zh"
    digits = answer.indicator.decimals
    rows = [
        (
            str(row["time_period"]),
            plain(row["obs_value"], digits),
            plain(row["median"], digits),
            f"{plain(row['lower_80'], digits)}—{plain(row['upper_80'], digits)}",
            f"{row['score']:+.2f}",
        )
        for row in found.table.to_dict("records")
    ]
    names = ["年份", "实际值", "提前一年预测", "80%区间", "标准残差"]
    if not zh:
        names = ["Year", "Observed", "Forecast a year before", "80% interval", "Residual"]
    caption = "残差检查：每一年与提前一年的预测" if zh else "Residuals: each year and its forecast of one year before"
    return Sheet(pd.DataFrame(rows, columns=names), caption, residual_words(found, lang))


def residual_words(found: Residuals, lang: Lang) -> str:
    """Return the tests on the residuals as sentences."""
    zh, n = lang == "zh", len(found.table)
    said = []
    if n:
        said.append(f"{n}年中有{found.inside}年落在80%区间内" if zh else f"{found.inside} of {n} years inside 80%")
    tests = (
        (found.p_bias, Text("偏差", "bias")),
        (found.p_spread, Text("离散程度", "spread")),
        (found.p_memory, Text("自相关", "autocorrelation")),
    )
    for p, name in tests:
        if p is not None:
            fine = ("未见异常" if zh else "nothing found") if p >= 0.05 else ("有异常" if zh else "not as it should be")
            said.append(f"{name(lang)}{fine}（p={p:.2f}）" if zh else f"{name(lang)}: {fine} (p={p:.2f})")
    if found.volatility is not None:
        label = VOLATILE[str(found.volatility["label"])](lang)
        said.append(f"围绕趋势的波动：{label}" if zh else f"variation around the trend: {label}")
    if not said:
        return "数据年份太少，无法检查残差。" if zh else "Too few years to check residuals."
    return ("；".join(said) + "。") if zh else "; ".join(said) + "."


def places_sheet(places: list[Place], answer: Answer) -> Sheet:
    """Return the last value of each street, with the interval of its count."""
    lang, zh = answer.view.lang, answer.view.lang == "zh"
    if not places:
        return Sheet(pd.DataFrame(), word("no_places", lang))
    unit, digits = answer.indicator.unit, answer.indicator.decimals
    rows = [
        (
            one.name,
            str(one.year),
            amount(one.value, unit, lang, digits),
            MISSING if one.low != one.low else f"{plain(one.low, digits)}—{plain(one.high, digits)}",
            _FUNNEL[one.label](lang),
        )
        for one in places
    ]
    names = ["街道（镇）", "年份", "数值", "95%区间", "与全区比较"]
    if not zh:
        names = ["Street", "Year", "Value", "95% interval", "Against the whole"]
    return Sheet(pd.DataFrame(rows, columns=names), "各街道（镇）最近一年" if zh else "Streets and towns, last year")


def nation_sheet(table: pd.DataFrame, answer: Answer) -> Sheet:
    """Return the area's values beside the published ones of the nation, with their sources."""
    lang, zh = answer.view.lang, answer.view.lang == "zh"
    if not len(table):
        return Sheet(pd.DataFrame(), word("no_nation", lang))
    unit, digits = answer.indicator.unit, answer.indicator.decimals
    own = dict(zip(answer.history["time_period"].astype(int), answer.history["obs_value"], strict=True))
    rows = [
        (
            str(row["time_period"]),
            _amount(own.get(int(row["time_period"])), unit, lang, digits),
            _amount(row["obs_value"], unit, lang, digits),
            str(row["source"]),
        )
        for row in table.to_dict("records")
    ]
    area, nation = answer.dataset.area_name(answer.view.area)(lang), answer.room.nation_name(lang)
    names = ["年份", area, nation, "来源"] if zh else ["Year", area, nation, "Source"]
    return Sheet(pd.DataFrame(rows, columns=names), f"与{nation}比较" if zh else f"Beside {nation}")


def written_sheet(now: float | None, then: float | None, same_data: bool, lang: Lang) -> Sheet:
    """Return in words whether data and P(met) are those a notebook was written with."""
    zh = lang == "zh"
    same = (now is None and then is None) or (now is not None and then is not None and abs(now - then) < 1e-6)
    shown = [probability(one, lang) for one in (then, now)]
    if same and same_data:
        text = "数据与达标概率均与写出时一致。" if zh else "Data and P(met) are those this was written with."
    elif same:
        text = "数据有改动，达标概率与写出时一致。" if zh else "The data have changed; P(met) has not."
    else:
        why = ("数据有改动，" if zh else "The data have changed. ") if not same_data else ""
        text = (
            f"{why}达标概率写出时为{shown[0]}，现为{shown[1]}。"
            if zh
            else f"{why}P(met) was {shown[0]}, is {shown[1]}."
        )
    return Sheet(pd.DataFrame(), text)


def _plain(value: Any, digits: int = 0) -> str:
    return MISSING if value is None or pd.isna(value) else plain(float(value), digits)


def _amount(value: Any, unit: str, lang: Lang, digits: int) -> str:
    return MISSING if value is None or pd.isna(value) else amount(float(value), unit, lang, digits)


def _percent(value: Any, suffix: str) -> str:
    return MISSING if value is None or pd.isna(value) else f"{float(value):.1f}{suffix}"
