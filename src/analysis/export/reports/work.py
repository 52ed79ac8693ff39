"""Documents departments work with: the alert notice, the rectification ledger, a page for each department."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import bullets, head, notes, opening, page_break, table
from analysis.export.sections import paragraph, see
from analysis.export.tables import alert_table, target_table
from analysis.narrative import saying
from analysis.narrative.facts import AlertFact, Facts
from analysis.narrative.words import LEVEL
from analysis.plan import Plan

LEDGER_COLUMNS = {
    "level": Text("等级", "Level"),
    "target": Text("预警目标", "Target"),
    "cause": Text("原因", "Cause"),
    "measure": Text("整改措施", "Measure"),
    "department": Text("牵头部门", "Lead"),
    "support": Text("配合部门", "Supporting"),
    "person": Text("责任人", "Person"),
    "deadline": Text("完成时限", "Deadline"),
    "progress": Text("进展", "Progress"),
    "evidence": Text("佐证（SHA-256前8位）", "Evidence (first 8 of SHA-256)"),
    "reviewer": Text("复核人", "Reviewer"),
    "state": Text("状态", "State"),
}


def notice(facts: Facts, lang: Lang, author: str = "") -> str:
    """Return the alert notice: lead, all alerts, one paragraph for each grave one, what is asked for."""
    zh = lang == "zh"
    grave = facts.grave
    out = [
        opening("notice", facts, lang, author),
        paragraph(saying.notice_lead(facts, lang), see=see(lang, "alerts") if facts.alerts else ""),
    ]
    out.append(head(2, "预警总表" if zh else "All alerts", 1, lang))
    out.append(
        alert_table(facts.alerts, lang, "预警清单" if zh else "Alerts", "alerts") if facts.alerts else paragraph("—")
    )
    out.append(head(2, "红色、橙色预警" if zh else "Red and orange alerts", 2, lang))
    for one in grave:
        lead, text = saying.alert_paragraph(one, lang)
        out.append(paragraph(text, lead))
    if not grave:
        out.append(paragraph("本年度没有红色或橙色预警。" if zh else "There is none this year."))
    out.append(head(2, "工作要求" if zh else "What is asked for", 3, lang))
    asked = (
        [
            "各牵头部门核对指标数据和口径，有疑问的及时与统计部门核实。",
            "红色、橙色预警列入整改台账，写明原因、措施、责任人和时限，按时报送进展和佐证材料。",
            "波动较大的指标先查数据和口径，再查工作原因；噪声可解释的不作处理。",
        ]
        if zh
        else [
            "Lead departments check data and definitions, and ask the statistics department where in doubt.",
            "Red and orange alerts go into the ledger with cause, measure, person, date and evidence.",
            "For volatile indicators data and definitions are checked first; what chance explains needs nothing.",
        ]
    )
    return "".join([*out, bullets(asked, ordered=True), notes(facts, lang)])


def ledger(entries: pd.DataFrame, plan: Plan, facts: Facts, lang: Lang, author: str = "") -> str:
    """Return the rectification ledger; `entries` has the columns of `LEDGER_COLUMNS`."""
    zh = lang == "zh"
    known = {target.id for target in plan.targets}
    rows = []
    for row in entries.to_dict("records"):
        cells = {name: str(row.get(name) or "") or "—" for name in LEDGER_COLUMNS}
        cells["level"] = LEVEL[str(row["level"])](lang)
        cells["target"] = plan.target(str(row["target"])).text(lang) if row["target"] in known else str(row["target"])
        cells["department"] = plan.department_name(str(row["department"]))(lang)
        rows.append(tuple(cells.values()))
    frame = pd.DataFrame(rows, columns=[text(lang) for text in LEDGER_COLUMNS.values()])
    count = facts.values.count("ledger/entries", len(rows))
    rule = (
        f"台账共{count}条。销号须有佐证材料，并由责任人以外的人复核；已销号又预警的，记为反弹并重新办理。"
        if zh
        else f"{count} entries. Closing needs evidence and another person as reviewer; a relapse reopens."
    )
    return (
        opening("ledger", facts, lang, author)
        + paragraph(rule)
        + table(frame, "整改台账" if zh else "Ledger", "ledger")
    )


def departments(
    facts: Facts, plan: Plan, due: pd.DataFrame, entries: pd.DataFrame, lang: Lang, only: str = "", author: str = ""
) -> str:
    """Return a page a department: its targets, data due, alerts and ledger entries."""
    zh = lang == "zh"
    out = [opening("department", facts, lang, author)]
    codes = [one.code for one in plan.departments if only in ("", one.code)]
    shown = 0
    for code in codes:
        targets = [t for domain in facts.domains for t in domain.targets if t.department == code]
        if not targets:
            continue
        name, shown = plan.department_name(code)(lang), shown + 1
        alerts = [one for one in facts.alerts if one.target.department == code]
        out.append((page_break() if shown > 1 else "") + head(2, name, shown, lang))
        numbers = (
            facts.values.count(f"department/{code}/{k}", n)
            for k, n in (("targets", len(targets)), ("alerts", len(alerts)))
        )
        first, second = numbers
        said = f"牵头目标{first}条，预警{second}条。" if zh else f"{first} targets, {second} alerts."
        out += [paragraph(said), target_table(targets, lang, f"{name}：目标" if zh else f"{name}: targets")]
        out.append(_due(due, name, code, lang))
        if alerts:
            out.append(alert_table(alerts, lang, f"{name}：预警" if zh else f"{name}: alerts"))
        out.append(_entries(entries, plan, code, name, lang))
    return "".join(out)


def _due(due: pd.DataFrame, name: str, code: str, lang: Lang) -> str:
    own = due[due["department"] == code].drop(columns="department")
    return table(own, f"{name}：应报未报的数据" if lang == "zh" else f"{name}: data due")


def _entries(entries: pd.DataFrame, plan: Plan, code: str, name: str, lang: Lang) -> str:
    own = entries[entries["department"] == code].to_dict("records")
    rows = [
        (plan.target(str(row["target"])).text(lang), row["person"] or "—", row["deadline"] or "—", row["state"])
        for row in own
    ]
    names = [LEDGER_COLUMNS[key](lang) for key in ("target", "person", "deadline", "state")]
    return table(pd.DataFrame(rows, columns=names), f"{name}：整改台账" if lang == "zh" else f"{name}: ledger")


def opened(alerts: Sequence[AlertFact], state: str) -> pd.DataFrame:
    """Return ledger entries as grave alerts open them, where no ledger is kept yet."""
    rows = [
        {
            **dict.fromkeys(LEDGER_COLUMNS, ""),
            "level": one.level,
            "target": one.target.id,
            "department": one.target.department,
            "state": state,
        }
        for one in alerts
    ]
    return pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))
