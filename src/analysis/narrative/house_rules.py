"""The house rules of the Chinese documents as a linter over the document model: each rule a function over passages.

A finding is the sentence a reader would strike out. The linter knows no subject: names, directions and units are those
of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.document.model import Document
from analysis.formats import BASE_UNITS, UNIT_NAMES, amount
from analysis.narrative.house_pieces import LATIN, About, Passage, passages

_BARE = r"(?:\d{4}年)?(?:为|是|达)?\d[\d,]*(?:\.\d+)?(?=[，。；、（）]|$)"  # a number without a unit
SHORTEST = 12  # characters of a sentence that may not stand twice
SAME = 6  # characters at the beginning of two sentences that may not be alike


@dataclass(frozen=True)
class Finding:
    """What breaks a rule."""

    rule: str
    text: str


Rule = Callable[[Sequence[Passage], About], Iterator[str]]


def findings(document: Document, about: About, rules: Iterable[str] | None = None) -> list[Finding]:
    """Return what breaks the house rules in a Chinese document.

    Parameters
    ----------
    document : Document
    about : About
    rules : iterable of str, optional
        Names of `RULES`; all of them without it.

    Returns
    -------
    list of Finding
        Each with the name of its rule and the words that break it.
    """
    read = list(passages(document.blocks))
    return [Finding(name, text) for name in (rules or RULES) for text in RULES[name](read, about)]


# what stands in a sentence ------------------------------------------------------------------------------------------

_EXPECTED = (
    re.compile(r"预计[^。；，]{0,10}?(\d{4})年"),
    re.compile(r"(\d{4})年(?:的)?(?:目标|任务)[^。；\d]{0,16}预计"),
)
_YAML = re.compile(r"(?m)^\s*[a-z][a-z_]*:\s|YAML", re.IGNORECASE)
_HASH = re.compile(r"SHA-?\d+|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b", re.IGNORECASE | re.ASCII)
_FILE = re.compile(r"[\w-]+\.(?:csv|ya?ml|xlsx?|json|ipynb|py|zip|docx?|pdf|html?|md|txt)\b", re.ASCII)
_CODE = re.compile(
    r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b[a-z]+(?:\.[a-z0-9_]+){1,}\b|(?<![\d.,/])\d{6}(?![\d.,%‰元人])", re.ASCII
)
_CIRCULAR = re.compile(r"(?:确保|力争|努力|争取|尽快|尽早)?(?:达到|实现|完成|达成)[^，。；]{0,12}(?:目标|要求)")
_ADVISED = re.compile(r"(?:^|[。；：])(?:[（(]?[一二三四五六七八九十\d]+[）).、]\s*)?(?:建议|请|应|要求|由)[：:]?")
_FILLING = re.compile(r"[\W\d]|建议|有关部门|部门|各|请|应|由|要求|牵头|如期|按期|按时|尽快|年")
_YEARS_ON = re.compile(r"已连续\s*[\d一二三四五六七八九十]+\s*年(?:以上)?(?:预警|通报)")
_PROBABLE = re.compile(r"概率[^，。；]{0,6}\d")
_NOTHING = re.compile(r"[\s—\-－无。：:〔〕　/]*")


def _past_expected(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find 预计 of a year that has passed."""
    for text in _all(read):
        years = [int(one[1]) for pattern in _EXPECTED for one in pattern.finditer(text)]
        if any(year <= about.as_of for year in years):
            yield text


