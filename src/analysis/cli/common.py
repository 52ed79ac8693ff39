"""What every command shares: the application, the language option, printed lines and progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.exceptions import LANGUAGE, Lang, Text, Where, usage

app = typer.Typer(
    name="workbench",
    help="发展规划监测评估工作台 / monitoring and evaluation of a development plan",
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


def an_id(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> Any:
    """Return an id, or several, given on the command line, once each may be one; before any work begins.

    Raises
    ------
    UsageError
        One is no id (`gate.ids`).
    """
    from analysis.gate.ids import named

    option = parameter.opts[0] if parameter.opts[0].startswith("-") else (parameter.metavar or parameter.opts[0])
    for one in [value] if isinstance(value, str) else value or ():
        if one != "":
            named(one, str(option))
    return value


JobsOption = Annotated[int, typer.Option(min=0, help="并行进程数，0 为全部核心 / processes, 0: all cores")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Dask 调度器地址，代替 --jobs / Dask scheduler, instead of --jobs")
]
RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="规则文件，只写与默认不同的阈值 / rules of your own")
]
_EVERY = 10.0  # seconds between two lines of progress where the output is no terminal


def checked_rules(rules: Path | None) -> Path | None:
    """Return a rules file once it is found in order, before anything is made of it."""
    if rules is not None:
        from analysis.assessment.rules import own_rules

        own_rules(rules)
    return rules


def nothing_else(context: typer.Context, option: str, *beside: str) -> None:
    """Refuse what was given on the command line next to an option that settles it, instead of passing over it.

    Raises
    ------
    UsageError
        Something else was given than the option and those that go with it.
    """
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    odd = [f"--{name.replace('_', '-')}" for name in given if name not in (option, *beside)]
    if odd:
        allowed = [f"--{name}" for name in beside]
        raise usage(
            Text(f"{'、'.join(odd)} 与 --{option} 不能同时使用", f"{', '.join(odd)} cannot go with --{option}"),
            Where(item=f"--{option}"),
            Text(f"原有设置；可另给 {'、'.join(allowed)}", f"the run as it was set up; {', '.join(allowed)}"),
            Text(f"请去掉 {'、'.join(odd)}，或另行运行。", f"Leave out {', '.join(odd)}, or begin a new run."),
        )


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Have what is started meanwhile, kernels among it, speak a language: the errors of an English run are English."""
    before = os.environ.get(LANGUAGE)
    os.environ[LANGUAGE] = lang
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(LANGUAGE, None)
        else:
            os.environ[LANGUAGE] = before


def say(text: str) -> None:
    """Print one line of result."""
    typer.echo(text)


def progress_bar(total: int, title: str) -> Any:
    """Return a progress bar on a terminal; where the output is no terminal, nothing is drawn."""
    from tqdm import tqdm

    return tqdm(total=total, desc=title, disable=not sys.stderr.isatty(), leave=False)


def counted(total: int, title: str, unit: str) -> Any:
    """Return a progress bar with its rate on a terminal; elsewhere one that prints a line every ten seconds."""
    from tqdm import tqdm

    if sys.stderr.isatty():
        return tqdm(total=total, desc=title, unit=f" {unit}", leave=False, smoothing=0.1)
    return _Lines(total, title, unit)


class _Lines:
    """Progress as lines: nothing is printed of work that is over sooner."""

    def __init__(self, total: int, title: str, unit: str) -> None:
        self.total, self.title, self.unit = total, title, unit
        self.done, self.began = 0, time.monotonic()
        self.said = self.began

    def update(self, done: int) -> None:
        """Take in that more is done."""
        self.done += done
        now = time.monotonic()
        if now - self.said >= _EVERY:
            self.said, rate = now, self.done / (now - self.began)
            typer.echo(f"{self.title} {self.done:,}/{self.total:,} {self.unit}, {rate:,.0f}/s", err=True)

    def close(self) -> None:
        """End without a word."""
