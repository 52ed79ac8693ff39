"""The inline part of HTML as spans: white space as a browser shows it, looks nested, marks of numbers kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.document.reading.pictures import NoPicture, picture
from analysis.document.reading.settings import Reading
from analysis.document.spans import (
    Break,
    Code,
    FootnoteRef,
    Label,
    Link,
    Math,
    Number,
    Picture,
    Reference,
    Span,
    Spans,
    TextSpan,
    cell_of,
)
from analysis.exceptions import Text

Element = Any  # of lxml, which has no types
_LOOKS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("b", "strong"), {"bold": True}),
    **dict.fromkeys(("i", "em", "cite", "var", "dfn", "address"), {"italic": True}),
    **dict.fromkeys(("s", "strike", "del"), {"struck": True}),
    "sub": {"place": "sub"},
    "sup": {"place": "sup"},
}
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_DROPPED = frozenset(("style", "script", "head", "title", "meta", "link", "template", "noscript", "colgroup", "source"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_PLAIN = TextSpan("")


def shown(element: Element) -> bool:
    """Return whether a browser would show an element at all."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        isinstance(element.tag, str)
        and element.tag not in _DROPPED
        and "display:none" not in style
        and element.get("hidden") is None
    )


def classes(element: Element) -> frozenset[str]:
    """Return the classes of an element."""
    return frozenset((element.get("class") or "").split())


@dataclass
class Line:
    """A line of text being put together."""

    reading: Reading
    spans: list[Span] = field(default_factory=list)

    def text(self, text: str | None, look: TextSpan = _PLAIN) -> None:
        """Add text; white space runs together, also over the borders of elements."""
        if not text:
            return
        text = _SPACE.sub(_gap, text)
        last = self.spans[-1] if self.spans else None
        if last is None or isinstance(last, Break) or last.text.endswith(" "):
            text = text.lstrip(" ")
        if not text:
            return
        if isinstance(last, TextSpan) and last.look == look.look:
            self.spans[-1] = replace(last, text=last.text + text)
        else:
            self.spans.append(replace(look, text=text))

    def take(self) -> Spans:
        """Return the spans so far, without space at both ends, and begin anew."""
        spans, self.spans = self.spans, []
        while spans and (
            isinstance(spans[-1], Break) or (isinstance(spans[-1], TextSpan) and not spans[-1].text.strip())
        ):
            spans.pop()
        while spans and (isinstance(spans[0], Break) or (isinstance(spans[0], TextSpan) and not spans[0].text.strip())):
            spans.pop(0)
        if spans and isinstance(spans[-1], TextSpan):
            spans[-1] = replace(spans[-1], text=spans[-1].text.rstrip())
        if spans and isinstance(spans[0], TextSpan):
            spans[0] = replace(spans[0], text=spans[0].text.lstrip())
        return tuple(spans)  # type: ignore[arg-type]  # all are of the declared kinds

    def add(self, element: Element, look: TextSpan = _PLAIN) -> None:
        """Add an inline element with all that is within."""
        tag, about = element.tag, classes(element)
        if not shown(element):
            return
        if tag == "br":
            self.spans.append(Break())
        elif tag == "img":
            self._picture(element)
        elif tag == "input":
            self._input(element)
        elif tag in _CODE:
            self._whole(element, Code("", *look.look))
        elif tag == "data" and (element.get("data-from") or element.get("value")):
            bare = Number("", *look.look, form=element.get("data-as") or "", id=element.get("value") or "")
            self._whole(element, replace(bare, **cell_of(element.get("data-from") or "")))  # type: ignore[arg-type]
        elif "badge" in about:
            self._whole(element, Label("", *look.look, code=" ".join(sorted(about - {"badge"}))))
        elif tag == "math":
            self._whole(element, Math(""), element.get("alttext"))
        elif "math" in about and tag in ("span", "eq"):
            self._whole(element, Math(""))
        elif tag == "span" and "see" in about and self.reading.known is not None:
            self._see(element, self.reading.known, look)
        elif tag == "a":
            self._link(element, about, look)
        elif tag == "q":
            self.text("“", look)
            self.children(element, look)
            self.text("”", look)
        else:
            self.children(element, replace(look, **_LOOKS.get(tag, {})))

    def children(self, element: Element, look: TextSpan = _PLAIN) -> None:
        """Add what is within an element."""
        self.text(element.text, look)
        for child in element:
            self.add(child, look)
            self.text(child.tail, look)

    def _whole(self, element: Element, span: Span, text: str | None = None) -> None:
        """Add an element as one span of its text."""
        said = _SPACE.sub(" ", element.text_content() if text is None else text)
        if said.strip():
            self.spans.append(replace(span, text=said if isinstance(span, Code) else said.strip()))

    def _link(self, element: Element, about: frozenset[str], look: TextSpan) -> None:
        href = (element.get("href") or "").strip()
        if "anchor-link" in about or "footnote-backref" in about:
            return
        if href.startswith("#") and "ref" in about:
            self.spans.append(Reference(element.text_content(), *look.look, target=href[1:]))
        elif href.startswith("#fn") and look.place == "sup":
            self._footnote(href[1:], element.text_content())
        elif re.match(r"(https?|mailto|ftp):", href, re.I) and element.text_content().strip():
            self._whole(element, Link("", *look.look, href=href))
        else:  # an address within the notebook's own folder leads nowhere from a document
            self.children(element, look)

    def _footnote(self, id: str, said: str) -> None:
        """Add the mark of a footnote: of markdown, counted through the notebook; of HTML, as it stands."""
        if said.startswith("[") and said.endswith("]"):
            self.spans.append(FootnoteRef(self.reading.mark(id), place="sup", note=f"{self.reading.cell}.{id}"))
        else:
            self.spans.append(FootnoteRef(said, place="sup", note=id))

    def _input(self, element: Element) -> None:
        kind = element.get("type") or "text"
        if kind == "checkbox":
            self.text("√ " if element.get("checked") is not None else "□ ")
        elif kind not in ("hidden", "image"):
            self.text(element.get("value") or "")

    def _picture(self, element: Element) -> None:
        alt = (element.get("alt") or element.get("title") or "").strip()
        try:
            self.spans.append(Picture(alt, image=picture(element.get("src") or "", self.reading)))
        except NoPicture as error:
            self.spans.append(Picture(unshown_picture(self.reading, alt, error.why)))

    def _see(self, sentence: Element, known: frozenset[str], look: TextSpan) -> None:
        """Add a sentence of references without those that lead nowhere; without any it goes as a whole.

        The links, of class `ref`, are joined by the sentence's own separator.
        """
        links = [one for one in sentence.iter("a") if "ref" in classes(one)]
        kept = [one for one in links if (one.get("href") or "")[1:] in known]
        if not kept:
            return
        between = links[0].tail if len(links) > 1 else ""
        self.text(sentence.text, look)
        for place, link in enumerate(kept):
            self.text(between if place else "", look)
            self.add(link, look)
        self.text(links[-1].tail, look)


def unshown_picture(reading: Reading, alt: str, why: Text) -> str:
    """Return what stands in the place of a picture that cannot be shown."""
    said = f"“{alt}”" if alt else ""
    return reading.say(f"［图片{said}未能显示：{why.zh}］", f"[picture {said} not shown: {why.en}]")


def _gap(found: re.Match[str]) -> str:
    """Return what white space is shown as: nothing where a line of Chinese was broken, else one space."""
    text = found.string
    if "\n" not in found[0] or found.start() == 0 or found.end() == len(text):
        return " "
    return "" if ord(text[found.start() - 1]) > 0x2E7F and ord(text[found.end()]) > 0x2E7F else " "
