"""One question about a run, traced: a target, an indicator and year, a number of a document, or words of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from analysis.exceptions import Text, Where, listed, usage
from analysis.narrative.reckoning import CELL
from analysis.places import shown
from analysis.runs.run import Run
from analysis.runs.tracing.chain import of_count, of_mark, of_origin, verdict
from analysis.runs.tracing.nodes import Node
from analysis.runs.tracing.origins import observation
from analysis.runs.tracing.sentences import Mark, Sentence, sentences
from analysis.runs.tracing.tables import KEY, RunTables

MOST = 3  # sentences shown; the others are counted
_ORIGIN = re.compile(r"[a-z_]+\[[^\]]*\](?:\.\w+)?")
_NEAR = 6
_LIKE = 0.35


@dataclass(frozen=True)
class Asked:
    """What a question is about: the cells and counts it asks for, and the chain below them."""

    said: Text
    cells: tuple[str, ...]
    chain: tuple[Node, ...]


def trace(run: Run, question: str, tables: RunTables | None = None) -> Node:
    """Return the trace of what is asked for.

    Parameters
    ----------
    run : Run
        Finished; nothing is written.
    question : str
        A target id; an indicator id with a year, an area and codes of breakdowns, the last year where none is given;
        the id or the origin of a printed number, as the documents mark it; or words of a sentence.
    tables : RunTables, optional
        The run's files where something is known beside them, such as the cells of a database.

    Raises
    ------
    UsageError
        Nothing matches; near matches are offered.
    """
    known = tables or RunTables(run.folder, run.record)
    said, words = sentences(run.folder, run.record), " ".join(question.split())
    asked = _by_name(known, words) or _by_id(known, said, words)
    if asked is None:
        found = _by_words(said, words)
        if not found:
            raise _nothing(known, said, words)
        return _root(words, [*_shown(found, known, chained=True)])
    about = [one for one in said if any(_is_about(mark, asked.cells) for mark in one.marks)]
    return _root(words, [Node("question", asked.said, {}, asked.chain), *_shown(about, known, chained=False)])


def _root(question: str, below: Sequence[Node]) -> Node:
    return Node("trace", Text(f"“{question}”", f'"{question}"'), {"question": question}, tuple(below))


def _by_name(run: RunTables, words: str) -> Asked | None:
    """Return what a target id, an indicator with year and codes, an origin or a count asks for."""
    if run.find("plan/targets", id=words):
        return Asked(Text(f"目标 {words}", f"target {words}"), (f"[{words}]", f"[{words},"), (verdict(run, words),))
    if found := _ORIGIN.findall(words):
        whole = Text(f"数字出处 {words}", f"origin {words}")
        return Asked(whole, tuple(one.split("].")[0] + "]" for one in found), of_origin(run, words, set()))
    first, *rest = re.split(r"[\s,|]+", words)
    if not run.find("plan/indicators", indicator=first):
        return None
    address = _address(run, first, rest)
    if address is None:
        return None
    codes = list(address)
    while len(codes) > 3 and codes[-1] == "_T":
        codes.pop()
    whole = Text(f"指标 {' '.join(codes)}", f"indicator {' '.join(codes)}")
    targets = [one.cells for one in run.find("assessments", indicator=first, ref_area=address[1])]
    own = [
        row for row in targets if address[2] in (row["latest_year"], row["baseline_year"])
        and all(row[name] == code for name, code in zip(KEY[3:], address[3:], strict=True))
    ]  # fmt: skip
    cells = [f"observations[{','.join(codes)}]"]
    for row in own:
        part = "latest_value" if row["latest_year"] == address[2] else "baseline_value"
        cells.append(f"assessments[{row['target']}].{part}")
        cells += [f"details[{row['target']}].{name}" for name in ("numerator", "denominator")] * (part[0] == "l")
    return Asked(whole, tuple(cells), (observation(run, *address),))


def _address(run: RunTables, indicator: str, rest: Iterable[str]) -> tuple[str, ...] | None:
    """Return the address of an observation by what stands behind an indicator's id; None where a word is no part."""
    rows = [one.cells for one in run.find("observations", indicator=indicator)]
    year, area, codes = "", run.area, dict.fromkeys(KEY[3:], "_T")
    for word in rest:
        if re.fullmatch(r"(?:19|20|21)\d\d", word):
            year = word
        elif any(row["ref_area"] == word for row in rows):
            area = word
        else:
            column = next((name for name in KEY[3:] if any(row[name] == word for row in rows)), None)
            if column is None:
                return None
            codes[column] = word
    own = [row for row in rows if row["ref_area"] == area and all(row[name] == code for name, code in codes.items())]
    years = sorted(row["time_period"] for row in own if row["obs_value"])
    last = years[-1] if years else str(run.record["as_of"])
    return (indicator, area, year or last, *codes.values())


