"""`workbench init`, and the option that says which workspace a command works in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say
from analysis.exceptions import Lang
from analysis.places import ROOT

_NAMED = 8  # files that are named on the screen


@app.callback()
def everywhere(
    workspace: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="工作区，默认当前文件夹所在的 / the workspace, by default the one you are in"
        ),
    ] = None,
) -> None:
    """发展规划监测评估工作台 / monitoring and evaluation of a development plan."""
    if workspace is not None and workspace.absolute() != ROOT:  # settled before this module was loaded
        raise typer.BadParameter(f"--workspace: {workspace} ≠ {ROOT.name}")


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="新文件夹，或要补全的工作区 / the workspace's folder")
    ],
    plan: Annotated[
        str | None, typer.Option(help="要放入的规划，编号或文件夹 / id or folder of a plan to copy")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="为规划生成示例数据（模拟） / simulated data for the plan")
    ] = False,
    lang: LangOption = Language.zh,
) -> None:
    """建立自己的工作区：规划、数据、notebook、成果、设置；已有文件不改动 / make a workspace of one's own."""
    from analysis.places import shown
    from analysis.runs.workspace import lay_out

    laid = lay_out(folder, plan, example)
    zh = lang == "zh"
    place = shown(laid.folder) if shown(laid.folder) != "." else laid.folder.name
    say(
        f"{place}：新增 {len(laid.added)} 个文件，保留原有 {len(laid.kept)} 个"
        if zh
        else f"{place}: {len(laid.added)} files added, {len(laid.kept)} left as they were"
    )
    if laid.differing:
        names = ", ".join(Path(one).name for one in laid.differing[:_NAMED])
        say(
            f"与程序所带版本不同、予以保留的 notebook：{names}（删除后重新 init 即换为新版）"
            if zh
            else f"Notebooks kept, not the package's: {names} (delete them and run init again for the new ones)"
        )
    if example:
        say(
            f"{laid.example} 中的示例数据是模拟数据，仅供演示"
            if zh
            else f"The example data in {laid.example} are simulated, for demonstration only."
        )
    for line in _next(laid.plan, example, lang.value):
        say(line)


def _next(plan: str, example: bool, lang: Lang) -> list[str]:
    """Return what to do next, line by line."""
    zh = lang == "zh"
    if not plan:
        return [
            "下一步：进入该文件夹，workbench plan new --from 规划文本"
            if zh
            else "Next: go there, workbench plan new --from DOCUMENT",
            "或按 data/plan-skeleton/README.md 手工填写" if zh else "or by hand, see data/plan-skeleton/README.md",
        ]
    if example:
        return ["下一步：进入该文件夹，workbench evaluate" if zh else "Next: go there, workbench evaluate"]
    return [
        "下一步：填写 data/own/observations.csv，或先用示例数据：workbench init . --example"
        if zh
        else "Next: fill in data/own/observations.csv, or try example data: workbench init . --example"
    ]
