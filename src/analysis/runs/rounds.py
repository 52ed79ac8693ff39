"""Evaluation rounds: the method is chosen once, frozen with the data it was chosen on, and used by every run of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import __version__
from analysis.evaluation.backtest import run_backtest, windows
from analysis.evaluation.choice import choose, chosen_model
from analysis.exceptions import DataError, Text, Where, listed, usage, wrong_data
from analysis.gate.ids import is_name, named, no_name
from analysis.models import DEFAULT_MODEL
from analysis.models.average import AveragedTrend, Learnt
from analysis.models.registry import check_model
from analysis.pipeline import trend_series
from analysis.places import REPORTS, inside, shown
from analysis.plan import Plan
from analysis.runs.files import write_text
from analysis.schema import DIRECTIONS


@dataclass(frozen=True)
class Round:
    """What was frozen: the plan, area and year, the digest of the observations, the method and why.

    `weights` are the default model's learnt weights by group, `choice` the rows of the `METHOD_CHOICE` table
    (empty where the default was taken without a comparison).
    """

    id: str
    plan: str
    area: str
    as_of: int
    observations_sha256: str
    model: str
    weights: dict[str, list[float]]
    teachers: dict[str, int]
    choice: list[dict[str, Any]]
    version: str

    @property
    def learnt(self) -> Learnt:
        """Return the frozen weights as the model takes them."""
        return Learnt({group: np.array(own) for group, own in self.weights.items()}, self.teachers)

    def check(self, plan: str, area: str, as_of: int, observations: pd.DataFrame) -> None:
        """Refuse a run that is not of this round: another plan, area or year, or changed data."""
        asked = {"plan": (self.plan, plan), "area": (self.area, area), "as_of": (self.as_of, as_of)}
        for name, (frozen, given) in asked.items():
            if frozen != given:
                raise _refused(
                    self.id, Text(f"{name} 为 {given}，冻结时为 {frozen}", f"{name} is {given}, was {frozen}")
                )
        if digest(observations) != self.observations_sha256:
            raise _refused(self.id, Text("数据在冻结之后有改动", "the data have changed since it was frozen"))


def copy_round(round_id: str, path: Path, public: bool) -> None:
    """Copy a frozen round into a run; for the public without the digest of the data.

    Whoever has all data but a few hidden cells could try their values until the digest is right.
    """
    text = round_file(round_id).read_text(encoding="utf-8")
    if public:
        text = json.dumps({**json.loads(text), "observations_sha256": ""}, ensure_ascii=False) + "\n"
    write_text(text, path)


def digest(observations: pd.DataFrame) -> str:
    """Return the SHA-256 of an observations table as it is written to disk."""
    text = observations.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def freeze(
    round_id: str,
    plan: Plan,
    area: str,
    as_of: int,
    observed: pd.DataFrame,
    models: Sequence[str] = (DEFAULT_MODEL,),
    horizon: int = 5,
    progress: Callable[[int], None] = lambda done: None,
) -> Round:
    """Choose the method on the data known now, learn the default model's weights, and write the round.

    Parameters
    ----------
    round_id : str
        A new name (`gate.ids`).
    plan, area, as_of, observed
        What the round is about; `observed` is the `OBSERVATIONS` table of its runs.
    models : names of models
        Compared by backtest where there are two or more, the first being the default.
    horizon : int
        Years held out in the backtest.
    progress : callable
        Told how many more forecasts of the backtest are done.

    Raises
    ------
    UsageError
        The name is taken or no name, or a model is unknown.
    """
    path = _path(round_id)
    if path.exists():
        raise _refused(round_id, Text("该轮次已冻结，不会覆盖", "the round is frozen already and stays as it is"))
    for name in models:
        check_model(name)
    series = trend_series(plan, observed, as_of)
    chosen, rows = models[0], []
    if len(models) > 1:
        about = {one.name: _about(plan, one.name) for one in series}
        table = choose(run_backtest(windows(series, about, horizon, 1), list(models), progress), models[0])
        chosen, rows = chosen_model(table), json.loads(table.to_json(orient="records", force_ascii=False))
    learnt = AveragedTrend().learn([one for one in series if len(one) > 1])
    made = Round(
        id=round_id,
        plan=plan.id,
        area=area,
        as_of=as_of,
        observations_sha256=digest(observed),
        model=chosen,
        weights={group: own.tolist() for group, own in learnt.weights.items()},
        teachers=dict(learnt.teachers),
        choice=rows,
        version=__version__,
    )
    write_text(json.dumps(asdict(made), ensure_ascii=False) + "\n", path)
    return made


def read_round(path_or_id: str | Path) -> Round:
    """Return a frozen round by its name, or from the copy in a run's folder.

    Raises
    ------
    UsageError
        There is no such round.
    DataError
        The copy is no frozen round, or an id in it is none.
    """
    path = path_or_id if isinstance(path_or_id, Path) else _path(path_or_id)
    if not path.is_file():
        known = sorted(one.stem for one in _path("x").parent.glob("*.json"))
        raise usage(
            Text(f"没有轮次 {path_or_id}", f"there is no round {path_or_id}"),
            Where(file=shown(path)),
            Text("已冻结的轮次：", "a frozen round: ") + (listed(known) if known else Text("无", "none")),
            Text("请先执行 workbench freeze。", "Run `workbench freeze` first."),
        )
    try:
        made = Round(**json.loads(path.read_text(encoding="utf-8")))
        texts = (made.id, made.plan, made.area, made.observations_sha256, made.model, made.version)
        fits = all(isinstance(one, str) for one in texts) and isinstance(made.as_of, int) and bool(made.learnt)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise wrong_data(
            Text("不是冻结的轮次", "no frozen round"),
            Where(file=shown(path)),
            Text("workbench freeze 写入的文件", "a file written by `workbench freeze`"),
            Text("请重新冻结，或向提供者重新索取。", "Freeze it again, or ask for it again."),
        )
    wrong = [no_name(one, Where(file=shown(path))) for one in (made.id, made.plan, made.area) if not is_name(one)]
    if wrong:
        raise DataError(wrong)
    check_model(made.model)
    return made


def round_file(round_id: str) -> Path:
    """Return where a round is kept."""
    return _path(round_id)


def _path(round_id: str) -> Path:
    return inside(REPORTS / "rounds", f"{named(round_id, '--round')}.json")


def _about(plan: Plan, series: str) -> tuple[str, str]:
    indicator = plan.indicator(series.split("|")[0])
    return indicator.id, indicator.direction if indicator.direction in DIRECTIONS else ""


def _refused(round_id: str, found: Text) -> Exception:
    return usage(
        found,
        Where(item=f"--round {round_id}"),
        Text("冻结后的方法只用于冻结时的规划、地区、年份和数据", "a frozen method is for the data it was frozen with"),
        Text("请用新的轮次名重新冻结（workbench freeze 新轮次名）。", "Freeze a new round: workbench freeze NEW-NAME."),
    )
