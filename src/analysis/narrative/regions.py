"""What a report on an area made of districts may say: who was evaluated, who stands where, what stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import Values, cell, count
from analysis.narrative.words import LEVEL, STATUS
from analysis.plan import Plan
from analysis.schema import LEVELS, STATUSES

HEADINGS = (
    Text("评估范围", "What was evaluated"),
    Text("全域汇总情况", "All districts added up"),
    Text("各县区预计达标情况", "Where the districts stand"),
    Text("各目标的县区判定", "Target by target"),
    Text("超出偶然波动的县区", "Districts beyond chance"),
    Text("各县区历年情况", "Year by year"),
    Text("汇总口径与未评估地区", "How it was added up, and who is left out"),
)
JUDGED = ("met", "on_track", "at_risk", "off_track", "no_data")
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


@dataclass(frozen=True)
class RegionFacts:
    """The tables a report on many areas is made of, the areas' names, and the values its sentences use."""

    plan: Plan
    summary: pd.DataFrame
    league: pd.DataFrame
    verdicts: pd.DataFrame
    funnel: pd.DataFrame
    rollup: pd.DataFrame
    names: Mapping[str, Text]
    values: Values = field(default_factory=Values, compare=False, repr=False)

    @property
    def districts(self) -> pd.DataFrame:
        """Return the rows of the districts."""
        return self.summary[self.summary["level"] == "district"]

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return the names of the areas, the longest first."""
        names = {text for name in self.names.values() for text in (name.zh, name.en)}
        return tuple(sorted(names, key=len, reverse=True))

    def name(self, area: str, lang: Lang) -> str:
        """Return the name of an area."""
        return self.names.get(area, Text(area, area))(lang)

    def count(self, id: str, number: int) -> str:
        """Note a count and return it as marked text."""
        return self.values.count(f"region/{id}", number)

    def share(self, area: str, number: float) -> str:
        """Return the share of targets an area is likely to meet as marked text."""
        return cell(f"100 * league[{area}].share_met", 100 * number, "percent", 1)


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
    """Return who is likely to meet most and least, and how much of the order is chance."""
    table = facts.league.sort_values(["rank", "ref_area"])
    if len(table) < 2:
        return "", "可比较的县区不足两个。" if lang == "zh" else "There are no two districts to compare."
    first, last = table.iloc[0], table.iloc[-1]
    half = len(table) / 2
    upper, lower = int((table["rank_high"] <= half).sum()), int((table["rank_low"] > half).sum())
    said = {
        "targets": cell(f"league[{first['ref_area']}].targets", int(first["targets"])),
        "high": facts.share(str(first["ref_area"]), float(first["share_met"])),
        "low": facts.share(str(last["ref_area"]), float(last["share_met"])),
        "upper": facts.count("upper", upper),
        "lower": facts.count("lower", lower),
    }
    best, worst = facts.name(first["ref_area"], lang), facts.name(last["ref_area"], lang)
    if lang == "zh":
        lead = f"各县区都可判定的目标共{said['targets']}条，预计达标比例最高的是{best}，最低的是{worst}。"
        return lead, (
            f"两地预计达标的目标分别占{said['high']}和{said['low']}。考虑到目标能否达到尚有偶然性，名次的80%区间全部在前一半的"
            f"县区有{said['upper']}个，全部在后一半的有{said['lower']}个；其余县区之间的先后不足以区分，不宜据此排队。"
        )
    lead = f"Of {said['targets']} targets judged in every district {best} is likely to meet most, {worst} fewest."
    return lead, (
        f" They are likely to meet {said['high']} and {said['low']}. Given chance, {said['upper']} districts rank in "
        f"the upper half with their whole 80% interval, {said['lower']} in the lower; the others cannot be told apart."
    )


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


def target_rows(facts: RegionFacts) -> pd.DataFrame:
    """Return how many districts stand where on each target with data, those in doubt in most districts first."""
    wide = facts.verdicts.groupby(["target", "status"]).size().unstack(fill_value=0)
    wide = wide.reindex(columns=list(STATUSES), fill_value=0)
    wide = wide[wide["qualitative"] < wide.sum(axis=1)]
    wide["doubt"] = wide["off_track"] * 1000 + wide["at_risk"]
    return wide.sort_values("doubt", ascending=False, kind="stable").drop(columns=["doubt", "qualitative"])


def target_table(facts: RegionFacts, lang: Lang) -> pd.DataFrame:
    """Return the same for a reader: target, year, districts by verdict."""
    rows = []
    for id, counts in target_rows(facts).iterrows():
        target = facts.plan.target(str(id))
        said = (count(f"verdicts/{id}/{one}", int(counts[one])) for one in JUDGED)
        rows.append([target.text(lang), str(target.year or "—"), *said])
    heads = ["目标", "年份"] if lang == "zh" else ["Target", "Year"]
    return pd.DataFrame(rows, columns=[*heads, *(STATUS[one](lang) for one in JUDGED)])


def hardest(facts: RegionFacts, lang: Lang) -> str:
    """Return the target that most districts are unlikely to meet."""
    rows = target_rows(facts)
    rows = rows[rows["off_track"] > 0]
    if not len(rows):
        return "没有县区预计达标困难的目标。" if lang == "zh" else "No target is off track in any district."
    text, number = facts.plan.target(str(rows.index[0])).text(lang), int(rows["off_track"].iloc[0])
    many, targets = facts.count("hardest", number), facts.count("off_track_targets", len(rows))
    if lang == "zh":
        return f"至少一个县区预计达标困难的目标共{targets}条；涉及县区最多的一条涉及{many}个：{text}"
    return f"{targets} targets are off track somewhere; most widely, in {many} districts: {text}"


def beyond(facts: RegionFacts, lang: Lang) -> list[str]:
    """Return, indicator by indicator, the districts that differ from the whole by more than chance explains."""
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
            "漏斗图的界限由全域水平和县区人数决定，99.8%界限之外的差别才视为超出偶然波动。",
        ]
    return [
        "Rates are worked out from added numerators and denominators, never averaged; amounts are added.",
        "Likely met is the mean of P(met) over the targets judged in every district; the intervals of the ranks come "
        "from drawing whether each is met, targets independent of each other.",
        "Funnel limits follow from the whole and the people of a district; beyond 99.8% a difference is no chance.",
    ]
