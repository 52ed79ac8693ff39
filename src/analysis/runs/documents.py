"""What the notebooks of the official documents call."""

from __future__ import annotations

import pandas as pd

from analysis.data.missing import missing_register
from analysis.data.review import marked
from analysis.exceptions import Lang
from analysis.export.reports.work import opened
from analysis.marks import cell
from analysis.models import forecast
from analysis.narrative import beside, statistics
from analysis.narrative.facts import Facts
from analysis.pipeline import trend_series
from analysis.runs.from_database import LEDGER_FILE
from analysis.runs.run import Run
from analysis.schema import OBSERVATIONS, by_quantile, read_table, series_id
from analysis.schema.results import FORECAST_REVIEW


def missing_and_changed(run: Run, lang: Lang) -> pd.DataFrame:
    """Return years reported as missing, special events and changes of definition."""
    return marked(run.observations, run.plan, lang)


def better_streets(run: Run, lang: Lang) -> pd.DataFrame:
    """Return the streets that do better than chance and the spread between streets explain."""
    table = run.table("funnel")
    return beside.funnel_table(table[table["label"] == "better"], run.plan, run.dataset.area_names, lang)


def causes(run: Run) -> dict[str, str]:
    """Return what the numbers show of each target missed or in doubt."""
    return statistics.causes(run.table("assessments"), run.table("details"), run.observations, run.plan)


def data_due(run: Run, lang: Lang) -> pd.DataFrame:
    """Return what each department owes: columns department, indicator, what is missing, due date."""
    due = missing_register(run.observations, run.plan, run.area, run.as_of, f"{run.as_of + 1}-03-31")
    names = ("指标", "缺项", "应报日期") if lang == "zh" else ("Indicator", "Missing", "Due")
    rows = [
        (row["department"], run.plan.indicator(row["indicator"]).name(lang), row[f"missing_{lang}"], row["due"])
        for row in due.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["department", *names])


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
    digest = own["evidence_sha256"].str[:8]
    return own.assign(state=states, evidence=own["evidence"].where(digest == "", own["evidence"] + " " + digest))


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
