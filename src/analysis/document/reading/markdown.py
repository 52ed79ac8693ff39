"""Markdown cells as HTML: CommonMark with tables, footnotes, tasks, struck text, definitions and formulas."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

_ENVIRONMENT = re.compile(r"\\\[(.+?)\\\]", re.S)
_INLINE = re.compile(r"\\\((.+?)\\\)", re.S)
_CODE = re.compile(r"(^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\2|`[^`\n]+`)", re.S | re.M)


def to_html(text: str) -> str:
    r"""Return the HTML of a markdown cell.

    Formulas stand as `<span class="math inline">` and `<div class="math block">`; `\(...\)` and `\[...\]` are read
    like `$...$` and `$$...$$`, as Jupyter does. A bold passage may end in a Chinese sign of punctuation: by the letter
    of CommonMark `**要点。**正文` would keep its asterisks.
    """
    pieces = _CODE.split(text)  # text, code, fence, text, code, fence, ...
    for place in range(0, len(pieces), 3):
        pieces[place] = _INLINE.sub(r"$\1$", _ENVIRONMENT.sub(r"$$\1$$", pieces[place]))
    return str(_parser().render("".join(one for k, one in enumerate(pieces) if k % 3 != 2)))


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    made = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
    made.use(footnote_plugin).use(tasklists_plugin).use(deflist_plugin)
    made.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    made.use(amsmath_plugin, renderer=escape)
    made.inline = _inline_parser(made.inline)
    return made


def _inline_parser(old: Any) -> Any:
    """Return the parser of lines, with the rule of emphasis for scripts that are written without spaces."""
    from markdown_it.parser_inline import ParserInline
    from markdown_it.rules_inline import StateInline
    from markdown_it.rules_inline.state_inline import Scanned

    class State(StateInline):
        def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
            found = super().scanDelims(start, canSplitWord)
            before = self.src[start - 1] if start else " "
            end = start + found.length
            after = self.src[end] if end < self.posMax else " "
            if not (_wide(before) or _wide(after)) or self.src[start] == "_":
                return found
            return Scanned(not after.isspace(), not before.isspace(), found.length)

    class Parser(ParserInline):
        def parse(self, src: str, md: Any, env: Any, tokens: list[Any]) -> list[Any]:
            state = State(src, md, env, tokens)
            self.tokenize(state)
            for rule in self.ruler2.getRules(""):
                rule(state)
            return state.tokens

    new = Parser()
    new.ruler, new.ruler2 = old.ruler, old.ruler2
    return new


def _wide(char: str) -> bool:
    return ord(char) > 0x2E7F
