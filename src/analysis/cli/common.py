"""What every command shares: the application, the language option, printed lines and progress."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="workbench",
    help="儿童发展规划监测评估工作台 / monitoring and evaluation of a children's development plan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Language(StrEnum):
    """Language of documents and messages."""

    zh = "zh"
    en = "en"


LangOption = Annotated[Language, typer.Option("--lang", envvar="WORKBENCH_LANG", help="zh 或 en / language")]


def say(text: str) -> None:
    """Print one line of result."""
    typer.echo(text)


def progress_bar(total: int, title: str) -> Any:
    """Return a progress bar on a terminal; where the output is no terminal, nothing is drawn."""
    from tqdm import tqdm

    return tqdm(total=total, desc=title, disable=not sys.stderr.isatty(), leave=False)
