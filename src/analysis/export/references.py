"""References to tables and figures: one that leads nowhere is left out, and with the last of them its sentence."""

from __future__ import annotations

import re
from collections.abc import Collection

from bs4 import BeautifulSoup
from nbformat import NotebookNode

_TABLE = re.compile(r"<table[^>]*\sid=\"([^\"]+)\"")


def ids_of(notebook: NotebookNode) -> set[str]:
    """Return the ids of the tables and pictures among a notebook's outputs."""
    found: set[str] = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/html", "")
            found.update(_TABLE.findall(text if isinstance(text, str) else "".join(text)))
            found.add(str(output.get("metadata", {}).get("image/png", {}).get("id", "")))
    return found - {""}


def resolve(soup: BeautifulSoup, known: Collection[str]) -> None:
    """Take out of every sentence of references those that lead to nothing in `known`.

    A sentence is an element of class `see` whose links of class `ref` are joined by its own separator.
    """
    for sentence in soup.select("span.see"):
        links = sentence.select("a.ref")
        kept = [link for link in links if str(link.get("href", ""))[1:] in known]
        if len(kept) == len(links):
            continue
        if not kept:
            sentence.decompose()
            continue
        texts = [str(one) for one in sentence.find_all(string=True, recursive=False)]
        head, between, tail = texts[0], texts[1] if len(links) > 1 else "", texts[-1]
        for link in links:
            link.extract()
        sentence.clear()
        sentence.append(head)
        for place, link in enumerate(kept):
            if place:
                sentence.append(between)
            sentence.append(link)
        sentence.append(tail)
