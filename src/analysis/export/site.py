"""`index.html` of a run: status counts, alerts first, and the way to every document, notebook and table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.exceptions import Lang, Text
from analysis.export.html import finish_page, stylesheet
from analysis.export.policy import policy, script
from analysis.export.site_pages import environment, status_names
from analysis.export.tables import alert_table, tally_table
from analysis.marks import to_html
from analysis.narrative import saying, wording
from analysis.narrative.facts import VERDICTS, DomainFact, Facts
from analysis.narrative.words import STATUS

_WORDS = {
    "contents": Text("目录", "Contents"),
    "counts": Text("目标判定", "Verdicts"),
    "alerts": Text("预警", "Alerts"),
    "documents": Text("文件", "Documents"),
    "pages": Text("分析过程", "Analyses"),
    "workbook": Text("全部数据表（一个工作簿）", "All tables in one workbook"),
    "indicators": Text("分指标查看", "Indicator by indicator"),
    "domains": Text("分领域查看", "Domain by domain"),
    "search": Text("查找指标", "Find an indicator"),
    "department": Text("部门", "Department"),
    "status": Text("判定", "Verdict"),
    "any": Text("全部", "All"),
    "shown": Text("符合条件的指标数：", "Indicators shown: "),
    "name": Text("指标", "Indicator"),
    "domain": Text("领域", "Domain"),
    "latest": Text("最近一年", "Latest"),
    "tables": Text("数据表", "Tables"),
    "executed": Text("已执行的 notebook（可复现）", "Executed notebooks (reproducible)"),
    "about": Text(
        "数据截至{as_of}年；数据：{data}；判定规则：{rules}；程序版本：{version}。",
        "Data up to {as_of}; data: {data}; rules: {rules}; version: {version}.",
    ),
    "read": Text("阅读评估报告全文", "Read the full report"),
    "none": Text("没有预警。", "There are no alerts."),
}


def index_page(
    record: Mapping[str, Any],
    facts: Facts,
    pages: Mapping[str, str],
    listed: Mapping[str, Sequence[str]],
    indicators: Sequence[Mapping[str, str]],
    notice: str,
    lang: Lang,
) -> str:
    """Return the page that leads to everything in a run folder.

    Parameters
    ----------
    record : mapping
        The run's record (as_of, data, version).
    facts : Facts
    pages : mapping
        Relative address of each working notebook's page to its title.
    listed : mapping
        Relative addresses of the tables and of the executed notebooks.
    indicators : sequence of mapping
        What the list of indicators shows: see `site_pages.indicator_rows`.
    notice : str
    lang : zh or en
    """
    words = {name: text(lang) for name, text in _WORDS.items()}
    words["about"] = words["about"].format(
        as_of=facts.as_of, data=record["data"], rules=facts.rules, version=record["version"]
    )
    lead, counts = wording.overall(facts, lang)
    whole = DomainFact("all", Text("合计", "All"), facts.goals, facts.tally, ())
    page = (
        environment()
        .get_template("site/index.html.j2")
        .render(
            lang="zh-CN" if lang == "zh" else "en",
            title=saying.title("midterm", facts, lang),
            notice=notice,
            words=words,
            css=stylesheet(),
            lead=to_html(lead),
            counts=to_html(counts),
            cards=[(STATUS[status](lang), facts.tally.counts[status], status) for status in VERDICTS],
            tally=tally_table(facts.domains, whole, lang),
            alerts=alert_table(facts.alerts, lang) if facts.alerts else "",
            documents=[(one["title"], one["files"]) for one in record.get("documents", [])],
            pages=pages,
            tables=listed["tables"],
            notebooks=listed["notebooks"],
            indicators=indicators,
            departments=sorted({(one["code"], one["department"]) for one in indicators}),
            domain_names=list(dict.fromkeys(one["domain"] for one in indicators)),
            statuses=status_names(lang),
            domains=[(domain.id, domain.title(lang)) for domain in facts.domains],
            script=script(),
            policy=policy(),
        )
    )
    return finish_page(page)
