"""What the opinion does not prove, and the sample an assessor traces to its forms by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import Values
from analysis.narrative.words import source_name

HEADING = Text("本意见未证明的事项与人工核查", "What was not proven and must be checked by hand")
REASONS = {
    "decides": Text("决定判定", "decides a verdict"),
    "differs": Text("与参照不同", "differs from a reference"),
    "revised": Text("跨批次修订", "revised"),
    "outlier": Text("偏离本序列", "stands out"),
    "latest": Text("最近一年", "last value"),
    "no_source": Text("无来源", "no source"),
    "baseline": Text("基期值", "baseline"),
    "provisional": Text("初步数或推算", "provisional or estimated"),
    "few": Text("发生数少", "few events"),
}
_UNPROVEN = (
    Text("输入的数值是否与部门报表、年鉴等原始材料一致。", "That the values are those of the forms and yearbooks."),
    Text("规划、阈值和设置的改动是否经过批准。", "That changes of the plan, of thresholds and settings were approved."),
    Text("数值的定义、口径和调查方法是否合规。", "That values were defined and surveyed as they should be."),
    Text(
        "未签名或签名人未核实时，成果包由谁提供。",
        "Who sent the bundle, where it is unsigned or its signer is unknown.",
    ),
    Text("所安装的代码和方法是否恰当。", "That the installed code and methods are the right ones."),
    Text(
        "随轮次或公开版运行带来的模型权重，是否由所称的数据得出。",
        "That the model's weights that come with a round or a run for the public were learnt from the data they name.",
    ),
)


def phrases_of(record: Mapping[str, Any]) -> list[str]:
    """Return the texts with numbers that the sentences quote."""
    return ["SHA-256", "SHA-256(", str((record.get("sample") or {}).get("why") or "")]


def unproven(lang: Lang) -> list[str]:
    """Return what no level proves, item by item."""
    return [one(lang) for one in _UNPROVEN]


def unproven_lead(lang: Lang) -> str:
    """Return the sentence before the items."""
    if lang == "zh":
        return "复现等级说明结果由所给输入得出，不说明输入真实。以下各项本意见没有证明，须人工核查："
    return (
        "The level says that the results follow from the inputs, not that the inputs are true. Not proven here, and to "
        "be checked by hand:"
    )


def method(record: Mapping[str, Any], values: Values, lang: Lang) -> list[str]:
    """Return how the sample was drawn, and why it has its size; one paragraph each."""
    sample = record.get("sample")
    if not sample:
        return []
    zh = lang == "zh"
    if not sample["rows"]:
        why = sample.get("why") or ("没有可抽取的数值" if zh else "there is no value to draw")
        return [f"未能抽样：{why}。" if zh else f"No sample was drawn: {why}."]
    seed = values.mark("sample/seed", sample["seed"], "count", 0, Text(*[str(sample["seed"])] * 2)).zh
    number, of = values.count("sample/size", len(sample["rows"])), values.count("sample/of", sample["population"])
    shares = [
        values.mark(f"sample/{name}", 100 * sample[name], "percent", 0, Text(*[f"{sample[name]:.0%}"] * 2)).zh
        for name in ("wrong", "found")
    ]
    if zh:
        derived = "取自成果包SHA-256的前八位" if sample["derived"] else "由复算人指定"
        return [
            f"从{of}个数值中抽取{number}个追溯到部门报表或年鉴页，种子为{seed}（{derived}）。抽取概率与风险成正比，决定判定的"
            "数值优先；对每个数值计算SHA-256(种子|数值编号)所得小数，除以抽取概率，取最小者，任何人按此都得到同一样本"
            "（各数值的风险和小数见 sample_frame.csv）。",
            f"样本量的依据：若按风险计有{shares[0]}的数值有误，抽取{number}个时至少发现一个的概率约为{shares[1]}。"
            + (
                "种子由成果包得出，提供方可以事先算出；需要提供方无法预知的样本时，请自行指定种子重新抽取。"
                if sample["derived"]
                else ""
            ),
        ]
    derived = "the first eight digits of the bundle's SHA-256" if sample["derived"] else "chosen by the assessor"
    return [
        f"Of {of} values {number} are to be traced to their form or page, with the seed {seed} ({derived}). The chance "
        "of a value is proportional to its risk, values that decide a verdict first: SHA-256(seed|value) as a "
        "fraction, divided by that chance; the smallest are taken. Anybody draws the same (risk and fraction of each "
        "value stand in sample_frame.csv).",
        f"If {shares[0]} of the values, by risk, were wrong, {number} would show at least one with a probability of "
        f"about {shares[1]}."
        + (
            " The seed follows from the bundle, so its maker can know it; for a sample that nobody could foresee, "
            "choose another and draw again."
            if sample["derived"]
            else ""
        ),
    ]


def reasons_table(record: Mapping[str, Any], lang: Lang) -> pd.DataFrame:
    """Return how many values have each reason of risk, and how many of them were drawn."""
    rows = [
        (REASONS[name](lang), of, drawn)
        for name, (of, drawn) in ((record.get("sample") or {}).get("reasons") or {}).items()
    ]
    zh, en = ["抽取理由", "数值数", "其中抽取"], ["Reason", "Values", "Drawn"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def sample_table(record: Mapping[str, Any], lang: Lang, longest: int = 0) -> pd.DataFrame:
    """Return the values to trace, with empty columns for what is found, by whom, and whether it agrees.

    Parameters
    ----------
    longest : int
        Characters of a source that are printed; all of them by default.
    """
    zh = lang == "zh"
    rows = []
    for one in (record.get("sample") or {}).get("rows", ()):
        about = [one["zh" if zh else "en"], one["area_zh" if zh else "area_en"], *one["groups"]]
        counts = _counts(one)
        value = one["printed_zh" if zh else "printed_en"] + (
            f"（{counts}）" if counts and zh else f" ({counts})" * bool(counts)
        )
        source = [
            one["department_zh" if zh else "department_en"],
            _cut(source_name(one["source"], lang), longest),
            one["vintage"],
        ]
        reasons = ("、" if zh else ", ").join(REASONS[name](lang) for name in one["reasons"])
        rows.append(
            (
                one["number"],
                ("，" if zh else ", ").join(about),
                one["time_period"],
                value,
                ("；" if zh else "; ").join(filter(None, source)),
                reasons or "—",
                "",
                "",
                "",
            )
        )
    head = [
        "序号",
        "指标和地区",
        "年份",
        "成果包数值",
        "责任部门、来源、批次",
        "理由",
        "原表数值",
        "核查人、日期",
        "是否一致",
    ]
    head_en = [
        "No.",
        "Indicator, area",
        "Year",
        "Value",
        "Department, source, vintage",
        "Why",
        "As found",
        "By, when",
        "Agrees",
    ]
    return pd.DataFrame(rows, columns=head if zh else head_en)


def _cut(text: str, longest: int) -> str:
    return f"{text[:longest]}…" if longest and len(text) > longest else text


def _counts(one: Mapping[str, Any]) -> str:
    if one["numerator"] is None or one["denominator"] is None:
        return ""
    return f"{one['numerator']:.10g}/{one['denominator']:.10g}"
