"""What the opinion says of the inputs: beside which references they stand, what differs, their effect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.formats import probability
from analysis.marks import Values
from analysis.narrative.facts import VERDICTS
from analysis.narrative.reproduction_words import FIELDS, PARTS, USUAL, WAYS
from analysis.narrative.words import STATUS

HEADING = Text("输入与参照", "The inputs beside references")
LONGEST = 40  # characters of a cell; all of them are in the file
MOVING = ("rules", "plan", "data", "areas", "settings")  # the parts that verdicts are judged again with, in this order
SHOWN = 40  # rows of a table; all of them are in the file beside it


def reference_name(name: str, lang: Lang) -> str:
    """Return the name of a reference; without one it is what a run has that sets nothing."""
    return name or USUAL(lang)


def phrases_of(record: Mapping[str, Any]) -> list[str]:
    """Return the texts with numbers that the sentences quote."""
    inputs = record.get("inputs") or {}
    names = [one["name"] for one in inputs.get("references", ())]
    headline = inputs.get("headline") or {}
    return [*names, str(inputs.get("why") or ""), str(headline.get("why") or "")]


def said(record: Mapping[str, Any], values: Values, lang: Lang) -> tuple[str, str]:
    """Return the paragraph under the level: whether the inputs are those of the references, and what follows if not."""
    inputs = record.get("inputs")
    if not inputs:
        return "", ""
    zh = lang == "zh"
    last = (
        "复现等级只说明结果由所给输入得出，不说明这些输入是否真实、改动是否正当。"
        if zh
        else "The level says that the results follow from the inputs, nothing of whether these are true or justified."
    )
    if inputs["state"] != "compared":
        lead = "输入未能与参照比对。" if zh else "The inputs could not be compared."
        why = f"原因：{inputs['why']}。" if zh else f"Reason: {inputs['why']}. "
        return lead, why + last
    first = _first(inputs)
    differing = [one for one in first.values() if one["counting"]]
    lead = _lead(bool(differing), bool(inputs["missing"]), lang)
    parts = [_same([one for one in first.values() if not one["counting"]], lang)]
    parts += [_differs(one, values, lang) for one in differing]
    parts += [_not_found(part, lang) for part in inputs["missing"]]
    parts += [_other_id(one, lang) for one in first.values() if not one["same_id"]]
    parts += [_effect(inputs, values, lang), _others(inputs, first, values, lang), last]
    return lead, ("" if zh else " ").join(filter(None, parts))


def _first(inputs: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the first reference of each part, in the order of the parts."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in inputs["references"]:
        found.setdefault(one["part"], one)
    return {part: found[part] for part in PARTS if part in found}


def _lead(differs: bool, missing: bool, lang: Lang) -> str:
    if differs:
        return "输入与参照不同。" if lang == "zh" else "The inputs are not those of the references."
    if missing:
        return "部分输入没有参照。" if lang == "zh" else "Some inputs have no reference."
    return "输入与参照相同。" if lang == "zh" else "The inputs are those of the references."


def _same(ones: list[Mapping[str, Any]], lang: Lang) -> str:
    if not ones:
        return ""
    zh = lang == "zh"
    named = [
        f"{PARTS[one['part']](lang)}{'（' if zh else ' ('}{reference_name(one['name'], lang)}{'）' if zh else ')'}"
        for one in ones
    ]
    if zh:
        return f"与参照相同的有：{'、'.join(named)}。"
    return f"The same as the reference: {', '.join(named)}."


def _differs(one: Mapping[str, Any], values: Values, lang: Lang) -> str:
    zh, part, name = lang == "zh", one["part"], reference_name(one["name"], lang)
    id = f"inputs/{part}"
    count = values.count(f"{id}/counting", one["counting"])
    ways = []
    for way, text in (("eases", WAYS["eases"]), ("tightens", WAYS["tightens"])):
        if one[way]:
            number = values.count(f"{id}/{way}", one[way])
            ways.append(f"{text.zh}{number}处" if zh else f"{'easing' if way == 'eases' else 'tightening'}: {number}")
    dropped = sum(number for field, number in one["fields"].items() if field in ("target/dropped", "dropped/dropped"))
    if dropped:
        number = values.count(f"{id}/dropped", dropped)
        what = ("目标" if part == "plan" else "数值") if zh else ("targets" if part == "plan" else "values")
        ways.append(f"删除{what}{number}{'条' if part == 'plan' else '个'}" if zh else f"{what} dropped: {number}")
    listed = ("，" if zh else ", ").join(ways)
    if zh:
        tail = f"（{listed}）" if listed else ""
        return f"{PARTS[part].zh}与{name}有{count}处不同{tail}。"
    tail = f" ({listed})" if listed else ""
    return f"Differences from {name} in the {PARTS[part].en}: {count}{tail}."


def _not_found(part: str, lang: Lang) -> str:
    if lang == "zh":
        same = "同编号或同地区同期的" if part == "plan" else ""
        return f"本机没有{same}{PARTS[part].zh}参照，未作比对。"
    same = " of the same id, or of the same area and years," if part == "plan" else ""
    return f"No reference{same} was found here for the {PARTS[part].en}: not compared."


def _other_id(one: Mapping[str, Any], lang: Lang) -> str:
    if lang == "zh":
        return f"没有同编号的规划，按同地区同期与{one['name']}比对。"
    return f"There is no plan of the same id; it is compared with {one['name']}, of the same area and years."


def _others(inputs: Mapping[str, Any], first: Mapping[str, Any], values: Values, lang: Lang) -> str:
    more = [one for one in inputs["references"] if one is not first.get(one["part"])]
    if not more:
        return ""
    number = values.count("inputs/more", sum(bool(one["counting"]) for one in more))
    total = values.count("inputs/more_of", len(more))
    if lang == "zh":
        return f"另作{total}项比对，其中{number}项不同，见“{HEADING.zh}”。"
    return f"Of {total} further comparisons {number} show differences, see {HEADING.en}."


def _effect(inputs: Mapping[str, Any], values: Values, lang: Lang) -> str:
    """Return the counts as delivered and with the references."""
    zh, found = lang == "zh", inputs.get("headline")
    if not any(one["counting"] for part, one in _first(inputs).items() if part in MOVING):
        return ""
    if not found or len(found["steps"]) < 2:
        why = f"：{found['why']}" if found and found.get("why") else ""
        return f"差异对结论的影响未测算{why}。" if zh else "What that does to the headline was not worked out."
    one, other = found["steps"][0], found["steps"][-1]
    texts = [_share(step, name, values, lang) for step, name in ((one, "theirs"), (other, "reference"))]
    turned = values.count("headline/turned", len(found["verdicts"]))
    if zh:
        return f"按参照重新评判，已达标和有望达标由{texts[0]}变为{texts[1]}，{turned}条目标的判定不同。"
    return f"Judged with the references, met or on track is {texts[1]} instead of {texts[0]}; {turned} verdicts differ."


def _share(step: Mapping[str, Any], name: str, values: Values, lang: Lang) -> str:
    id = f"headline/{name}"
    favourable, total = (values.count(f"{id}/{one}", step[one]) for one in ("favourable", "total"))
    share = 100 * step["favourable"] / step["total"] if step["total"] else 0.0
    text = f"{share:.1f}%"
    rate = values.mark(f"{id}/rate", share, "percent", 1, Text(text, text)).zh
    return f"{favourable}条（{total}条的{rate}）" if lang == "zh" else f"{favourable} of {total} ({rate})"


def references_table(record: Mapping[str, Any], lang: Lang) -> pd.DataFrame:
    """Return every comparison: part, reference, how many differences, which way they go."""
    rows = [
        (
            PARTS[one["part"]](lang),
            reference_name(one["name"], lang),
            one["changes"],
            one["eases"],
            one["tightens"],
            len(one["touches"]),
        )
        for one in (record.get("inputs") or {}).get("references", ())
    ]
    zh = ["输入", "参照", "不同之处", "放宽或向好", "收紧或向差", "涉及目标"]
    en = ["Input", "Reference", "Differences", "Ease", "Tighten", "Targets touched"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def changes_table(record: Mapping[str, Any], lang: Lang) -> pd.DataFrame:
    """Return the first differences: what, which field, theirs and the reference's, which way, targets touched."""
    rows = []
    # the same difference from several references is one row
    apart = {
        json.dumps({**one, "against": ""}, sort_keys=True): one
        for one in (record.get("inputs") or {}).get("changes", ())
    }
    for one in list(apart.values())[:SHOWN]:
        touched = len(one["touches"])
        field = FIELDS[one["field"]](lang) if one["field"] in FIELDS else one["field"]
        way = WAYS[one["way"]](lang)
        if one["part"] == "data" and touched:
            way += f"；涉及目标{touched}条" if lang == "zh" else f"; targets: {touched}"
        rows.append(
            (PARTS[one["part"]](lang), _item(one, lang), field, _cut(one["theirs"]), _cut(one["reference"]), way)
        )
    zh = ["输入", "项目", "变动", "成果包中", "参照", "方向"]
    en = ["Input", "Item", "What", "In the bundle", "Reference", "Way"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or "—"


def _item(one: Mapping[str, Any], lang: Lang) -> str:
    name = one["name"]["zh" if lang == "zh" else "en"]
    if one["part"] != "data":
        own = FIELDS[one["item"]](lang) if one["item"] in FIELDS else one["item"]
        return f"{name}（{own}）" if name and lang == "zh" else f"{name} ({own})" if name else own
    return f"{name} {short_key(one['item'])}".strip()


def short_key(key: str) -> str:
    """Return the name of a value without the breakdowns it does not have."""
    series, _, year = key.partition("@")
    return " ".join([*(code for code in series.split("|") if code != "_T"), year])


def steps_table(record: Mapping[str, Any], lang: Lang) -> pd.DataFrame:
    """Return the counts of verdicts as delivered, and with one part after another as the reference has it."""
    zh = lang == "zh"
    steps = ((record.get("inputs") or {}).get("headline") or {}).get("steps", [])
    shown = [name for name in VERDICTS if any(step["counts"][name] for step in steps)]
    rows, so_far = [], []
    for step in steps:
        if step["name"] != "theirs":
            so_far.append(PARTS[step["name"]](lang))
        named = ("、" if zh else ", ").join(so_far)
        label = (f"参照的{named}" if zh else f"reference {named}") if so_far else ("成果包" if zh else "as delivered")
        share = f"{100 * step['favourable'] / step['total']:.1f}%" if step["total"] else "—"
        rows.append((label, *(step["counts"][name] for name in shown), step["total"], share))
    head = ["依据", *(STATUS[name].zh for name in shown), "合计", "达标和有望"]
    head_en = ["Basis", *(STATUS[name].en for name in shown), "Total", "Met or on track"]
    return pd.DataFrame(rows, columns=head if zh else head_en)


def verdicts_table(record: Mapping[str, Any], lang: Lang) -> pd.DataFrame:
    """Return the targets with another verdict under the references."""
    found = ((record.get("inputs") or {}).get("headline") or {}).get("verdicts", [])
    rows = [
        (one["zh" if lang == "zh" else "en"], *(_verdict(one[side], lang) for side in ("theirs", "reference")))
        for one in found[:SHOWN]
    ]
    zh, en = ["目标", "成果包判定", "按参照判定"], ["Target", "In the bundle", "With the references"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def _verdict(cells: Mapping[str, Any] | None, lang: Lang) -> str:
    if cells is None:
        return "无此目标" if lang == "zh" else "no such target"
    text = STATUS[cells["status"]](lang)
    if cells["p_met"] is None or cells["status"] in ("met", "missed"):
        return text
    return (
        f"{text}（{probability(cells['p_met'])}）" if lang == "zh" else f"{text} ({probability(cells['p_met'], 'en')})"
    )


def revisions(record: Mapping[str, Any], values: Values, lang: Lang) -> str:
    """Return how many values their own source revised between vintages, and how many targets rest on them."""
    found = (record.get("inputs") or {}).get("revised")
    if not found:
        return ""
    if not found["values"]:
        return "数据内没有跨批次修订的数值。" if lang == "zh" else "No value was revised between vintages of the data."
    number = values.count("revised/values", found["values"])
    touched = values.count("revised/touches", len(found["touches"]))
    if lang == "zh":
        return f"数据内有{number}个数值由原来源在以后的批次修订过，涉及{touched}条目标。"
    return f"{number} values were revised by their own source in a later vintage; {touched} targets rest on them."
