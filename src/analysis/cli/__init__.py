"""The command `workbench`: options in, work done by the layers below, exit codes out."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: two BLAS threads slow 14-point series tenfold
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from analysis.cli import data, forecasts, ledger, plans, reproduction, runs
from analysis.cli.common import app
from analysis.exceptions import Lang, WorkbenchError

__all__ = ["app", "data", "forecasts", "ledger", "main", "plans", "reproduction", "runs"]


def main() -> None:
    """Run the command; a user's mistake ends in a message and an exit code, never in a traceback."""
    try:
        app()
    except WorkbenchError as error:
        lang: Lang = "en" if os.environ.get("WORKBENCH_LANG") == "en" or "--lang=en" in sys.argv else "zh"
        if "--lang" in sys.argv[:-1] and sys.argv[sys.argv.index("--lang") + 1] == "en":
            lang = "en"
        title = "未完成，原因如下：" if lang == "zh" else "Not done, because:"
        typer.echo(f"{title}\n{error.message(lang)}", err=True)
        raise SystemExit(error.exit_code) from None
