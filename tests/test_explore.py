"""Exploring: the same verdicts as a whole run, assumptions that move them, objects that show themselves, views kept."""

import ast
import re
from dataclasses import replace
from html.parser import HTMLParser

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from analysis import explore
from analysis.exceptions import Text, UsageError
from analysis.explore.answers import answer
from analysis.explore.residuals import residuals
from analysis.explore.room import open_room
from analysis.plan import display
from analysis.runs.notebooks import execute
from analysis.runs.parameters import declared
from analysis.schema import FORECASTS

DEATHS, COVERED, CUT, BEDS = "health.u5mr", "health.vaccination", "health.obesity", "health.paediatricians"
NATIONAL = {"plan": "national-2021-2030", "data": "data/reference"}


@pytest.fixture(scope="module")
def deaths():
    return explore.indicator(DEATHS)


@pytest.mark.parametrize("id", [DEATHS, COVERED, CUT, BEDS])
def test_the_verdict_is_that_of_the_assessment_of_the_whole_plan(id):
    look = explore.indicator(id)
    known = look.answer.known
    whole = known.assessments.set_index("target")
    for row in look.answer.assessments.to_dict("records"):
        assert row["status"] == whole.loc[row["target"], "status"]
        assert row["p_miss"] == pytest.approx(whole.loc[row["target"], "p_miss"], nan_ok=True)
        assert row["reason"] == whole.loc[row["target"], "reason"]


def test_every_indicator_with_data_answers():
    ids = list(explore.indicators)
    assert len(ids) > 60
    for id in ids:
        look = explore.indicator(id)
        assert well_formed(look._repr_html_()) and len(look.assessment.table) >= bool(look.view.target), id
        for sheet in (look.flips(), look.path(), look.rules()):
            assert well_formed(sheet._repr_html_()), id


def test_choices_left_out_are_the_plan_s_own(deaths):
    view = deaths.view
    assert (view.area, view.as_of, view.until) == (deaths.answer.room.plan.area, 2025, 2030)
    assert deaths.target.year == 2030 and deaths.target.parent.startswith("health.goal")
    assert explore.indicator("5岁以下儿童死亡率").view == view


def test_a_verdict_is_said_in_the_words_of_the_documents():
    look = explore.indicator("health.myopia_senior")  # P(met) below the rules' cut `unlikely`
    assert look.p_met < look.answer.room.rules.unlikely
    assert "预计难以达标" in look.header_html() and "[预计难以达标]" in str(look.assessment)


def test_a_target_that_is_easier_is_met_more_surely(deaths):
    values = [deaths.assume(target=value).p_met for value in (3.0, 4.4, 5.5, 8.0)]
    assert values == sorted(values) and values[0] < 0.5 < values[-1]
    assert values[1] == deaths.p_met


def test_a_changed_target_fits_nothing_anew(deaths):
    fitted = len(deaths.answer.known.fitted)
    deaths.assume(target=6.1).assessment._repr_html_()
    explore.indicator(CUT).assume(baseline=10.0).p_met  # noqa: B018
    before = len(deaths.answer.known.fitted)
    explore.indicator(CUT).assume(baseline=11.0).p_met  # noqa: B018
    assert len(deaths.answer.known.fitted) == before >= fitted


def test_a_baseline_moves_the_targets_that_are_built_on_it():
    look = explore.indicator(CUT)
    higher = look.assume(baseline=look.answer.verdict["baseline_value"] * 1.2)
    assert higher.answer.bounds[look.view.target] > look.answer.bounds[look.view.target]
    assert higher.p_met > look.p_met
    seen = higher.answer.history.set_index("time_period")
    year = higher.answer.baseline_year
    assert seen.loc[year, "numerator"] / seen.loc[year, "denominator"] * 100 == pytest.approx(
        seen.loc[year, "obs_value"]
    )


def test_a_baseline_that_was_never_observed_cannot_be_assumed():
    look = explore.indicator("health.nmr", as_of=2016)
    with pytest.raises(UsageError, match="2020"):
        look.assume(baseline=3.0).p_met  # noqa: B018


