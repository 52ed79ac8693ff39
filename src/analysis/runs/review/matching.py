"""Finding the paragraph a comment is about by its text, and the version a file is about by all of its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from analysis.data.store.review_states import must_be
from analysis.data.store.reviews import DocumentReviews, Passage, named
from analysis.exceptions import Text, Where, usage, wrong_data

NEAR = 0.6  # share of signs two texts have in common, from which one may be the other, changed
_MOST = 1500  # signs of a text that are compared
_STAMP = re.compile(r"第(\d+)版|version (\d+)")
_ENOUGH = 0.5  # share of a version's paragraphs a file must hold to be about it


def bare(text: str) -> str:
    """Return a text as it is compared: one form of each sign, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Finder:
    """The paragraphs of a version, to be found by number or text."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.by_number = {one.number: one for one in passages}
        self.by_text: dict[str, Passage] = {}
        for one in passages:
            self.by_text.setdefault(bare(one.text), one)

    def exact(self, text: str) -> Passage | None:
        """Return the paragraph with this text."""
        return self.by_text.get(bare(text)) if text.strip() else None

    def near(self, text: str, among: Collection[int] | None = None) -> Passage | None:
        """Return the paragraph this text was most probably made of, None where none is near."""
        own, best, found = bare(text)[:_MOST], NEAR, None
        for one in self.passages:
            if among is not None and one.number not in among:
                continue
            match = SequenceMatcher(None, bare(one.text)[:_MOST], own, autojunk=False)
            if match.real_quick_ratio() > best and match.quick_ratio() > best and (ratio := match.ratio()) > best:
                best, found = ratio, one
        return found


def version_of(reviews: DocumentReviews, texts: Collection[str], head: str, file: str) -> Mapping[str, Any]:
    """Return the version a file without marks of its own is about: the one whose paragraphs it holds.

    Parameters
    ----------
    texts : collection of str
        Paragraphs of the file.
    head : str
        Its first lines, where the version is printed.

    Raises
    ------
    DataError
        It holds the paragraphs of none.
    UsageError
        It is about a version that is past.
    """
    held, shares = {bare(one) for one in texts}, list[tuple[float, int, Mapping[str, Any]]]()
    for row in reviews.versions():
        own = [bare(one.text) for one in reviews.passages(int(row["id"]))]
        share = sum(one in held for one in own) / max(len(own), 1)
        shares.append((share, int(row["id"]), row))
    best = max(shares, default=(0.0, 0, {}), key=lambda one: one[:2])
    if best[0] < _ENOUGH:
        raise wrong_data(
            Text("不是征求意见的文件", "no document sent out for comments"),
            Where(file=file),
            Text(
                "workbench review open 写出的工作簿或 Word 文件", "a workbook or Word file of `workbench review open`"
            ),
            Text("请核对文件，或 --db。", "Check the file, or --db."),
        )
    about = best[2]
    printed = _STAMP.search(head)
    if printed is not None:
        version = int(printed[1] or printed[2])
        about = next((own for _, _, own in shares if same_document(own, about) and own["version"] == version), about)
    return current(reviews, about, file)


def same_document(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two versions are of one document."""
    return all(one[name] == other[name] for name in ("plan", "ref_area", "year", "document", "audience"))


def current(reviews: DocumentReviews, row: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    """Return a version that takes comments; one that is past, or under approval, is refused with what is current.

    Raises
    ------
    UsageError
        There is a later version, or it is no draft for consultation.
    """
    last = max((one for one in reviews.versions() if same_document(one, row)), key=lambda one: int(one["version"]))
    if last["id"] != row["id"]:
        raise usage(
            Text(f"该文件是第{row['version']}版的", f"the file is about version {row['version']}"),
            Where(file=file),
            Text(f"现行的{named(last).zh}", f"the current one: {named(last).en}"),
            Text("请在现行版本的工作簿上提出意见。", "Comment on the workbook of the current version."),
        )
    must_be(str(row["state"]), ("consultation",), Text("不再接收意见", "it takes no comments"))
    return row
