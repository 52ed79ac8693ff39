"""What a report on an area made of districts may say: who was evaluated, who stands where, what stands out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import cell, count
from analysis.narrative.region_facts import JUDGED, RegionFacts
from analysis.narrative.words import LEVEL, STATUS
from analysis.schema import LEVELS

HEADINGS = (
    Text("评估范围", "What was evaluated"),
    Text("全域汇总情况", "All districts added up"),
    Text("各县区预计达标情况", "Where the districts stand"),
    Text("各目标的县区判定", "Target by target"),
    Text("与全域水平明显不同的县区", "Districts that stand apart"),
    Text("各县区历年情况", "Year by year"),
    Text("汇总口径与未评估地区", "How it was added up, and who is left out"),
)
_STATE = {
    "done": Text("已评估", "Evaluated"),
    "failed": Text("未完成", "Failed"),
    "left_out": Text("未评估", "Left out"),
}
_COVER = {
    "complete": Text("全部县区有数据，直接汇总", "all districts are in"),
    "partial": Text("覆盖九成及以上人群，汇总后注明", "nine tenths of the people or more are covered, said so"),
    "too_few": Text("覆盖不足九成，不汇总", "fewer are covered: no value"),
    "no_counts": Text("没有分子分母，不能汇总", "no counts to add up"),
}


def scope(facts: RegionFacts, lang: Lang) -> str:
    """Return how many districts there are, and how many could be evaluated."""
    own = facts.districts
    total, done = facts.count("districts", len(own)), facts.count("done", int((own["state"] == "done").sum()))
    left = int((own["state"] != "done").sum())
    lost = facts.count("not_done", left)
    if lang == "zh":
        return f"本次共有县区{total}个，完成评估{done}个" + (f"，另有{lost}个未能评估，原因见后。" if left else "。")
    return f"There are {total} districts; {done} were evaluated" + (
        f", {lost} could not be: see below." if left else "."
    )


def standing(facts: RegionFacts, lang: Lang) -> tuple[str, str]:
    """Return who is likely to meet most and least, where they can be told apart, and how much of the order is chance.

    Districts that share the first or the last place are all named. Nobody is named where the 80 % intervals of the
    first and the last rank overlap.
    """
    table = facts.league.sort_values(["rank", "ref_area"])
    if len(table) < 2:
        return "", "可比较的县区不足两个。" if lang == "zh" else "There are no two districts to compare."
    first, last = (table[table["rank"] == end] for end in (table["rank"].min(), table["rank"].max()))
    half = len(table) / 2
    upper, lower = int((table["rank_high"] <= half).sum()), int((table["rank_low"] > half).sum())
    said = {
        "targets": cell(f"league[{first['ref_area'].iloc[0]}].targets", int(first["targets"].iloc[0])),
        "high": facts.share(str(first["ref_area"].iloc[0]), float(first["share_met"].iloc[0])),
        "low": facts.share(str(last["ref_area"].iloc[0]), float(last["share_met"].iloc[0])),
        "upper": facts.count("upper", upper),
        "lower": facts.count("lower", lower),
    }
    best, worst = (_named(facts, end["ref_area"], lang) for end in (first, last))
    apart = bool(first["rank_high"].max() < last["rank_low"].min())
    if lang == "zh":
        ends = f"最高的是{best}，最低的是{worst}" if apart else "最高与最低的县区也不足以区分"
        lead = f"各县区都可判定的目标共{said['targets']}条，预计达标比例{ends}。"
        return lead, (
            f"最高和最低的预计达标比例分别为{said['high']}和{said['low']}。考虑到目标能否达到尚有偶然性，名次的80%区间全部"
            f"在前一半的县区有{said['upper']}个，全部在后一半的有{said['lower']}个；其余县区之间的先后不足以区分，不宜据此排队。"
        )
    none = "even the first and the last cannot be told apart"
    ends = f"{best} is likely to meet most, {worst} fewest" if apart else none
    lead = f"Of {said['targets']} targets judged in every district {ends}."
    return lead, (
        f" The highest share likely to be met is {said['high']}, the lowest {said['low']}. Given chance, "
        f"{said['upper']} districts rank in the upper half with their whole 80% interval, {said['lower']} in the "
        "lower; the others cannot be told apart."
    )


def _named(facts: RegionFacts, codes: pd.Series, lang: Lang) -> str:
    """Return names of areas in one phrase."""
    return _listed([facts.name(str(code), lang) for code in codes], lang)


def _listed(items: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else " and ").join(items) if len(items) < 3 or lang == "zh" else ", ".join(items)


def league_table(facts: RegionFacts, lang: Lang) -> pd.DataFrame:
    """Return the districts in order of rank, with their verdicts and alerts; those not ranked last."""
    ranked = facts.districts.merge(facts.league, on="ref_area", how="left").sort_values(["rank", "ref_area"])
    rows = []
    for row in ranked.to_dict("records"):
        placed = pd.notna(row["rank"])
        area = str(row["ref_area"])
        first, low, high = (cell(f"league[{area}].{name}", row[name]) for name in ("rank", "rank_low", "rank_high"))
        rank = "—" if not placed else f"{first}（{low}—{high}）" if lang == "zh" else f"{first} ({low}-{high})"
        share = facts.share(area, row["share_met"]) if placed else "—"
        counts = [_whole(f"summary[{area}].{name}", row[name]) for name in (*JUDGED, *reversed(LEVELS))]
        rows.append([facts.name(area, lang), rank, share, *counts])
    zh = lang == "zh"
    heads = ["县区", "名次（80%区间）", "预计达标比例"] if zh else ["District", "Rank (80% interval)", "Likely met"]
    heads += [*(STATUS[one](lang) for one in JUDGED), *(LEVEL[one](lang) for one in reversed(LEVELS))]
    return pd.DataFrame(rows, columns=heads)


def _whole(origin: str, number: Any) -> str:
    return cell(origin, None if pd.isna(number) else int(number))


def compared(facts: RegionFacts, lang: Lang) -> str:
    """Return how many values were compared, how many indicators are overdispersed, how many districts stand apart."""
    table = facts.funnel
    if not len(table):
        return "可比较的县区不足四个。" if lang == "zh" else "There are no four districts to compare."
    spread = int((table.groupby("indicator")["phi"].first() > 1).sum())
    values, all_ = facts.count("compared", len(table)), facts.count("compared_indicators", table["indicator"].nunique())
    wide, out = facts.count("overdispersed", spread), facts.count("beyond", int((table["label"] != "within").sum()))
    if lang == "zh":
        return (
            f"共比较{all_}项指标、{values}个县区数值，其中{wide}项指标县区之间的差异超出偶然波动。"
            f"界限已计入县区之间这种非偶然的差异，仍在99.8%界限之外的有{out}个。"
        )
    return (
        f"{values} values of {all_} indicators were compared; in {wide} of these districts differ by more than chance. "
        f"The limits allow for the spread between areas that is not chance; {out} values lie beyond the 99.8% limits."
    )


def beyond(facts: RegionFacts, lang: Lang) -> list[str]:
    """Return, indicator by indicator, the districts that stand apart even when the spread of all is allowed for."""
    out = []
    for one in facts.plan.indicators:
        own = facts.funnel[facts.funnel["indicator"] == one.id]
        named = {
            label: [facts.name(str(code), lang) for code in own.loc[own["label"] == label, "ref_area"]]
            for label in ("worse", "better")
        }
        if not any(named.values()):
            continue
        words = {"worse": Text("劣于全域水平", "worse than the whole"), "better": Text("优于全域水平", "better")}
        if lang == "zh":
            said = "；".join(f"{words[label].zh}的有{'、'.join(who)}" for label, who in named.items() if who)
            out.append(f"{one.name.zh}：{said}。")
        else:
            said = "; ".join(f"{words[label].en}: {', '.join(who)}" for label, who in named.items() if who)
            out.append(f"{one.name.en}: {said}.")
    return out


def cover_table(facts: RegionFacts, lang: Lang) -> pd.DataFrame:
    """Return how many values were added up from how complete a set of districts."""
    counts = facts.rollup["cover"].value_counts()
    rows = [(text(lang), count(f"rollup/{name}", int(counts.get(name, 0)))) for name, text in _COVER.items()]
    return pd.DataFrame(rows, columns=["汇总情况", "数据个数"] if lang == "zh" else ["Added up", "Values"])


def differing(facts: RegionFacts, lang: Lang, tolerance: float = 0.005) -> str:
    """Return how often the value an area reported itself is another one than its districts add up to."""
    both = facts.rollup.dropna(subset=["obs_value", "reported"])
    off = (both["obs_value"] - both["reported"]).abs() > tolerance * both["reported"].abs()
    if not len(both):
        return ""
    number, all_ = facts.count("differing", int(off.sum())), facts.count("both", len(both))
    if lang == "zh":
        return f"上级自行上报且可核对的数据{all_}个，与县区汇总相差超过千分之五的{number}个，以县区汇总为准。"
    return f"Of {all_} values the area reported itself, {number} are off by more than half a percent."


def left_out_table(facts: RegionFacts, lang: Lang) -> pd.DataFrame:
    """Return the areas that could not be evaluated, and why."""
    own = facts.summary[facts.summary["state"] != "done"]
    rows = [
        (
            facts.name(str(row["ref_area"]), lang),
            _STATE[str(row["state"])](lang),
            row["reason" if lang == "zh" else "reason_en"],
        )
        for row in own.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["地区", "情况", "原因"] if lang == "zh" else ["Area", "State", "Reason"])


def method(lang: Lang) -> list[str]:
    """Return how districts were added up and ranked."""
    if lang == "zh":
        return [
            "率由各县区分子、分母分别相加后重新计算，不对各县区的率求平均；数量指标直接相加。",
            "预计达标比例是各县区都可判定的目标的达标概率的平均数；名次区间由各目标能否达标的随机模拟得出，未计目标之间的相关。",
            "漏斗图的界限由中心水平、县区人数和县区之间非偶然的差异（过度离散，缩尾估计）共同决定，99.8%界限之外才视为明显不同；"
            "差异不超出偶然时用精确的二项或泊松界限。",
        ]
    return [
        "Rates are worked out from added numerators and denominators, never averaged; amounts are added.",
        "Likely met is the mean of P(met) over the targets judged in every district; the intervals of the ranks come "
        "from drawing whether each is met, targets independent of each other.",
        "Funnel limits follow from the centre, the people of a district and the spread between areas that is not "
        "chance (overdispersion, winsorised); only beyond 99.8% does a district stand apart. Without such spread the "
        "limits are exact.",
    ]
