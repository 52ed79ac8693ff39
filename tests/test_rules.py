"""Rules of one's own: merged over the default, kept with the run, followed wherever a threshold counts."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, WORKBENCH, evaluate

from analysis.assessment.proposals import proposals
from analysis.assessment.rules import own_rules, read_rules, whole_text
from analysis.assessment.volatility import volatility
from analysis.exceptions import DataError, Text
from analysis.explore import indicator
from analysis.explore.residuals import residuals
from analysis.export import figures
from analysis.models.distribution import LEVELS, cdf_from_quantiles, quantile
from analysis.narrative.collecting import collect
from analysis.narrative.facts import VERDICTS, Tally
from analysis.places import RULES
from analysis.runs.looking_back import expected_rates, level_rates
from analysis.runs.regions.parts import Source
from analysis.runs.regions.room import prepare_region
from analysis.runs.run import Run, prepare
from analysis.schema import ALERTS, OBSERVATIONS

DEFAULT = read_rules()
OWN = """
id: ours
version: 7
probability_met:
  on_track: 0.9
  unlikely: 0.15
levels: {at_risk: yellow}
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_a_file_states_only_what_differs(own):
    rules = own_rules(own)
    assert rules.id == "ours-7" and rules.cuts == (0.9, 0.5, 0.15)
    assert rules.levels == {**DEFAULT.levels, "at_risk": "yellow"}
    assert replace(rules, id=DEFAULT.id, on_track=0.8, unlikely=0.2, levels=DEFAULT.levels) == DEFAULT