def _by_id(run: RunTables, said: Sequence[Sentence], words: str) -> Asked | None:
    """Return what the id of a printed number asks for, as the documents mark it."""
    mark = next((mark for one in said for mark in one.marks if mark.id and mark.id == words), None)
    if mark is None:
        return None
    name = Text(f"文件中的数字 {words}", f"the number {words} of the documents")
    if mark.origin == f"{{{words}}}":
        return Asked(name, (mark.origin,), (of_count(run, words),))
    return Asked(name, (mark.origin,), (of_mark(run, mark, set()),))


def _is_about(mark: Mark, cells: Sequence[str]) -> bool:
    own = [*(found[0] for found in CELL.finditer(mark.origin)), mark.origin]
    for cell in cells:
        if cell.startswith("["):  # a target, whatever the table
            if any(cell in one for one in own):
                return True
        elif cell in own or cell in mark.origin:
            return True
    return False


def _by_words(said: Sequence[Sentence], words: str) -> list[Sentence]:
    """Return the sentences with these words, as they stand or all of them in any order; those with numbers first."""
    plain = _plain(words)
    found = [one for one in said if plain and plain in _plain(one.text)]
    if not found:
        parts = [_plain(part) for part in words.split()]
        found = [one for one in said if len(parts) > 1 and all(part in _plain(one.text) for part in parts)]
    return sorted(found, key=lambda one: (not one.marks, one.place == "row"))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _shown(found: Sequence[Sentence], run: RunTables, chained: bool) -> list[Node]:
    """Return sentences as steps, with the chain of each number or without; further ones are counted."""
    seen: set[str] = set()
    out = []
    for one in found[:MOST]:
        marks = dict.fromkeys(one.marks) if chained else ()
        place = f"{one.file}《{one.heading}》", f'{one.file}, "{one.heading}"'
        facts = {"file": one.file, "heading": one.heading, "place": one.place, "text": one.text}
        said = Text(f"{place[0]}：{one.text}", f"{place[1]}: {one.text}")
        below = tuple(of_mark(run, mark, seen) for mark in marks)
        if chained and not below:
            none = Text("句中没有由数据算出的数字", "no number of the sentence is reckoned from the data")
            below = (Node("unknown", none),)
        out.append(Node("sentence", said, facts, below))
    if len(found) > MOST:
        left = len(found) - MOST
        out.append(Node("more", Text(f"另有 {left} 处", f"and {left} more places"), {"more": left}))
    if not found:
        none = Text("各文件的句子中没有引用", "no sentence of the documents uses it")
        out.append(Node("unknown", none))
    return out


def _nothing(run: RunTables, said: Sequence[Sentence], words: str) -> Exception:
    """Return the error that nothing matches, with what comes near."""
    ids = [one.cells["id"] for one in run.lines("plan/targets")]
    ids += [one.cells["indicator"] for one in run.lines("plan/indicators")]
    ids += [mark.id for one in said for mark in one.marks if mark.id]
    first = words.split(" ")[0] if words else ""
    near = get_close_matches(first, dict.fromkeys(ids), _NEAR, 0.6)
    names = [
        (one.cells["indicator"], one.cells["name_zh"], one.cells["name_en"]) for one in run.lines("plan/indicators")
    ]
    near += [id for id, zh, en in names if words and (words in zh or words.lower() in en.lower())]
    texts = {one.text[:120]: one for one in said if one.marks}
    near += [f"“{one[:60]}”" for one in _nearest(words, list(texts))]
    like = list(dict.fromkeys(near))[:_NEAR]
    return usage(
        Text(f"没有与“{words}”对应的目标、指标、数字或句子", f"nothing of the run matches '{words}'"),
        Where(file=shown(run.folder)),
        Text("相近的有：", "near: ") + listed(like) if like else Text(
            "目标编号、指标编码加年份、数字编号，或句中的几个字", "a target, an indicator and year, or words"),
        Text("请改用其中一个，或换几个字。", "Use one of them, or other words."),
    )  # fmt: skip


def _nearest(words: str, texts: Sequence[str]) -> list[str]:
    """Return the texts that share most pairs of letters with the words, relative to the words."""
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    if not pairs:
        return []
    shared = [(sum(pair in text for pair in pairs) / len(pairs), text) for text in texts]
    return [text for share, text in sorted(shared, key=lambda one: -one[0])[:3] if share >= _LIKE]
