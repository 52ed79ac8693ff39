"""`workbench evaluate` of many areas: progress area by area, then what became of each."""

from __future__ import annotations

from typing import Any

import typer

from analysis.cli.common import progress_bar, say, speaking
from analysis.exceptions import Lang, Text, Where, usage


def evaluate_many(
    given: dict[str, Any],
    areas: list[str],
    below: str | None,
    options: dict[str, Any],
    jobs: int,
    scheduler: str | None,
) -> None:
    """Prepare the evaluation of many areas and carry it out."""
    from analysis.gate.settings import usual_data, usual_plan
    from analysis.places import folder_of
    from analysis.plan import read_plan
    from analysis.runs.regions.parts import Source
    from analysis.runs.regions.room import prepare_region

    if given["round"] is not None or (areas and below is not None):
        raise usage(
            Text("这些选项不能同时使用", "these options do not go together"),
            Where(item="--below, --area, --round"),
            Text("--below 或多个 --area 之一，且不带 --round", "either --below or several --area, no --round"),
            Text("请去掉其中一个选项。", "Leave one of them out."),
        )
    folder = folder_of(given["data"]) if given["data"] is not None else usual_data(needed=given["db"] is None)
    internal = options["audience"] == "internal"
    asked = (given["db"], given["as_of_vintage"], internal, given["include_unreviewed"])
    source = Source(None if given["db"] else folder, *asked)
    chosen = areas or ([] if below is not None else [read_plan(given["plan"] or usual_plan()).area])
    place = (given["as_of"], given["out"], given["rules"], given["benchmark"])
    go_on(prepare_region(source, given["plan"], below, chosen, *place, options), jobs, scheduler)


def take_up_region(name: str, jobs: int, scheduler: str | None) -> bool:
    """Go on with an evaluation of many areas; returns False where the folder holds none."""
    from analysis.runs.regions.room import open_region

    region = open_region(name)
    if region is None:
        return False
    go_on(region, jobs, scheduler)
    return True


def go_on(region: Any, jobs: int, scheduler: str | None) -> None:
    """Evaluate every area, a line or a step of the bar each; the exit code says whether all is there."""
    from analysis.places import shown
    from analysis.runs.distribution import cores
    from analysis.runs.regions.evaluating import evaluate_region

    lang: Lang = region.record["options"]["lang"]
    total = len(region.districts) + len(region.unions)
    bar, done = progress_bar(total, "evaluate"), []

    def step(how: dict[str, Any]) -> None:
        name = region.name(how["area"])(lang)
        done.append(how)
        bar.set_postfix_str(name)
        bar.update(1)
        if bar.disable:
            say(f"{len(done)}/{total} {how['area']} {name} {how['state']} {how['seconds']:.0f} s")

    with speaking(lang):
        ended = evaluate_region(region, jobs or min(cores(), total), scheduler, step)
    bar.close()
    wrong = [how for how in ended if how["state"] != "done"]
    place = shown(region.folder)
    for how in wrong:
        reason = how["reason" if lang == "zh" else "reason_en"]
        typer.echo(f"{how['area']} {region.name(how['area'])(lang)}：{reason}", err=True)
    count = len(ended) - len(wrong)
    said = f"完成 {count}/{len(ended)} 个地区：" if lang == "zh" else f"{count} of {len(ended)} areas done: "
    say(f"{said}{place}/index.html")
    if wrong:
        again = f"workbench evaluate --resume {place}"
        say(f"改正后可继续：{again}" if lang == "zh" else f"Once mended, go on with: {again}")
        raise typer.Exit(3 if any(how["environment"] for how in wrong) else 1)