def test_the_whole_text_states_every_threshold_with_its_explanation(own, tmp_path):
    text = whole_text(own)
    stated = yaml.safe_load(text)
    assert stated.keys() == yaml.safe_load(RULES.read_text(encoding="utf-8")).keys()
    assert stated["probability_met"] == {"on_track": 0.9, "at_risk": 0.5, "unlikely": 0.15}
    assert "# 有望达标" in text and "ours.yaml" in text.splitlines()[0] and DEFAULT.id in text.splitlines()[0]
    kept = tmp_path / "rules.yaml"
    kept.write_text(text, encoding="utf-8")
    assert read_rules(kept) == read_rules(own) and whole_text(kept) == text  # copied on, it stays as it is
    assert whole_text(RULES) == whole_text() == RULES.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "probability_met: {on_track: 0.9}",  # under the default's name
        "id: default\nminimum_points: 5",
        "id: a\nprobability_met: {on_track: 0.4}",  # below the next cut
        "id: a\nprobability_met: {on_track: 1.0}",
        "id: a\nprobability_met: 0.9",
        "id: a\nprobability_met: {on_trak: 0.9}",
        "id: a\nminimum_points: 4.5",
        "id: a\nminimum_points: 0",
        "id: a\nminimum_points: many",
        "id: a\nvolatility: {false_discovery: 5}",
        "id: a\noverall: {good: 0.3}",
        "id: a\nlevels: {at_risk: purple}",
        "id:\nversion: 1\nminimum_points: 5",
        "- a",
        "a: [",
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_made(text, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as found:
        own_rules(path)
    for lang in ("zh", "en"):
        assert len(found.value.message(lang).splitlines()) == 4 and "wrong.yaml" in found.value.message(lang)


def test_every_command_that_judges_refuses_a_wrong_file(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("id: a\nminimum_points: many", encoding="utf-8")
    series = str(ROOT / "data" / "examples" / "injury_mortality_nz.csv")
    out = ["--out", str(tmp_path / "out")]
    below = ["--plan", "demo-province-2021-2030", "--data", "data/demo_province", "--below", "990000"]
    for command in (
        ["evaluate", *out],
        ["evaluate", *below, *out],
        ["report", "notice", *out],
        ["backtest", series, *out],
    ):
        line = [str(WORKBENCH), *command, "--rules", str(wrong), "--lang", "en"]
        done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 1 and "wrong.yaml" in done.stderr and "Traceback" not in done.stderr, command
        assert not (tmp_path / "out").exists()


def test_the_file_must_exist(tmp_path):
    with pytest.raises(DataError, match="nowhere.yaml"):
        own_rules(tmp_path / "nowhere.yaml")


def test_a_run_keeps_its_rules_whole_and_names_them(own, tmp_path):
    run = prepare(rules=own, out=tmp_path / "run")
    own.write_text("id: ours\nversion: 8", encoding="utf-8")
    again = Run(run.folder)
    assert again.record["rules"] == again.rules.id == "ours-7" and again.rules.cuts == (0.9, 0.5, 0.15)
    assert set(yaml.safe_load(again.rules_text)) == set(yaml.safe_load(RULES.read_text(encoding="utf-8")))
    assert prepare(out=tmp_path / "plain").record["rules"] == DEFAULT.id


def test_every_area_of_many_follows_them(own, tmp_path):
    options = {"lang": "zh", "audience": "internal", "kinds": [], "formats": ["html"], "author": "", "needed": True}
    source = Source(ROOT / "data" / "demo_province")
    made = prepare_region(
        source, "demo-province-2021-2030", None, ["990101"], None, tmp_path / "run", own, "none", options
    )
    assert made.record["rules"] == "ours-7"
    kept = made.folder / "inputs" / "rules.yaml"
    area = prepare(str(made.plan_folder), made.part("990101"), None, "990101", tmp_path / "area", rules=kept)
    assert area.rules_text == kept.read_text(encoding="utf-8") and area.record["rules"] == "ours-7"


def test_an_evaluation_under_own_rules_says_so_in_record_crate_and_document(own, tmp_path):
    strict = own.with_name("strict.yaml")
    strict.write_text("id: strict\nprobability_met: {on_track: 0.97, at_risk: 0.9, unlikely: 0.85}", encoding="utf-8")
    options = ("--documents", "annual", "--formats", "html", "--rules", str(strict))
    done = evaluate(tmp_path / "run", *options)
    assert done.returncode == 0, done.stderr
    run = Run(tmp_path / "run")
    assert run.record["rules"] == "strict-2"
    page = (run.folder / "documents" / "annual.html").read_text(encoding="utf-8")
    assert "按自定的判定规则“strict-2”作出" in page and "strict-2" in (run.folder / "index.html").read_text(
        encoding="utf-8"
    )
    crate = json.loads((run.folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    value = next(one for one in crate if one["@id"] == "#value-rules")
    assert value["value"] == "strict-2" and value["exampleOfWork"] == {"@id": "#parameter-rules"}
    table = run.table("assessments")
    ahead = table[(table["target_year"] > 2025) & table["p_miss"].between(0.001, 0.999)]
    off = ahead[1 - ahead["p_miss"] < 0.895]
    assert len(off) and (off["status"] == "off_track").all()


def test_what_levels_meant_is_not_claimed_of_other_cuts(own):
    assert len(level_rates(DEFAULT)) == 4 and len(expected_rates(DEFAULT, "en")) == 4
    assert level_rates(read_rules(own)).empty and expected_rates(read_rules(own), "zh").empty


def restless(slip=10):
    rng = np.random.default_rng(3)
    rows = []
    for area in ("1", "2"):
        events = rng.binomial(2000, 0.04, 12).astype(float)
        events[6] *= slip if area == "2" else 1
        for year, count in zip(range(2010, 2022), events, strict=True):
            rows.append(
                {"indicator": "health.anaemia_u5", "ref_area": area, "time_period": year, "sex": "_T", "age": "_T",
                 "residence": "_T", "group": "_T", "source": "S", "vintage": "v", "obs_value": count / 20,
                 "numerator": count, "denominator": 2000.0, "unit": "percent", "obs_status": "A", "note": ""}
            )  # fmt: skip
    return OBSERVATIONS.build(pd.DataFrame(rows))


def test_volatility_follows_the_rules():
    table, share = restless(), {"health.anaemia_u5": True}

    def labels(**changed):
        found = volatility(table, share, 2021, replace(DEFAULT, **changed))
        return dict(zip(found["series_id"].str.split("|").str[1], found["label"], strict=True))

    assert labels() == {"1": "noise", "2": "data"}
    assert labels(suspect_data=1e6)["2"] == "suspect"
    assert set(labels(false_discovery=0.0).values()) == {"noise"}
    assert labels(volatility_points=12).keys() == {"1", "2"} and labels(volatility_points=13) == {}


def tally(rules=DEFAULT, **counts):
    return Tally({**dict.fromkeys(VERDICTS, 0), **counts}, rules)


def test_the_adjective_of_a_plan_follows_the_rules():
    assert tally(met=8, off_track=2).pace == "good" and tally(met=79, off_track=21).pace == "mixed"
    assert tally(met=5, off_track=5).pace == "mixed" and tally(met=49, off_track=51).pace == "slow"
    assert tally(met=5, no_data=5).pace == "good" and tally(met=5, no_data=6).pace == "scarce"
    assert tally(met=5, qualitative=6).pace == "scarce"  # of all targets half have to be judged
    assert tally().pace == "scarce"  # nothing was judged
    strict = replace(DEFAULT, overall_good=0.95, overall_mixed=0.85, overall_judged=0.9)
    assert tally(strict, met=9, off_track=1).pace == "mixed" and tally(strict, met=8, off_track=2).pace == "slow"
    assert tally(strict, met=9, no_data=1).pace == "good" and tally(strict, met=8, no_data=1).pace == "scarce"


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    out = tmp_path_factory.mktemp("judged") / "run"
    done = evaluate(out, "--documents", "none")
    assert done.returncode == 0, done.stderr
    return Run(out)


def test_targets_to_look_at_again_follow_the_rules(judged):
    def offered(rules):
        found = proposals(judged.table("assessments"), judged.table("forecasts"), judged.plan, rules)
        return {kind: {id for id, (own, _) in found.items() if own == kind} for kind in ("easier", "stricter")}

    usual, many = offered(DEFAULT), offered(replace(DEFAULT, adjustments=100))
    assert 0 < sum(map(len, usual.values())) <= DEFAULT.adjustments and usual["easier"] <= many["easier"]
    wide = offered(replace(DEFAULT, unlikely=0.45, near_certain=0.85, adjustments=100))
    assert wide["easier"] > many["easier"] and wide["stricter"] >= many["stricter"]
    p_met = 1 - judged.table("assessments").set_index("target")["p_miss"]
    assert (p_met[list(wide["easier"])] < 0.455).all() and (p_met[list(wide["stricter"])] >= 0.845).all()


def test_the_chart_draws_the_cuts_of_the_rules(judged):
    import matplotlib.pyplot as plt

    facts = collect(
        judged.plan, judged.table("observations"), judged.table("assessments"), ALERTS.empty(), judged.as_of,
        Text("区", "district"), judged.notice, DEFAULT, ("trend_average",),
    )  # fmt: skip
    rows = [one for domain in facts.domains for one in domain.targets]
    figure = figures.probability_dots(rows, (0.9, 0.6, 0.1), "zh")
    upright = [line.get_xdata()[0] for line in figure.axes[0].lines if len(set(line.get_xdata())) == 1]
    assert {90.0, 60.0, 10.0} <= set(upright) and 80.0 not in upright
    plt.close(figure)


def test_a_quantile_between_the_stored_ones_is_that_of_the_distribution():
    values = np.sort(np.random.default_rng(1).normal(5, 2, len(LEVELS)))
    for level, value in zip(LEVELS, values, strict=True):
        assert quantile(values, float(level)) == pytest.approx(value)
    assert cdf_from_quantiles(values, quantile(values, 0.87)) == pytest.approx(0.87, abs=1e-6)
    assert quantile(values, 0.0001) == values[0] and quantile(values, 0.9999) == values[-1]


def test_the_explorer_follows_the_rules_and_keeps_them(own, tmp_path):
    own.write_text(
        OWN.replace("levels:", "minimum_points: 6\nvolatility: {fewest_points: 40}\nlevels:"), encoding="utf-8"
    )
    usual, ours = indicator("health.u5mr"), indicator("health.u5mr", rules=str(own))
    assert usual.p_met == ours.p_met and ours.answer.room.rules.cuts == (0.9, 0.5, 0.15)
    assert "ours-7" in str(ours) and "ours-7" in ours.header_html() and "判定规则" not in str(usual)
    assert "有90%把握" in str(ours.path()) and "有80%把握" in str(usual.path())
    forecast = ours.answer.forecast
    sure = forecast[(forecast["time_period"] == ours.target.year) & (forecast["output_type_id"] == "0.9")]["value"]
    assert f"{float(sure.iloc[0]):.1f}" in str(ours.path())
    checked = residuals(ours.answer), residuals(usual.answer)
    assert len(checked[1].table) - len(checked[0].table) == 2 and checked[0].volatility is None
    assert checked[1].volatility is not None
    assert ours.of(until=ours.view.until + 1).answer.room.rules.id == "ours-7"
    assert f'rules: str | None = "{own}"' in ours.write(tmp_path).read_text(encoding="utf-8").replace('\\"', '"')
    with pytest.raises(DataError, match="nowhere"):
        indicator("health.u5mr", rules=str(tmp_path / "nowhere.yaml"))