def test_special_events_and_denominators_change_the_forecast(deaths):
    plain = deaths.forecast.years
    bad_year = deaths.assume(shocks=[2019, 2020]).forecast.years
    assert bad_year["median"].iloc[-1] < plain["median"].iloc[-1]
    fewer = deaths.assume(denominators=-8.0).forecast.years
    spread = [(table["upper_95"] - table["lower_95"]).iloc[-1] for table in (plain, fewer)]
    assert spread[1] > spread[0]  # fewer births, more chance
    history = deaths.assume(shocks=[2019]).answer.history
    assert list(history.loc[history["obs_status"] == "S", "time_period"]) == [2019]


def test_resources_per_child_rise_when_there_are_fewer_children():
    look = explore.indicator(BEDS)
    fewer, more = look.assume(denominators=-8.0), look.assume(denominators=8.0)
    assert fewer.p_met > look.p_met > more.p_met
    ratio = more.forecast.years["median"] / fewer.forecast.years["median"]
    assert ratio.to_numpy() == pytest.approx([(0.92 / 1.08) ** k for k in range(1, 6)], rel=0.01)


def test_what_flips_is_judged_by_the_same_code(deaths):
    sheet = deaths.flips()
    changed = sheet.frame[sheet.frame["结论"] == "会改变"]
    assert len(sheet.frame) == 4
    assert len(changed) == len([name for name in deaths.answer.beside["flips"].split(";") if name])
    assert ("临界" in sheet.note) == bool(len(changed))


def test_residuals_are_forecasts_of_what_was_not_known(deaths):
    found = residuals(deaths.answer)
    assert found.table["time_period"].min() == 2014 and len(found.table) == 12
    known = explore.indicator(DEATHS, as_of=2019).answer.known
    room = deaths.answer.known
    cut = known.by_name[deaths.view.series]
    from analysis.models import forecast

    alone, _ = forecast([cut], horizon=1, learnt=room.weights)
    median = alone.loc[alone["output_type_id"] == "0.5", "value"].iloc[0]
    assert found.table.set_index("time_period").loc[2020, "median"] == pytest.approx(median)
    assert 0 <= found.inside <= 12 and all(0 <= p <= 1 for p in (found.p_bias, found.p_spread, found.p_memory))


def test_a_street_is_held_against_the_district_s_target_as_a_reference():
    street = explore.indicator(COVERED).answer.parts[0]
    look = explore.indicator(COVERED, area=street)
    assert look.target.subunit == "" and look.p_met is not None and "参照" in look.reference
    assert "参照" in look.header_html()
    girls = explore.indicator("education.disabled_enrolment", sex="F")
    assert girls.answer.history["sex"].eq("F").all() and "参照" in girls.reference


def test_streets_and_nation_stand_beside():
    look = explore.indicator(COVERED)
    assert len(look.streets().frame) == len(look.answer.parts)
    assert "全国" in explore.indicator(DEATHS).nation().frame.columns
    assert explore.indicator(DEATHS, **NATIONAL).streets().caption == "没有下级地区的数据。"


def test_real_values_keep_their_sources_and_are_not_called_simulated():
    look = explore.indicator(DEATHS, **NATIONAL)
    assert look.notice == "" and look.p_met is not None
    assert look.answer.history["source"].str.len().gt(5).all()


def test_what_was_known_then_is_seen_then(deaths):
    then = deaths.of(as_of=2020)
    assert then.answer.history["time_period"].max() == 2020
    assert then.forecast.years["time_period"].min() == 2021
    later = deaths.of(until=2033)
    assert later.p_met == deaths.p_met and later.forecast.years["time_period"].max() == 2033
    with pytest.raises(UsageError, match="时还没有任何数据"):
        explore.indicator(DEATHS, vintage="2001")


