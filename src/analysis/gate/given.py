"""Options of a command that are texts with a meaning: the name of who does it, a day."""

from __future__ import annotations

from datetime import date

from analysis.exceptions import Text, Where, usage


def check_name(who: str, option: str = "--who") -> None:
    """Refuse a step that nobody puts a name to.

    Parameters
    ----------
    who : str
        Name or staff number.
    option : str
        The option that should say it.

    Raises
    ------
    UsageError
        It is empty.
    """
    if not who.strip():
        raise usage(
            Text("没有写明经办人", "no name"),
            Where(item=option),
            Text("经办人姓名或工号", "who does it"),
            Text(f"请用 {option} 写明。", f"Say it by {option}."),
        )


def check_day(due: str, option: str = "--due") -> None:
    """Refuse a text that is no day.

    Parameters
    ----------
    due : str
        `2027-03-31`.
    option : str
        The option that says it.

    Raises
    ------
    UsageError
        There is no such day.
    """
    try:
        date.fromisoformat(due)
    except ValueError:
        raise usage(
            Text(f"“{due}”不是日期", f"'{due}' is no date"),
            Where(item=option),
            Text("年-月-日，如 2027-03-31", "year-month-day, such as 2027-03-31"),
            Text(f"请更正 {option}。", f"Correct {option}."),
        ) from None
