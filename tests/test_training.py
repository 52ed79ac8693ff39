"""The training notebook runs by itself, and each mistake gets the answer it is there to teach."""

import nbformat
import pytest
from conftest import ROOT

from analysis.runs.notebooks import execute


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Return all that the training notebook shows, as one text."""
    folder = tmp_path_factory.mktemp("training")
    execute(ROOT / "notebooks" / "08_reporting_training.ipynb", folder / "done.ipynb", {}, folder)
    cells = nbformat.read(folder / "done.ipynb", as_version=4).cells
    outputs = [out for cell in cells if cell.cell_type == "code" for out in cell.outputs]
    assert not [out for out in outputs if out.output_type == "error"]
    return "".join(out.data.get("text/html", out.data.get("text/plain", "")) for out in outputs if "data" in out)


@pytest.mark.parametrize(
    "said",
    [
        "指标单位是“%”",
        "疑为单位填错",
        "没有数值；缺报",
        "不是数字",
        "超出范围",
        "出现多次，数值相同",
        "尚未确认各行各列的含义",
        "规划没有定义指标",
    ],
)
def test_each_mistake_gets_its_answer(shown, said):
    assert said in shown


def test_a_good_form_is_taken_and_a_forecast_is_read(shown):
    assert shown.count("全部接收，没有意见") == 2
    assert "达标概率" in shown and "80%区间" in shown