@pytest.mark.parametrize(
    ("choices", "item"),
    [
        ({"area": "nowhere"}, "area"),
        ({"sex": "X"}, "sex"),
        ({"as_of": 1990}, "as_of"),
        ({"until": 2020}, "until"),
        ({"model": "magic"}, "magic"),
        ({"plan": "no-such-plan"}, "no-such-plan"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused_in_four_parts(choices, item):
    with pytest.raises(UsageError) as error:
        explore.indicator(DEATHS, **choices)
    for lang in ("zh", "en"):
        assert len(error.value.message(lang).split("\n")) == 4
    assert item in error.value.message("en")


def test_a_wrong_name_is_answered_with_near_ones():
    with pytest.raises(UsageError, match="health.u5mr"):
        explore.indicator("health.u5m")
    with pytest.raises(UsageError, match="新生儿死亡率"):
        explore.indicator("死亡率")


def test_indicators_complete_by_key(deaths):
    assert DEATHS in explore.indicators._ipython_key_completions_()
    assert explore.indicators[DEATHS].view == deaths.view
    assert DEATHS in set(explore.indicators.find("死亡率")["编号"])


class Checked(HTMLParser):
    """Fails on a tag that is closed out of order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def well_formed(html):
    parser = Checked()
    parser.feed(html)
    assert parser.open == []
    return parser.seen


def test_plan_target_forecast_and_assessment_show_themselves(deaths):
    plan = deaths.answer.room.plan
    shown = [plan, deaths.target, deaths.forecast, deaths.assessment, deaths]
    for one in shown:
        tags = well_formed(one._repr_html_())
        assert "svg" in tags
        assert ("table" in tags) == (one is not deaths)
        assert str(one) and "<" not in str(one)
    assert str(len(plan.targets)) in str(plan) and "≤ 4.4‰" in str(deaths.target)
    assert "模拟数据，仅供演示" in str(deaths.forecast) and "模拟数据，仅供演示" in deaths.assessment._repr_html_()


def test_names_cannot_break_out_of_what_is_shown(deaths):
    evil = Text("<script>x</script>&'\"", "<script>x</script>&'\"")
    plan, target = deaths.answer.room.plan, deaths.target
    broken = replace(plan, title=evil, area_name=evil, domains=tuple(replace(d, title=evil) for d in plan.domains))
    indicator = replace(deaths.indicator, name=evil)
    objects = [
        display.plan_html(broken),
        display.target_html(replace(target, text=evil, clause=evil.zh)),
        replace(deaths.forecast, indicator=indicator, notice=evil.zh)._repr_html_(),
        replace(deaths.assessment, indicator=indicator, notice=evil.zh,
                targets=[replace(one, text=evil) for one in deaths.answer.targets])._repr_html_(),
    ]  # fmt: skip
    for html in objects:
        assert "script" not in well_formed(html) and "&lt;script&gt;" in html


def test_english_is_english(deaths):
    look = deaths.of(lang="en")
    for one in (look.forecast, look.flips(), look.path(), look.rules(), look.residuals(), look.streets()):
        text = re.sub(r"模拟(街道|镇)\d+", "", str(one))
        assert not re.search(r"[\u4e00-\u9fff]", text), text


@pytest.mark.parametrize("name", ["00_start_here", "explore"])
def test_the_notebooks_run(name, tmp_path):
    copy = tmp_path / "done.ipynb"
    execute(ROOT / "notebooks" / f"{name}.ipynb", copy, {}, tmp_path)
    outputs = [one for cell in nbformat.read(copy, 4).cells for one in cell.get("outputs", [])]
    assert outputs and not [one for one in outputs if one.output_type in ("error", "stream")]
    pictures = [one for one in outputs if "image/png" in one.get("data", {})]
    assert len(pictures) == (4 if name == "00_start_here" else 0)
    assert [one for one in outputs if "application/vnd.jupyter.widget-view+json" in one.get("data", {})] or pictures


def test_a_view_is_kept_as_a_notebook_that_gives_the_same_numbers(tmp_path):
    look = explore.indicator(CUT).assume(target=70.0, shocks=[2020, 2021], denominators=-2.5, baseline=12.0)
    path = look.write(tmp_path / "views")
    assert look.write(tmp_path / "views") != path
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not [one for one in ast.walk(ast.parse(cell.source)) if isinstance(one, ast.FunctionDef)]
    for one in declared(path):
        zh, _, en = one.help.partition(" / ")
        assert re.search(r"[\u4e00-\u9fff]", zh) and en and one.accepts(one.default), one.name
    execute(path, tmp_path / "done.ipynb", {}, tmp_path)
    done = nbformat.read(tmp_path / "done.ipynb", 4)
    last = done.cells[-1].outputs[0]["data"]["text/plain"]
    assert last == "数据与达标概率均与写出时一致。"
    shown = next(o["data"]["text/plain"] for c in done.cells for o in c.get("outputs", []) if "data" in o)
    assert shown == str(look)
    execute(path, tmp_path / "other.ipynb", {"target_value": 60.0}, tmp_path)
    last = nbformat.read(tmp_path / "other.ipynb", 4).cells[-1].outputs[0]["data"]["text/plain"]
    assert last.startswith("达标概率写出时为")


def test_a_user_s_mistake_in_a_notebook_is_short(tmp_path):
    from analysis.exceptions import NotebookError

    cells = ["x: int = 1  # 数 / a number", "from analysis import explore\nexplore.indicator('health.u5m')"]
    made = [nbformat.v4.new_code_cell(text) for text in cells]
    made[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=made), tmp_path / "wrong.ipynb")
    with pytest.raises(NotebookError, match="规划没有这个指标"):
        execute(tmp_path / "wrong.ipynb", tmp_path / "done.ipynb", {}, tmp_path)
    error = next(
        o
        for c in nbformat.read(tmp_path / "done.ipynb", 4).cells
        for o in c.get("outputs", [])
        if o.output_type == "error"
    )
    assert len(error.traceback) == 4 and not any("Traceback" in line or "File" in line for line in error.traceback)


def test_the_page_follows_its_choices():
    page = explore.explorer(DEATHS)
    before = page.chart.value
    options = page.options
    options.target.value = 8.0  # a value that is typed is assumed
    assert page.look.view.assume.target == 8.0 and options.flags["target"].value
    assert page.chart.value != before and "假设" in page.header.value
    options.reset.click()
    assert not page.look.view.assume.any and page.chart.value == before
    options.choices["indicator"].value = COVERED
    assert page.look.view.indicator == COVERED and page.look.view.target
    options.choices["area"].value = page.look.answer.parts[0]
    assert "参照" in page.header.value
    for place in range(1, 5):
        page.tabs.selected_index = place
        assert page.panes[place].children
    options.choices["plan"].value = "national-2021-2030"
    assert page.look.view.data == "data/reference" and "模拟" not in page.header.value
    assert page.message.value == ""


def test_a_choice_that_cannot_be_made_is_said_on_the_page():
    page = explore.explorer(DEATHS)
    page.options.choices["as_of"].value = 2016
    page.options.baseline.disabled = False
    page.options.baseline.value = 3.5
    assert "不能假设基期值" in page.message.value


def test_forecasts_of_a_batch_are_those_of_each_alone(deaths):
    known = deaths.answer.known
    names = [name for name in known.by_name if name.startswith(DEATHS)][:3]
    series = [known.by_name[name] for name in names]
    from analysis.models import forecast

    together, _ = known.fit(series, deaths.view.model, 2030)
    alone = pd.concat([forecast([one], last_year=2030, learnt=known.weights)[0] for one in series], ignore_index=True)
    pd.testing.assert_frame_equal(FORECASTS.build(together), FORECASTS.build(alone))
    assert np.isfinite(together["value"]).all()


def test_what_was_read_can_be_forgotten(deaths):
    room = open_room()
    assert open_room() is room and answer(deaths.view) is deaths.answer
    explore.forget()
    assert open_room() is not room
