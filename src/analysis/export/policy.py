"""What a page may do: the one Content-Security-Policy that stands in the head of every page written."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

_TEMPLATES = files("analysis.export") / "templates"


def script() -> str:
    """Return the one script of all pages: tables that sort, lists that filter."""
    return (_TEMPLATES / "site.js").read_text(encoding="utf-8")


def chart_script() -> str:
    """Return the script of a page with a chart: it fetches the chart library and draws."""
    return (_TEMPLATES / "chart.js").read_text(encoding="utf-8")


def feedback_script() -> str:
    """Return the script of the feedback form: it puts a file and the text of a mail together, and sends nothing."""
    return (_TEMPLATES / "feedback.js").read_text(encoding="utf-8")


@cache
def policy(*more: str) -> str:
    """Return the policy: the project's own two scripts by their SHA-256, styles, embedded fonts and pictures.

    Parameters
    ----------
    *more : str
        Further packaged scripts of a page, such as `feedback_script`.

    The hashes are those of the packaged scripts, never of what a page holds, so that a script which came in with data
    does not run; nor do `on...` attributes. `strict-dynamic` lets the chart's script fetch its library wherever the
    page lies, also on `file:`, where neither `'self'` nor `integrity` counts. No request leaves the folder.

    References
    ----------
    W3C, Content Security Policy Level 3, sections 6.1 and 8.2 ('strict-dynamic').
    """
    hashes = " ".join(f"'sha256-{_sha256(one)}'" for one in (script(), chart_script(), *more))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'strict-dynamic' {hashes}",
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline' file:",  # the style sheet of the site beside, and widths in attributes
            "font-src data:",
            "img-src data: blob:",  # blob: is how the chart is saved as a picture
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
