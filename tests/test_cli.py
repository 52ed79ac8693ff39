"""The command as a user meets it: exit codes, what is printed where, nothing half-written."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import WORKBENCH

from analysis.schema import FORECASTS, NO_DATA, QUANTILES, read_table

HEADER = "series_id,time_period,obs_value,unit\n"
RATES = {2015: 9.0, 2016: 8.6, 2017: 8.1, 2018: 7.9, 2019: 7.2}
BEDS = {2018: 3.0, 2019: 3.1, 2020: 2.9, 2021: 3.2}
ROWS = [f"rate,{year},{value},percent\n" for year, value in RATES.items()]
ROWS += [f"beds,{year},{value},per_1000\n" for year, value in BEDS.items()]
GAPS = ["single,2020,5,percent\n", "void,2020,,percent\n"]
REFUSED = {
    "missing file": (2, ("forecast", "absent.csv")),
    "text for a number": (1, ("forecast", "text.csv")),
    "unknown model": (2, ("forecast", "good.csv", "--model", "oracle", "--lang", "en")),
    "no horizon": (2, ("forecast", "good.csv", "--horizon", "0")),
    "unknown option": (2, ("forecast", "good.csv", "--horizont", "3")),
    "unknown plan": (2, ("evaluate", "--plan", "no-such-plan")),
    "missing data": (2, ("evaluate", "--data", "nowhere", "--lang=en")),
    "unknown format": (2, ("evaluate", "--formats", "html,odt")),
}


def workbench(folder, *arguments):
    """Run the command in `folder`."""
    command = [str(WORKBENCH), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def together(folder, *commands):
    """Run several commands side by side: most of a second each goes into starting Python."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda command: workbench(folder, *command), commands))


@pytest.fixture(scope="module")
def forecasts(tmp_path_factory):
    """Return a good forecast to a file, one to the screen in English, and the folder."""
    folder = tmp_path_factory.mktemp("forecast")
    (folder / "good.csv").write_text(HEADER + "".join(ROWS), encoding="utf-8")
    (folder / "gaps.csv").write_text(HEADER + "".join(ROWS + GAPS), encoding="utf-8")
    to_file, printed, gaps = together(
        folder,
        ("forecast", "good.csv", "--horizon", "3", "--out", "new/out.csv"),
        ("forecast", "gaps.csv", "--horizon", "2", "--lang", "en"),
        ("forecast", "gaps.csv", "--out", "gaps_out.csv", "--model", "random_walk"),
    )
    return SimpleNamespace(folder=folder, to_file=to_file, printed=printed, gaps=gaps)


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """Return each refused command and the names of the files there were before and are after it."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "good.csv").write_text(HEADER + "".join(ROWS), encoding="utf-8")
    (folder / "text.csv").write_text(HEADER + "rate,2020,viel,percent\n", encoding="utf-8")
    before = sorted(path.name for path in folder.rglob("*"))
    done = together(folder, *((*command, "--out", "out") for _, command in REFUSED.values()))
    return SimpleNamespace(folder=folder, before=before, done=dict(zip(REFUSED, done, strict=True)))


def test_help_lists_the_commands(tmp_path):
    done = workbench(tmp_path, "--help")
    assert done.returncode == 0
    for name in ("forecast", "evaluate", "notebooks", "simulate", "plan"):
        assert name in done.stdout


def test_a_good_forecast_says_nothing_and_leaves_one_file(forecasts):
    done = forecasts.to_file
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in (forecasts.folder / "new").iterdir()] == ["out.csv"]


def test_the_forecast_file_is_the_forecasts_table(forecasts):
    path = forecasts.folder / "new" / "out.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert header == "series_id,model,origin,time_period,output_type,output_type_id,value"
    table = read_table(path, FORECASTS)
    assert set(table["model"]) == {"trend_average"}
    for _, year in table.groupby(["series_id", "time_period"]):
        levels = year.loc[year["output_type"] == "quantile", "output_type_id"].astype(float)
        assert sorted(levels) == list(QUANTILES)
        assert (year["output_type"] == "mean").sum() == 1


def test_quantiles_do_not_cross(forecasts):
    table = read_table(forecasts.folder / "new" / "out.csv", FORECASTS)
    quantiles = table[table["output_type"] == "quantile"]
    for _, year in quantiles.assign(level=quantiles["output_type_id"].astype(float)).groupby(
        ["series_id", "time_period"]
    ):
        assert year.sort_values("level")["value"].is_monotonic_increasing


def test_the_horizon_counts_from_each_series_last_year(forecasts):
    table = read_table(forecasts.folder / "new" / "out.csv", FORECASTS)
    years = table.groupby(["series_id", "origin"])["time_period"].unique().map(list).to_dict()
    assert years == {("beds", 2021): [2022, 2023, 2024], ("rate", 2019): [2020, 2021, 2022]}


def test_without_out_the_table_is_printed_and_the_series_left_out_are_named(forecasts):
    printed = pd.read_csv(StringIO(forecasts.printed.stdout))
    assert list(printed.columns) == FORECASTS.names
    assert set(printed["series_id"]) == {"rate", "beds"}
    assert printed.groupby("series_id")["time_period"].nunique().tolist() == [2, 2]
    assert forecasts.printed.returncode == 1
    assert "single: one observed year" in forecasts.printed.stderr
    assert "void: no observed year" in forecasts.printed.stderr


def test_series_without_enough_data_are_rows_with_a_reason_and_the_others_are_forecast(forecasts):
    assert forecasts.gaps.returncode == 1
    assert "single: 只有 1 个年度的数据" in forecasts.gaps.stderr
    table = read_table(forecasts.folder / "gaps_out.csv", FORECASTS)
    assert set(table["series_id"]) == {"rate", "beds"}
    assert set(table["model"]) == {"random_walk"}
    reasons = read_table(forecasts.folder / "gaps_out.no_data.csv", NO_DATA).set_index("series_id")
    assert reasons["reason"].to_dict() == {"single": "one_point", "void": "empty"}


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (code, _) in REFUSED.items()])
def test_a_mistake_ends_in_an_exit_code_and_a_message(refused, name, code):
    done = refused.done[name]
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert str(refused.folder) not in done.stderr


def test_a_refused_command_leaves_nothing_behind(refused):
    assert sorted(path.name for path in refused.folder.rglob("*")) == refused.before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing file", ["未完成，原因如下：", "absent.csv", "文件不存在"]),
        ("text for a number", ["text.csv，第 2 行，obs_value 列", "“viel”"]),
        ("unknown model", ["Not done, because:", "no model called oracle", "random_walk"]),
        ("no horizon", ["--horizon"]),
        ("unknown option", ["--horizont"]),
        ("unknown plan", ["没有规划 no-such-plan", "national-2021-2030"]),
        ("missing data", ["Not done, because:", "no observations.csv", "nowhere"]),
        ("unknown format", ["不支持的格式 odt"]),
    ],
)
def test_the_message_names_the_mistake_in_the_language_asked_for(refused, name, words):
    assert all(word in refused.done[name].stderr for word in words)


def test_an_output_folder_in_use_is_not_touched(tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    done = workbench(tmp_path, "evaluate", "--out", ".")
    assert done.returncode == 2
    assert "已有内容" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_plan_check_prints_the_counts_of_the_default_plan(tmp_path):
    done = workbench(tmp_path, "plan", "check")
    assert done.returncode == 0
    for words in ("主要目标 71 项", "策略措施 87 项", "15 / 16", "10 / 14", "数值不一致的条款"):
        assert words in done.stdout
