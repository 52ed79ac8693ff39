"""What the notebooks of the official documents call."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.data.missing import missing_register
from analysis.data.review import marked
from analysis.exceptions import Lang
from analysis.export.progress import MOST, Progress
from analysis.export.reports.ledger import opened
from analysis.formats import day
from analysis.marks import cell, unmarked
from analysis.models import forecast
from analysis.narrative import beside, statistics
from analysis.narrative.acts import grave_part
from analysis.narrative.facts import Facts
from analysis.narrative.problem_rows import by_indicator
from analysis.narrative.problems import problems
from analysis.pipeline import trend_series
from analysis.runs.from_database import LEDGER_FILE
from analysis.runs.run import Run
from analysis.schema import OBSERVATIONS, by_quantile, read_table, series_id
from analysis.schema.results import FORECAST_REVIEW


def missing_and_changed(run: Run, lang: Lang) -> pd.DataFrame:
    """Return years reported as missing, special events and changes of definition; a row for those marked alike."""
    table = marked(run.observations, run.plan, lang)
    name, year, *alike = table.columns
    between = "、" if lang == "zh" else ", "
    rows = [
        (key[0], between.join(map(str, sorted(own[year]))), *key[1:])
        for key, own in table.groupby([name, *alike], sort=False, dropna=False)
    ]
    return pd.DataFrame(rows, columns=table.columns)


def better_streets(run: Run, lang: Lang) -> pd.DataFrame:
    """Return the streets that do better than chance and the spread between streets explain."""
    table = run.table("funnel")
    return beside.funnel_table(table[table["label"] == "better"], run.plan, run.dataset.area_names, lang)


def causes(run: Run) -> dict[str, str]:
    """Return what the numbers show of each target missed or in doubt."""
    return statistics.causes(run.table("assessments"), run.observations, run.plan)


def data_due(run: Run, lang: Lang) -> pd.DataFrame:
    """Return what each department owes: columns department, indicator, what is missing, due date."""
    until = due_day(run.as_of)
    due = missing_register(run.observations, run.plan, run.area, run.as_of, until.isoformat())
    names = ("指标", "缺项", "应报日期") if lang == "zh" else ("Indicator", "Missing", "Due")
    rows = [
        (row["department"], run.plan.indicator(row["indicator"]).name(lang), row[f"missing_{lang}"], day(until, lang))
        for row in due.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["department", *names])


def due_day(as_of: int) -> date:
    """Return the day by which departments report the data of a year."""
    return date(as_of + 1, 3, 31)


def ledger_entries(run: Run, facts: Facts, lang: Lang) -> pd.DataFrame:
    """Return the ledger the run holds; without one, the red and orange alerts as entries not yet started."""
    from analysis.data.store.ledger import (  # late: no other document needs the database's packages
        ENTRIES,
        LEDGER_STATES,
    )

    if not (run.folder / LEDGER_FILE).is_file():
        return opened(facts.grave, LEDGER_STATES["not_started"](lang))
    own = read_table(run.folder / LEDGER_FILE, ENTRIES, trusted=True)
    states = [LEDGER_STATES[str(state)](lang) for state in own["state"]]
    return own.assign(state=states)


def closed_word(lang: Lang) -> str:
    """Return the word of a closed entry of the ledger."""
    from analysis.data.store.ledger import LEDGER_STATES

    return LEDGER_STATES["closed"](lang)


def weakest_units(run: Run, lang: Lang) -> dict[str, str]:
    """Return, of each target every sub-unit must reach, the name of the unit farthest from it."""
    table, names = run.table("assessments"), run.dataset.area_names
    known = table[table["weakest"].fillna("").astype(str) != ""]
    codes = dict(zip(known["target"], known["weakest"].astype(str), strict=True))
    return {str(target): names[code](lang) for target, code in codes.items() if code in names}


def weak_progress(run: Run, facts: Facts, lang: Lang) -> list[Progress]:
    """Return how far the weak indicators have come to their last target, the gravest first, for the brief's chart.

    Only those not yet there: of one that is at its target there is no way left to show.
    """
    table = run.table("details")
    known = {
        str(row["target"]): (float(row["achievement"]), float(row["time_elapsed"])) for row in table.to_dict("records")
    }
    rows: dict[str, Progress] = {}
    for problem in problems(facts):
        for own in by_indicator(one.target for one in grave_part(problem).alerts):
            fact = own[-1]
            share, elapsed = known[fact.id]
            # a share that is none is left out too
            if fact.timing == "due" or fact.at_target or not share < 100 or fact.indicator in rows:
                continue
            values = "→".join(unmarked(text(lang)) for text in (fact.latest, fact.bound))
            rows[fact.indicator] = Progress(fact.name(lang), share, elapsed, values)
    return list(rows.values())[:MOST]


def forecast_review(run: Run, lang: Lang, years: int = 5) -> pd.DataFrame:
    """Return how the forecasts one could have made in the last years turned out a year and three years ahead."""
    observed, rows = run.observations, []
    for origin in range(run.as_of - years, run.as_of):
        known = OBSERVATIONS.build(observed[observed["time_period"] <= origin])
        if not len(known):
            continue
        made, _ = forecast(trend_series(run.plan, known, origin), last_year=run.as_of)
        wide = by_quantile(made, ["series_id", "time_period"])
        now = observed[observed["time_period"] > origin]
        seen = now.assign(series_id=series_id(now)).set_index(["series_id", "time_period"])["obs_value"]
        both = wide.join(seen.dropna(), how="inner")
        if len(both):
            inside = ((both["obs_value"] >= both["0.1"]) & (both["obs_value"] <= both["0.9"])).mean()
            above = (both["obs_value"] > both["0.5"]).mean()
            rows.append((origin, len(both), inside, above))
    made_of = FORECAST_REVIEW.build(pd.DataFrame(rows, columns=FORECAST_REVIEW.names))
    run.save(made_of, "forecast_review")
    said = []
    for row in made_of.to_dict("records"):
        own = f"forecast_review[{row['origin']}]"
        shares = (cell(f"100 * {own}.{name}", 100 * row[name], "percent") for name in ("inside_80", "above_median"))
        said.append((row["origin"], cell(f"{own}.n", row["n"]), *shares))
    heads = ["预测年份", "已有实际值的预测数", "落在80%区间的比例", "高于预测中位数的比例"]
    en = ["Made in", "Forecasts with a value since", "Inside the 80% interval", "Above the median"]
    return pd.DataFrame(said, columns=heads if lang == "zh" else en)
