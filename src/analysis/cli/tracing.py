"""`workbench trace`: from a sentence of a document to the cell of a form."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say


@app.command()
def trace(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="运行文件夹或其名称，也可为成果包或其解开的文件夹 / a run or a bundle")
    ],
    question: Annotated[
        str,
        typer.Argument(
            help="目标编号、指标编码加年份、数字编号，或句中的几个字 / a target, an indicator and year, a number, words"
        ),
    ],
    db: Annotated[
        str | None, typer.Option(help="监测数据库，运行未带单元格时查 / database, where the run has no cells")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / print JSON")] = False,
    lang: LangOption = Language.zh,
) -> None:
    """从文件中的一句话追到报表的单元格 / trace a sentence back to the cell of a form."""
    from analysis.runs.tracing.opened import opened
    from analysis.runs.tracing.trace import trace as traced

    with opened(run) as made:
        tables = None
        if db is not None:
            from analysis.runs.tracing.database import WithDatabase

            tables = WithDatabase(made, db)
        found = traced(made, question, tables)
    if as_json:
        say(json.dumps(found.as_values(lang.value), ensure_ascii=False, indent=1))
        return
    for line in found.lines(lang.value):
        say(line)
