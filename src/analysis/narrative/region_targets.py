"""Which targets most districts are unlikely to meet, counted from the verdicts that are firm."""

from __future__ import annotations

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import count
from analysis.narrative.region_facts import JUDGED, RegionFacts
from analysis.narrative.words import STATUS
from analysis.schema import STATUSES

FIRM_EVENTS = 5  # with fewer events in the last year a verdict rests on too little to be counted


def firm(facts: RegionFacts) -> pd.DataFrame:
    """Return the verdicts that do not rest on a handful of events.

    Left out are verdicts on fewer than `FIRM_EVENTS` events in the last year, and those that a small change of the data
    turns (one event more or fewer, without the last year, another baseline).
    """
    table = facts.verdicts.merge(facts.support, on=["ref_area", "target"], how="left")
    few = table["numerator"] < FIRM_EVENTS  # no count: no
    return table[~few & (table["flips"].fillna("") == "")]


def target_rows(facts: RegionFacts) -> pd.DataFrame:
    """Return how many districts stand where on each target with data, those off track in most districts first.

    Column `firm` counts the off-track verdicts that are firm; the order is by these.
    """
    wide = facts.verdicts.groupby(["target", "status"]).size().unstack(fill_value=0)
    wide = wide.reindex(columns=list(STATUSES), fill_value=0)
    wide = wide[wide["qualitative"] + wide["no_data"] < wide.sum(axis=1)]
    sure = firm(facts).groupby(["target", "status"]).size().unstack(fill_value=0)
    sure = sure.reindex(index=wide.index, columns=list(STATUSES), fill_value=0)
    wide["firm"] = sure["off_track"]
    wide["doubt"] = sure["off_track"] * 1e6 + sure["at_risk"] * 1e3 + wide["off_track"]
    return wide.sort_values("doubt", ascending=False, kind="stable").drop(columns=["doubt", "qualitative"])


def target_table(facts: RegionFacts, lang: Lang) -> pd.DataFrame:
    """Return the same for a reader: target, year, districts by verdict, and the off-track verdicts that are firm."""
    rows = []
    for id, counts in target_rows(facts).iterrows():
        target = facts.plan.target(str(id))
        numbers = [count(f"verdicts/{id}/{one}", int(counts[one])) for one in JUDGED]
        numbers.append(count(f"firm/{id}", int(counts["firm"])))
        rows.append([target.text(lang), str(target.year or "—"), *numbers])
    heads = ["目标", "年份"] if lang == "zh" else ["Target", "Year"]
    sure = Text("其中困难且判定稳固", "Off track, firm")(lang)
    return pd.DataFrame(rows, columns=[*heads, *(STATUS[one](lang) for one in JUDGED), sure])


def hardest(facts: RegionFacts, lang: Lang) -> str:
    """Return the targets that most districts are unlikely to meet, all of them where several tie.

    Only firm verdicts count: what cannot be judged, or rests on a handful of events, is no ground to call a target the
    hardest. How many verdicts were left aside is said.
    """
    rows = target_rows(facts)
    aside = int((rows["off_track"] - rows["firm"]).sum())
    kept = rows[rows["firm"] > 0]
    if not len(kept):
        none = Text("没有县区预计达标困难且判定稳固的目标。", "No target is firmly off track in any district.")
        return none(lang) + _aside(facts, aside, lang)
    top = kept.index[kept["firm"] == kept["firm"].max()]
    texts = [facts.plan.target(str(id)).text(lang).rstrip("。.") for id in top]
    many, targets = facts.count("hardest", int(kept["firm"].max())), facts.count("off_track_targets", len(kept))
    tied = facts.count("hardest_tied", len(top))
    if lang == "zh":
        most = f"涉及县区最多的一条涉及{many}个" if len(top) == 1 else f"涉及县区最多的有{tied}条并列，各涉及{many}个"
        lead = f"至少一个县区预计达标困难且判定稳固的目标共{targets}条；{most}：{'；'.join(texts)}。"
    else:
        most = f"most widely, in {many} districts" if len(top) == 1 else f"{tied} tie, in {many} districts each"
        lead = f"{targets} targets are firmly off track somewhere; {most}: {'; '.join(texts)}."
    return lead + _aside(facts, aside, lang)


def _aside(facts: RegionFacts, aside: int, lang: Lang) -> str:
    if not aside:
        return ""
    number, few = facts.count("not_firm", aside), FIRM_EVENTS
    if lang == "zh":
        return f"另有{number}个“预计达标困难”的判定因最近一年不足{few}例，或数据稍有变动即改变，未计入。"
    return f" {number} more off-track verdicts do not count: fewer than {few} events, or turned by a small change."
