"""The page of the API is made from the docstrings, and these say what goes in and what comes out."""

import inspect
import os
import re
import textwrap
from importlib import import_module

import pytest
from conftest import ROOT
from statsmodels.tools.docstring import NumpyDocString

PAGE = ROOT / "docs" / "api.md"
PUBLIC = ("", "effects", "explore", "library", "models", "pipeline", "plan", "schema")  # rooms with an `__all__`
SHOWN = ("analysis", "analysis.models")
HEAD = """# API

What `analysis` and `analysis.models` offer, from their docstrings; [library.md](library.md) shows how the parts go
together. Made by `UPDATE_PAGE=1 python -m pytest tests/test_api.py`.
"""


def public():
    """Yield the public functions and classes by their full name."""
    for room in PUBLIC:
        name = f"analysis.{room}".rstrip(".")
        module = import_module(name)
        yield from ((f"{name}.{one}", getattr(module, one)) for one in module.__all__)


def methods(cls):
    """Yield the public functions and properties of a class that the project wrote, those of its bases after its own."""
    seen = set()
    for base in cls.__mro__:
        if base.__module__.startswith("analysis"):
            for name, one in vars(base).items():
                one = getattr(one, "__func__", one)
                if not name.startswith("_") and name not in seen and (inspect.isfunction(one) or is_property(one)):
                    seen.add(name)
                    yield name, one


def is_property(one):
    return isinstance(one, property) or hasattr(one, "attrname")


def parameters(one):
    """Return the parameters a user gives; what begins with _ the project gives."""
    found = inspect.signature(one).parameters.values()
    return [p for p in found if p.name != "self" and not p.name.startswith("_")]


def parsed(one):
    return NumpyDocString(inspect.getdoc(one) or "")


def stated(doc):
    return {name.strip().lstrip("*") for part in doc["Parameters"] for name in part.name.split(",")}


def returns(one):
    return inspect.signature(one).return_annotation not in ("None", None)


FUNCTIONS = {name: one for name, one in public() if callable(one)} | {
    f"{name}.{method}": one
    for name, cls in public()
    if inspect.isclass(cls) and name.rpartition(".")[0] in SHOWN
    for method, one in methods(cls)
    if method in vars(cls) and inspect.isfunction(one) and parameters(one)
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_docstring_states_what_goes_in_and_what_comes_out(name):
    one = FUNCTIONS[name]
    doc = parsed(one)
    lacking = {p.name for p in parameters(one)} - stated(doc)
    assert not lacking, lacking
    if inspect.isfunction(one):
        assert stated(doc) == {p.name for p in parameters(one)}  # no name that is none
        assert bool(doc["Returns"] or doc["Yields"]) == returns(one)


def test_the_page_of_the_api_is_that_of_the_docstrings():
    made = page()
    if os.environ.get("UPDATE_PAGE"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made
    assert not re.search(r"0x[0-9a-f]{6}", made)


def page():
    parts = [HEAD.rstrip()]
    for room in SHOWN:
        module = import_module(room)
        parts += [f"## {room}", first_line(module)]
        for name in sorted(module.__all__, key=lambda name: (not name[0].isupper(), name.lower())):
            parts += entry(name, getattr(module, name))
    return "\n\n".join(parts) + "\n"


def entry(name, one, level=3):
    """Return what the page says of a name: how it is called, what it is, its parts, what it gives and raises."""
    head = f"{'#' * level} {name}"
    if inspect.ismodule(one):
        return [head, f"{first_line(one)} See below."]
    if not callable(one):
        return [head, f"`{one!r}`"]
    doc, base = parsed(one), base_of(one)
    parts = [head, *([] if base else [call(name, one)]), *said(doc, base)]
    if inspect.isclass(one) and not base:
        own = {method: part for method, part in methods(one)}
        full = [method for method in own if method in vars(one) and not is_property(own[method])]
        short = [short_line(method, part) for method, part in own.items() if method not in full]
        parts += ["\n".join(short)] if short else []
        for method in full:
            parts += entry(f"{name}.{method}", own[method], level + 1)
    return parts


def base_of(one):
    """Return the class of the page whose parameters a class has, None without one."""
    base = one.__bases__[0] if inspect.isclass(one) else object
    same = base.__module__.startswith("analysis") and parsed(base)["Parameters"] == parsed(one)["Parameters"]
    return base.__name__ if same else None


def said(doc, base):
    """Return the paragraphs and lists of a docstring, without what is said of its base."""
    text = [filled(" ".join(doc["Summary"])), *map(filled, "\n".join(doc["Extended Summary"]).split("\n\n"))]
    if base:
        text.append(f"Parameters and methods are those of `{base}`.")
    for title in ("Parameters", "Attributes", "Returns", "Yields", "Raises"):
        if doc[title] and not (base and title in ("Parameters", "Raises")):
            text += [f"**{title}**", "\n".join(item(one) for one in doc[title])]
    if doc["References"]:
        text.append(filled(f"**References** {' '.join(doc['References'])}"))
    if doc["Examples"]:
        text.append("```pycon\n" + "\n".join(doc["Examples"]).strip() + "\n```")
    return [one for one in text if one]


def filled(words, indent=""):
    return textwrap.fill(" ".join(words.split()), 118, subsequent_indent=indent, break_long_words=False)


def first_line(one):
    return inspect.getdoc(one).splitlines()[0]


def item(one):
    """Return a parameter, a result or an error as an item of a list."""
    head = " : ".join(filter(None, [f"`{one.name}`" if one.name else "", one.type]))
    return filled(f"- {head}" + (f" — {' '.join(one.desc)}" if one.desc else ""), "  ")


def short_line(name, one):
    return filled(f"- `{name if is_property(one) else name + signature(one)}` — {first_line(one)}", "  ")


def call(name, one):
    return filled(f"`{name}{signature(one)}`")


def signature(one):
    """Return the call as it is written, without types and without addresses of functions."""
    plain = []
    for p in parameters(one):
        told = p.default is p.empty or not (callable(p.default) or repr(p.default).startswith("<"))
        plain.append(p.replace(annotation=p.empty, default=p.default if told else ...))
    return str(inspect.Signature(plain)).replace("Ellipsis", "...")
