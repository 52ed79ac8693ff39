"""Widgets as text: what each said last; a slider has no use on paper, its value has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from analysis.document.model import AnyBlock, Blocks, Paragraph
from analysis.document.reading.html import from_html, joined
from analysis.document.reading.settings import Reading
from analysis.document.spans import TextSpan, plain
from analysis.exceptions import Text

STATE = "application/vnd.jupyter.widget-state+json"
_WHAT = Text("控件", "a widget")
_LOST = Text("笔记本未保存其状态", "the notebook does not hold its state")
_PICTURE = Text("图片控件", "a picture widget")
_OUTPUTS = Callable[[Mapping[str, Any], Reading], Iterable[AnyBlock]]


def widget(id: str, reading: Reading, outputs: _OUTPUTS, seen: frozenset[str] = frozenset()) -> Blocks:
    """Return the last state of a widget and of those within it.

    Parameters
    ----------
    id : str
        Of the widget's model.
    outputs : function
        Reads the outputs an `Output` widget kept.
    seen : set of str
        Widgets around this one: one that contains itself is said once.
    """
    state = reading.widgets.get(id)
    if not isinstance(state, Mapping):
        return (reading.unshown(_WHAT, _LOST),)
    if id in seen:
        return ()
    own, model = state.get("state") or {}, str(state.get("model_name") or "")
    if isinstance(own.get("children"), list):
        return tuple(_children(own, reading, outputs, seen | {id}))
    if model == "OutputModel":
        return tuple(block for one in own.get("outputs") or () for block in outputs(one, reading))
    if model == "ImageModel":
        return (reading.unshown(_PICTURE, _LOST),)
    if "HTML" in model:
        return from_html(str(own.get("value") or ""), reading)
    name, value = str(own.get("description") or ""), _value(own)
    if not name and not value:
        return ()
    colon = "：" if reading.settings.lang == "zh" else ": "
    lead = (TextSpan(f"{name}{colon if value else ''}", bold=True),) if name else ()
    return (Paragraph((*lead, *plain(value))),)


def _children(own: Mapping[str, Any], reading: Reading, outputs: _OUTPUTS, seen: frozenset[str]) -> Iterator[AnyBlock]:
    titles = own.get("titles") or own.get("_titles") or []
    for place, child in enumerate(own["children"]):
        title = titles.get(str(place)) if isinstance(titles, Mapping) else (titles[place : place + 1] or [None])[0]
        if title:
            yield Paragraph((TextSpan(str(title), bold=True),))
        yield from widget(str(child).removeprefix("IPY_MODEL_"), reading, outputs, seen)


def _value(own: Mapping[str, Any]) -> str:
    labels = own.get("_options_labels")
    if isinstance(labels, list) and labels:
        chosen = own.get("index")
        places = chosen if isinstance(chosen, list) else [chosen]
        return "、".join(str(labels[k]) for k in places if isinstance(k, int) and 0 <= k < len(labels))
    value = own.get("value")
    if isinstance(value, bool):
        return "√" if value else "□"
    if isinstance(value, list):
        return " – ".join(map(str, value))
    return "" if value is None else joined(str(value))
