"""Errors in a notebook: short, in the user's words, without a traceback."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from analysis.exceptions import Lang, WorkbenchError


def short_errors(lang: Lang = "zh") -> None:
    """Show a user's mistake as its four parts, in `lang`; errors of the program keep their traceback.

    Does nothing outside a notebook or IPython.

    Parameters
    ----------
    lang : zh or en
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return

    def show(
        shell: Any, kind: type[BaseException], error: BaseException, trace: TracebackType, tb_offset: int | None = None
    ) -> list[str]:
        assert isinstance(error, WorkbenchError)
        lines = error.message(lang).split("\n")
        shell._showtraceback(kind, error, lines)  # the one way to a cell's error output; papermill relies on it
        return lines

    shell.set_custom_exc((WorkbenchError,), show)
