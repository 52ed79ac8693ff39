"""A view kept as a notebook: its choices as declared parameters, the same numbers when it is run again."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from analysis.exceptions import Lang
from analysis.places import CARRIED, ROOT, inside
from analysis.runs.files import write_text

if TYPE_CHECKING:
    from analysis.explore.look import Look

VIEWS = ROOT / "notebooks" / "views"
_LINES = (
    ("indicator", "str", "指标编号 / id of the indicator"),
    ("area", "str", "地区代码 / code of the area"),
    ("as_of", "Annotated[int, Interval(ge=1949, le=2100)]", "数据截至年份 / last year known"),
    ("until", "Annotated[int, Interval(ge=1949, le=2150)]", "预测到 / forecast to"),
    ("plan", "str | None", "规划编号或文件夹，空为默认规划 / id or folder of the plan; empty: the default"),
    ("data", "str | None", "数据文件夹，空为默认数据 / folder of the data; empty: the default"),
    ("db", "str | None", "监测数据库 / monitoring database"),
    ("vintage", "str | None", "数据版本，空为最新 / last vintage known; empty: the newest"),
    ("rules", "str | None", "规则文件，空为默认规则 / rules file; empty: the default"),
    ("sex", "str", "性别代码 / code of sex"),
    ("age", "str", "年龄代码 / code of age"),
    ("residence", "str", "城乡代码 / code of residence"),
    ("group", "str", "人群代码 / code of the group"),
    ("model", "str", "模型 / name of the model"),
    ("target", "str", "目标编号 / id of the target"),
)
_ASSUMED = (
    ("target_value", "float | None", "假设的目标值 / assumed value of the target"),
    ("baseline_value", "float | None", "假设的基期值 / assumed value of the baseline year"),
    ("shocks", "list[int] | None", "假设的特殊事件年份 / assumed years of special events"),
    ("denominators", "float | None", "假设的分母年增减百分比 / assumed yearly change of the denominator, percent"),
)
_KEPT = (
    ("written_p_met", "float | None", "写出时的达标概率 / P(met) when this was written"),
    ("written_data", "str", "写出时数据的校验值 / digest of the data when this was written"),
    ("lang", 'Literal["zh", "en"]', "语言 / language"),
)
_LOOK = """from analysis import explore

choices = {
    "plan": plan, "data": data, "db": db, "vintage": vintage, "area": area, "as_of": as_of, "until": until,
    "rules": rules, "sex": sex, "age": age, "residence": residence, "group": group,
    "model": model, "target": target, "lang": lang,
}
look = explore.indicator(indicator, **choices).assume(target_value, baseline_value, shocks, denominators)
look"""
_CELLS = (
    "look.plot()",
    "look.assessment",
    "look.forecast",
    "look.path()",
    "look.flips()",
    "look.rules()",
    "look.residuals()",
    "look.streets()",
    "look.nation()",
    "look.same_as_written(written_p_met, written_data)",
)


def write_notebook(look: Look, folder: Path | None = None) -> Path:
    """Write the view as a notebook with a free name; returns the file.

    Raises
    ------
    EnvironmentFailure
        The folder cannot be written.
    """
    base, view = folder or VIEWS, look.view
    stem = f"{view.indicator}-{view.area}-{date.today():%Y%m%d}"
    number = next(n for n in range(1, 10000) if not inside(base, f"{stem}-{n:02d}.ipynb").exists())
    path = inside(base, f"{stem}-{number:02d}.ipynb")
    write_text(nbformat.writes(notebook_of(look)) + "\n", path)
    return path


def notebook_of(look: Look) -> Any:
    """Return the view as a notebook: one title, the parameters, a cell for each answer."""
    lang: Lang = look.view.lang
    title = look.title()
    plain = title.translate({ord(sign): f"\\{sign}" for sign in "\\`*_[]<>#|"})
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(f"# {plain}", id="view-title"),
        v4.new_code_cell(_parameters(look), id="view-parameters", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(_LOOK, id="view-look"),
        *(v4.new_code_cell(text, id=f"view-{k}") for k, text in enumerate(_CELLS)),
    ]
    about = {"title": {"zh": look.of(lang="zh").title(), "en": look.of(lang="en").title()}, "needs": [], "makes": []}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "workbench": about, "lang": lang}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _parameters(look: Look) -> str:
    view = look.view
    values: dict[str, Any] = {name: getattr(view, name) for name, *_ in _LINES}
    values |= {name: _relative(values[name]) for name in ("plan", "data", "rules")}
    shocks = view.assume.shocks
    values |= {
        "target_value": view.assume.target,
        "baseline_value": view.assume.baseline,
        "shocks": None if shocks is None else list(shocks),
        "denominators": view.assume.denominators,
        "written_p_met": None if look.p_met is None else round(look.p_met, 9),
        "written_data": data_digest(look),
        "lang": view.lang,
    }
    lines = [
        f"{name}: {kind} = {_literal(values[name])}  # {help}" for name, kind, help in (*_LINES, *_ASSUMED, *_KEPT)
    ]
    head = "from typing import Annotated, Literal\n\nfrom annotated_types import Interval\n\n"
    return head + "\n".join(lines)


def _relative(folder: str | None) -> str | None:
    """Return a folder or file of the project as it is found from anywhere, by its path in it; others as given."""
    if folder is None or not (whole := Path(folder).resolve()).exists():
        return folder
    base = next((one for one in (ROOT.resolve(), CARRIED) if whole.is_relative_to(one)), None)
    return folder if base is None else whole.relative_to(base).as_posix()


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) and '"' not in value and "\\" not in value else repr(value)


def data_digest(look: Look) -> str:
    """Return a digest of the observations the view is made from, as the data hold them."""
    table = look.answer.known.of(look.view.indicator)
    text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()[:16]
