"""Comments and changes in a Word file that came back: each with the paragraph it stands at, found by its text."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from docx import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from analysis.data.forms.safety import check_workbook
from analysis.data.store.review_comments import Comment
from analysis.data.store.reviews import Passage
from analysis.exceptions import DataError, Text, Where, wrong_data
from analysis.places import existing, shown
from analysis.runs.review.matching import Finder, bare

_DOCX = Text("workbench review open 写出、加了批注的 Word 文件（docx）", "the Word file (docx) sent out, with comments")
_AGAIN = Text("请另存为普通 docx 后再导入。", "Save it as a plain docx and import it again.")
_BROKEN = (OpcError, XMLSyntaxError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, AttributeError)
_HEAD = 8  # paragraphs at the head of a file, where its version is printed


class WordFile:
    """A Word file that came back: its paragraphs as they were sent, and what was said and changed in them."""

    def __init__(self, path: Path) -> None:
        existing(path, _DOCX)
        if not zipfile.is_zipfile(path):
            found = Text("不是 docx 文件（可能是旧版 doc，或已损坏）", "no docx file: an old doc, or damaged")
            raise wrong_data(found, Where(file=shown(path)), _DOCX, _AGAIN)
        try:
            check_workbook(path)
            self.document = WordDocument(str(path))
            self.said, self.body = list(self.document.comments), self.document.element.body
            if self.body is None:
                raise ValueError("no body")
        except DataError as error:
            raise DataError([replace(one, expected=_DOCX, action=_AGAIN) for one in error.faults]) from None
        except _BROKEN as error:  # a zip without the parts of a Word file, or with broken ones
            found = Text("不是完整的 Word 文件", f"no whole Word file ({type(error).__name__})")
            raise wrong_data(found, Where(file=shown(path)), _DOCX, _AGAIN) from None

    def texts(self) -> list[str]:
        """Return every paragraph as it was before changes that were tracked."""
        return [before(one) for one in self.body.iter(qn("w:p"))]

    def head(self) -> str:
        """Return the first lines."""
        return "\n".join(self.texts()[:_HEAD])

    def comments(self, passages: Sequence[Passage]) -> list[Comment]:
        """Return comments, tracked changes and changes nobody tracked, in this order."""
        finder = Finder(passages)
        return [*self._said(finder), *self._tracked(finder), *self._silent(finder)]

    def _said(self, finder: Finder) -> Iterator[Comment]:
        starts = {one.get(qn("w:id")): one for one in self.body.iter(qn("w:commentReference"))}
        starts |= {one.get(qn("w:id")): one for one in self.body.iter(qn("w:commentRangeStart"))}
        for one in self.said:
            mark = starts.get(str(one.comment_id))
            place, said = f"批注{one.comment_id + 1}", one.text.strip()
            if not said:
                doubt = Text("批注没有文字", "a comment without words")
                yield Comment(0, place, "", author=one.author, status="aside", doubt=doubt)
                continue
            paragraph = _paragraph_of(mark)
            chosen = self._chosen(str(one.comment_id))
            place += f"“{chosen[:60]}”" if chosen else ""
            found = None if paragraph is None else finder.exact(before(paragraph)) or self._caption(paragraph, finder)
            if found is not None:
                yield Comment(found.number, place, said, author=one.author)
                continue
            near = None if paragraph is None else finder.near(before(paragraph))
            doubt = Text(
                "批注所在段落与原文不同", "the paragraph of the comment is none of the document as it was sent"
            )
            yield Comment(near.number if near else 0, place, said, author=one.author, status="asked", doubt=doubt)

    def _chosen(self, id: str) -> str:
        """Return the words a comment is set to."""
        out, inside = [], False
        for one in self.body.iter(qn("w:commentRangeStart"), qn("w:commentRangeEnd"), qn("w:t"), qn("w:delText")):
            if one.tag in (qn("w:commentRangeStart"), qn("w:commentRangeEnd")):
                if one.get(qn("w:id")) == id:
                    inside = one.tag == qn("w:commentRangeStart")
            elif inside:
                out.append(one.text or "")
        return "".join(out).strip()

    def _caption(self, paragraph: Any, finder: Finder) -> Passage | None:
        """Return the caption of the table a paragraph stands in."""
        table = next((one for one in paragraph.iterancestors(qn("w:tbl"))), None)
        if table is None:
            return None
        for one in table.itersiblings(qn("w:p"), preceding=True):
            if before(one).strip():
                return finder.exact(before(one))
        return None

    def _tracked(self, finder: Finder) -> Iterator[Comment]:
        for count, one in enumerate(_changed(self.body), start=1):
            was, now = before(one).strip(), after(one).strip()
            authors = {str(mark.get(qn("w:author")) or "") for mark in one.iter(qn("w:ins"), qn("w:del"))}
            found = finder.exact(was) or self._caption(one, finder)
            near = found or (finder.near(was) if was else None)
            said = "（修订：删去本段）" if was and not now else "（修订：新增文字）" if not was else "（修订）"
            who = "、".join(sorted(authors - {""}))
            if found is not None and bare(found.text) == bare(was):
                yield Comment(found.number, f"修订{count}", said, now, author=who)
                continue
            doubt = Text("修订所在段落与原文不同", "the changed paragraph is none of the document as it was sent")
            number = near.number if near else 0
            yield Comment(number, f"修订{count}", said, now, author=who, status="asked", doubt=doubt)

    def _silent(self, finder: Finder) -> Iterator[Comment]:
        """Yield paragraphs changed, added or taken away without a trace; tables are not compared cell by cell."""
        held = {bare(one) for one in self.texts()}
        lacking = [one.number for one in finder.passages if bare(one.text) not in held]
        known = {bare(one.text) for one in finder.passages}
        tracked = set(map(id, _changed(self.body)))
        lead, left = True, set(lacking)
        for one in self.body.iterchildren(qn("w:p")):
            said = before(one).strip()
            lead = lead and bare(said) not in known  # title, state and author stand above the first paragraph
            if lead or not said or bare(said) in known or id(one) in tracked:
                continue
            near = finder.near(said, left)
            zh = "未留痕的改动" if near else "未留痕的新增文字"
            doubt = Text(zh, "changed without a trace" if near else "added without a trace")
            left -= {near.number} if near else set()
            yield Comment(near.number if near else 0, "正文", "", said, status="asked", doubt=doubt)
        doubt = Text("未留痕的删除", "taken away without a trace")
        yield from (Comment(one, "正文", "（删去本段）", status="asked", doubt=doubt) for one in sorted(left))


def before(paragraph: Any) -> str:
    """Return the text of a paragraph before tracked changes: what was deleted counts, what was put in does not."""
    return "".join(
        "\n" if one.tag == qn("w:br") else one.text or ""
        for one in paragraph.iter(qn("w:t"), qn("w:delText"), qn("w:br"))
        if not any(True for _ in one.iterancestors(qn("w:ins"))) and one.get(qn("w:type")) != "page"
    )


def after(paragraph: Any) -> str:
    """Return the text of a paragraph with tracked changes carried out."""
    return "".join(one.text or "" for one in paragraph.iter(qn("w:t")))


def _paragraph_of(mark: Any) -> Any | None:
    """Return the paragraph a mark stands in; of one between paragraphs the next."""
    if mark is None:
        return None
    found = next((one for one in mark.iterancestors(qn("w:p"))), None)
    return found if found is not None else next((one for one in mark.itersiblings(qn("w:p"))), None)


def _changed(body: Any) -> list[Any]:
    """Return the paragraphs with tracked changes."""
    return [one for one in body.iter(qn("w:p")) if next(one.iter(qn("w:ins"), qn("w:del")), None) is not None]
