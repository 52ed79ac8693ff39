"""All commands in one application, and how a run of it ends: messages and exit codes."""

from __future__ import annotations

import os
import sys

import typer

from analysis.cli import (
    areas,
    countersigning,
    data,
    forecasts,
    ledger,
    plans,
    publishing,
    remarks,
    reported,
    reproduction,
    reviews,
    runs,
    submissions,
    tracing,
    workspaces,
)
from analysis.cli.common import app
from analysis.exceptions import LANGUAGE, WorkbenchError, language
from analysis.gate.dated import made
from analysis.places import CHOSEN, ROOT, machine_fault
from analysis.runs.start import start

__all__ = [
    "app",
    "areas",
    "countersigning",
    "data",
    "forecasts",
    "ledger",
    "plans",
    "publishing",
    "remarks",
    "reported",
    "reproduction",
    "reviews",
    "run",
    "runs",
    "submissions",
    "tracing",
    "workspaces",
]


def run() -> None:
    """Run the command; a user's mistake ends in a message and an exit code, never in a traceback."""
    start()
    os.environ[CHOSEN] = str(ROOT)  # what is started from here, kernels among it, works in the same workspace
    if (chosen := _chosen_language(sys.argv)) is not None:
        os.environ[LANGUAGE] = chosen  # what is started from here speaks it too
    try:
        try:
            made()  # a time that is none is said before any work begins, whether or not the command prints one
            app()
        except OSError as error:  # a folder that cannot be read or written, no room: the machine, not the program
            raise machine_fault(error) from error
    except WorkbenchError as error:
        lang = language()
        title = "未完成，原因如下：" if lang == "zh" else "Not done, because:"
        typer.echo(f"{title}\n{error.message(lang)}", err=True)
        raise SystemExit(error.exit_code) from None


def _chosen_language(arguments: list[str]) -> str | None:
    """Return what `--lang` says, None where it is not given or is no language: typer refuses it then."""
    given = [after for one, after in zip(arguments, [*arguments[1:], ""], strict=True) if one == "--lang"]
    given += [one.removeprefix("--lang=") for one in arguments if one.startswith("--lang=")]
    return next((one for one in reversed(given) if one in ("zh", "en")), None)
