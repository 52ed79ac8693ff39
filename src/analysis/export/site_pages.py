"""The pages below the index: one a domain, one an indicator with chart, values, forecast, clauses and downloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from analysis.exceptions import Lang, Text
from analysis.export.hover import hover_chart
from analysis.export.html import font_face, stylesheet
from analysis.export.policy import chart_script, policy, script
from analysis.export.sections import paragraph
from analysis.export.tables import badge, cell, frame_table, html_table, tally_table, target_table
from analysis.formats import plain, unit_name
from analysis.narrative import wording
from analysis.narrative.facts import DomainFact, Facts, TargetFact
from analysis.narrative.words import STATUS
from analysis.plan import Indicator, Plan, Target
from analysis.schema import by_quantile

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS = {
    "contents": Text("目录", "Contents"),
    "home": Text("返回首页", "Back to the start"),
    "targets": Text("目标与判定", "Targets and verdicts"),
    "values": Text("历年数据", "Values"),
    "forecast": Text("预测", "Forecast"),
    "about": Text("指标说明", "Definition"),
    "downloads": Text("下载", "Downloads"),
    "indicators": Text("指标", "Indicators"),
}
Chart = tuple[Indicator, pd.DataFrame, pd.DataFrame, list[Target], dict[str, float]]


@cache
def environment() -> Environment:
    """Return the templates, read once."""
    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)


def site_css(text: str) -> str:
    """Return the style sheet of the site with the glyphs of `text` inside."""
    return stylesheet() + font_face(text)


def domain_page(fact: DomainFact, facts: Facts, known: set[str], lang: Lang) -> str:
    """Return the page of a domain: its tally, its indicators, its targets."""
    lead, counts = wording.domain(fact, lang)
    links: dict[str, TargetFact] = {}
    for target in fact.targets:
        if target.indicator in known:
            links.setdefault(target.indicator, target)
    rows = [[indicator_link(one, lang), badge(one.group, lang), cell(one.latest(lang))] for one in links.values()]
    heads = ["指标", "判定", "最近一年"] if lang == "zh" else ["Indicator", "Verdict", "Latest"]
    body = paragraph(counts, lead) + tally_table([], fact, lang)
    if rows:
        body += f"<h2>{_WORDS['indicators'](lang)}</h2>" + html_table(heads, rows)
    body += f"<h2>{_WORDS['targets'](lang)}</h2>" + target_table(fact.targets, lang)
    return _page(fact.title(lang), body, facts, lang)


def indicator_link(fact: TargetFact, lang: Lang) -> str:
    """Return a link to the page of a target's indicator."""
    return f'<a href="../indicators/{fact.indicator}.html">{cell(fact.name(lang))}</a>'


def indicator_page(
    chart: Chart, facts: Facts, targets: Sequence[TargetFact], department: str, downloads: Mapping[str, str], lang: Lang
) -> str:
    """Return the page of an indicator."""
    one, history, forecast, aims, bounds = chart
    zh = lang == "zh"
    name = one.name(lang)
    body = [f'<div id="chart" class="chart" role="img" aria-label="{cell(name)}"></div>']
    body += [paragraph(wording.indicator(fact, lang)) for fact in targets[:1] if fact.latest_year is not None]
    body += [f"<h2>{_WORDS['targets'](lang)}</h2>", target_table(targets, lang)]
    seen = history[history["obs_value"].notna()].sort_values("time_period", ascending=False)
    rows = [
        (str(r["time_period"]), plain(r["obs_value"], one.decimals),
         plain(r["numerator"], 0), plain(r["denominator"], 0),
         str(r["source"]), str(r["note"] if isinstance(r["note"], str) else ""))
        for r in seen.to_dict("records")
    ]  # fmt: skip
    heads = ["年份", "数值", "分子", "分母", "来源", "说明"]
    en = ["Year", "Value", "Numerator", "Denominator", "Source", "Note"]
    body += [f"<h2>{_WORDS['values'](lang)}</h2>", frame_table(pd.DataFrame(rows, columns=heads if zh else en))]
    if len(forecast):
        body += [f"<h2>{_WORDS['forecast'](lang)}</h2>", frame_table(_forecast(forecast, one, lang))]
    about = pd.DataFrame(
        [
            ("定义" if zh else "Definition", one.definition(lang)),
            ("计算方法" if zh else "Formula", one.formula(lang)),
            ("单位" if zh else "Unit", unit_name(one.unit, lang)),
            ("来源" if zh else "Source", one.source(lang)),
            ("责任部门" if zh else "Department", department),
        ],
        columns=["项目", "内容"] if zh else ["Item", "Text"],
    )
    links = "".join(f'<li><a href="{href}">{cell(text)}</a></li>' for href, text in downloads.items())
    body += [f"<h2>{_WORDS['about'](lang)}</h2>", frame_table(about)]
    body.append(f"<h2>{_WORDS['downloads'](lang)}</h2><ul class='links'>{links}</ul>")
    return _page(name, "".join(body), facts, lang, hover_chart(one, history, forecast, aims, bounds, lang))


def _forecast(forecast: pd.DataFrame, one: Indicator, lang: Lang) -> pd.DataFrame:
    wide = by_quantile(forecast)
    names = ("0.5", "0.1", "0.9", "0.025", "0.975")
    rows = [(str(year), *(plain(row[name], one.decimals) for name in names)) for year, row in wide.iterrows()]
    heads = ["年份", "中位数", "80%下限", "80%上限", "95%下限", "95%上限"]
    en = ["Year", "Median", "80% low", "80% high", "95% low", "95% high"]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)


def _page(title: str, body: str, facts: Facts, lang: Lang, chart: str = "") -> str:
    return (
        environment()
        .get_template("site/page.html.j2")
        .render(
            lang=lang,
            title=title,
            notice=facts.notice(lang),
            words={name: text(lang) for name, text in _WORDS.items()},
            domains=[(domain.id, domain.title(lang)) for domain in facts.domains],
            body=body,
            chart=chart,
            script=script(),
            chart_script=chart_script(),
            policy=policy(),
        )
    )


def indicator_rows(facts: Facts, plan: Plan, known: set[str], lang: Lang) -> Iterator[dict[str, str]]:
    """Yield what the index lists of each indicator: link, domain, department, verdicts, latest value."""
    for domain in facts.domains:
        by_indicator: dict[str, list[TargetFact]] = {}
        for fact in domain.targets:
            if fact.indicator in known:
                by_indicator.setdefault(fact.indicator, []).append(fact)
        for id, own in by_indicator.items():
            one = plan.indicator(id)
            yield {
                "href": f"indicators/{id}.html",
                "name": one.name(lang),
                "domain": domain.title(lang),
                "department": plan.department_name(one.department)(lang),
                "code": one.department,
                "statuses": " ".join(dict.fromkeys(fact.group for fact in own)),
                "badges": " ".join(f"{fact.year} {badge(fact.group, lang)}" for fact in own),
                "latest": cell(own[0].latest(lang)),
            }


def status_names(lang: Lang) -> dict[str, str]:
    """Return the verdicts by code, for the filter."""
    return {code: text(lang) for code, text in STATUS.items()}