def _good_word_for_bad(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find 提高, 增长 said of an indicator of which less is better."""
    for text in _all(read):
        for found in re.finditer("提高|提升|增长", text):
            named = about.last_named(text[: found.start()])
            between = text[text.rfind(named.name) + len(named.name) : found.start()] if named else ""
            if named and named.less_is_better and len(between) < 24 and not re.search("[。；]|要求|目标", between):
                yield text


def _permille_of_things(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find ‰ behind the number of an indicator that is counted in a noun: doctors, beds, places per thousand."""
    for text in _all(read):
        for found in re.finditer("‰|个千分点", text):
            named = about.last_named(text[: found.start()])
            if named and named.unit in BASE_UNITS:
                yield text


def _no_unit(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find a number right behind an indicator's name without its unit."""
    for text in _all(read):
        for one in about.longest_first:
            if amount(0.0, one.unit, "zh", 0) == "0" or one.unit not in UNIT_NAMES:
                continue  # a unit that is not written
            if one.name in text and re.search(re.escape(one.name) + _BARE, text):
                yield text
                break


def _yaml(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find settings as they stand in a file."""
    yield from (one.text[:60] for one in read if one.kind == "code" or _YAML.search(one.text))


def _said(pattern: re.Pattern[str]) -> Rule:
    def rule(read: Sequence[Passage], about: About) -> Iterator[str]:
        for one in read:
            yield from (found[0] for found in pattern.finditer(one.text))

    return rule


def _english(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find Latin words, and P(...), in a Chinese text; not what the plan itself writes so, and no units."""
    for one in read:
        text = _FILE.sub(" ", _CODE.sub(" ", _HASH.sub(" ", one.text)))
        yield from (word for word in LATIN.findall(text) if word not in about.words)
        yield from re.findall(r"(?<![A-Za-z])P\s*[（(][^）)]*[）)]", text)


def _alerted_for_years(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find 已连续N年预警 where no alert of an earlier year is on record."""
    if not about.issued:
        yield from (text for text in _all(read) if _YEARS_ON.search(text))


def _many_probabilities(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find a paragraph with more than one probability: they belong into tables."""
    yield from (one.text for one in read if one.kind == "paragraph" and len(_PROBABLE.findall(one.text)) > 1)


def _circular(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find advice that says no more than that the target is to be met."""
    for one in read:
        if one.kind not in ("paragraph", "cell"):
            continue
        for text in one.sentences:
            if _ADVISED.search(text) is None and not re.match("确保|力争|努力|争取", text):
                continue
            left = _CIRCULAR.sub("", text)
            if (
                left != text
                and len(re.sub(r"[\W\d]|建议|有关部门|部门|各|请|应|由|要求|牵头|如期|按期|按时|尽快|年", "", left)) < 4
            ):
                yield text


# what stands beside each other --------------------------------------------------------------------------------------


def _empty_section(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find a heading with nothing below it, or with a dash."""
    for k, one in enumerate(read):
        if one.kind != "heading" or one.level < 2:
            continue
        below = []
        deeper = False
        for following in read[k + 1 :]:
            if following.kind == "heading":
                deeper = following.level > one.level
                break
            below.append(following)
        if not deeper and all(_NOTHING.fullmatch(piece.text) or piece.text == "未填报" for piece in below):
            yield one.text


def _prose(read: Sequence[Passage]) -> Iterator[list[str]]:
    """Yield runs of sentences that stand one behind the other in paragraphs."""
    run: list[str] = []
    for one in read:
        if one.kind == "paragraph":
            run += [text for text in re.split(r"(?<=[。！？])", one.text) if text.strip()]
        elif run:
            yield run
            run = []
    yield run


def _same_beginning(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find two neighbouring sentences that begin alike, or are alike but for names and numbers."""
    for run in _prose(read):
        for first, second in zip(run, run[1:], strict=False):
            one, other = (re.sub(r"^\W*(?:[一二三四五六七八九十]+、)?", "", text) for text in (first, second))
            alike = len(one) > SAME and one[:SAME] == other[:SAME] and "〔" not in one[:SAME]
            if alike or (len(one) > SHORTEST and _shape(one, about) == _shape(other, about)):
                yield f"{first.strip()} | {second.strip()}"


def _shape(text: str, about: About) -> str:
    for one in about.longest_first:
        text = text.replace(one.name, "甲")
    return re.sub(r"[\d,.]+(?:%|‰|个?百分点|元|人|小时)?", "0", text)


def _doubled(read: Sequence[Passage], about: About) -> Iterator[str]:
    """Find a sentence that stands twice in the text."""
    seen: set[str] = set()
    for run in _prose(read):
        for text in map(str.strip, run):
            if len(text) >= SHORTEST and text in seen:
                yield text
            seen.add(text)


def _all(read: Sequence[Passage]) -> Iterator[str]:
    for one in read:
        yield from one.sentences


RULES: dict[str, Rule] = {
    "past_expected": _past_expected,
    "good_word_for_bad": _good_word_for_bad,
    "permille_of_things": _permille_of_things,
    "no_unit": _no_unit,
    "yaml": _yaml,
    "hash": _said(_HASH),
    "file_name": _said(_FILE),
    "code": _said(_CODE),
    "english": _english,
    "alerted_for_years": _alerted_for_years,
    "many_probabilities": _many_probabilities,
    "circular": _circular,
    "empty_section": _empty_section,
    "same_beginning": _same_beginning,
    "doubled": _doubled,
}
