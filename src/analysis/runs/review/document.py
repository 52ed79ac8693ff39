"""A document of a run as it is reviewed: content and hash, numbered paragraphs, editions with their state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from analysis.data.store.review_states import REVIEW_STATES
from analysis.data.store.reviews import About, Passage
from analysis.document.model import (
    AnyBlock,
    Blocks,
    Document,
    Figure,
    Footnote,
    Heading,
    Landscape,
    List,
    Paragraph,
    Quote,
    Table,
)
from analysis.document.spans import Reference, Spans, plain
from analysis.document.storage import to_json
from analysis.exceptions import Lang, Text, Where, listed, no_such, usage
from analysis.export.html import write_html
from analysis.export.layout import Labels, head_of
from analysis.places import shown
from analysis.runs.exporting import in_formats, whole
from analysis.runs.hashes import sha256, sha256_of
from analysis.runs.kinds import NOTEBOOK_OF
from analysis.runs.run import Run
from analysis.runs.sealing import check_seal

_WORDS = {"zh": ("表", "图", "　"), "en": ("Table ", "Figure ", ". ")}


@dataclass(frozen=True)
class Reviewed:
    """A document of a run.

    Parameters
    ----------
    sha256 : str
        Of its content: the same in every format, whatever state is printed on it.
    formats : tuple of str
        Those it was made in.
    """

    run: Run
    kind: str
    title: str
    lang: Lang
    author: str
    document: Document
    sha256: str
    formats: tuple[str, ...]

    @property
    def about(self) -> About:
        """Return which document it is, whatever run it was made in."""
        audience = str(self.run.record.get("audience", "internal"))
        return About(str(self.run.record["plan"]), self.run.area, self.run.as_of, self.kind, audience)

    def edition(self, state: str, version: int) -> dict[str, bytes]:
        """Return the document's files by name, state and version printed below the title, their numbers checked."""
        made = stamped(self.document, stamp(state, version)(self.lang))
        page = write_html(made, self.title, self.run.notice(self.lang), self.lang)
        options = (self.run.notice, self.lang, self.author, page)
        files = in_formats(self.formats, made, self.title, *options)
        return {f"{self.kind}.{name}": content for name, content in files}


def reviewed(run: Run, kind: str) -> Reviewed:
    """Return a document of a run.

    Raises
    ------
    UsageError
        The run has no such document, or the run's record or the document's files were changed since they were made.
    """
    check_seal(run.record, run.folder)
    made = {str(one["kind"]): one for one in run.record.get("documents", [])}
    if kind not in made:
        raise no_such(Text("该运行没有文件", "the run has no document"), kind, made, Where(item="--document"))
    own = made[kind]
    changed = [
        file
        for file, digest in own["sha256"].items()
        if not (run.folder / file).is_file() or sha256(run.folder / file) != digest
    ]
    if changed:
        raise usage(
            Text("文件已被改动或删除：", "files were changed or taken away: ") + listed(changed),
            Where(file=shown(run.folder)),
            Text("评估写出的文件", "the files the evaluation wrote"),
            Text(f"请恢复，或重新生成：workbench report {kind} --run …", "Put them back, or make the document again."),
        )
    notebook = nbformat.read(run.folder / "notebooks" / f"{NOTEBOOK_OF[kind]}.ipynb", as_version=4)
    given: dict[str, Any] = dict(notebook.metadata.get("papermill", {}).get("parameters", {}))
    lang: Lang = "en" if given.get("lang", run.record["lang"]) == "en" else "zh"
    document = whole(notebook, own["title"], lang)
    digest = sha256_of(to_json(document).encode())
    formats = tuple(file.rsplit(".", 1)[-1] for file in own["files"])
    return Reviewed(run, kind, own["title"], lang, str(given.get("author") or ""), document, digest, formats)


def stamp(state: str, version: int) -> Text:
    """Return what is printed below a title: （征求意见稿　第1版）."""
    name = REVIEW_STATES[state]
    return Text(f"（{name.zh}　第{version}版）", f"({name.en}, version {version})")


def stamped(document: Document, said: str) -> Document:
    """Return a document with a line below its title, at its head where it has none."""
    place = next((i for i, one in enumerate(document.blocks) if isinstance(one, Heading) and one.level == 1), -1)
    line = Paragraph(plain(said), "lead")
    return replace(document, blocks=(*document.blocks[: place + 1], line, *document.blocks[place + 1 :]))


def passages(document: Document, lang: Lang) -> list[Passage]:
    """Return the paragraphs of a document with running numbers, each as it is read in Word.

    A table or figure is one passage, its caption; a heading is one, and the section of what follows.
    """
    labels, section, out = Labels(document.blocks), "", list[Passage]()
    for block, mark in _parts(document.blocks):
        if isinstance(block, Heading):
            if block.level == 1:
                continue
            text = section = _said(block.spans, labels, lang).strip()
        elif isinstance(block, Table | Figure):
            found = labels.of(block)
            names = _WORDS[lang]
            head = f"{names[found.kind]}{found.number}{names[2]}" if found else ""
            text = head + _said(block.caption, labels, lang)
        elif isinstance(block, Paragraph):
            text = mark + _said(block.spans, labels, lang)
        else:
            continue
        if text.strip():
            out.append(Passage(len(out) + 1, section, text.strip()))
    return out


def _parts(blocks: Blocks, mark: str = "") -> Iterator[tuple[AnyBlock, str]]:
    """Yield the blocks that are read one by one, each with the label before it."""
    for block in blocks:
        if isinstance(block, List):
            for item in block.items:
                head, rest = head_of(item)
                yield Paragraph(head), block.mark(item)
                yield from _parts(rest)
        elif isinstance(block, Quote | Landscape):
            yield from _parts(block.blocks)
        elif isinstance(block, Footnote):
            yield from ((one, f"{block.label}. ") for one, _ in _parts(block.blocks))
        else:
            yield block, mark


def _said(spans: Spans, labels: Labels, lang: Lang) -> str:
    """Return the text of spans; a reference says the number of the table or figure it points at."""
    parts = []
    for span in spans:
        found = labels.by_id.get(span.target) if isinstance(span, Reference) else None
        parts.append(f"{_WORDS[lang][found.kind]}{found.number}" if found else span.text)
    return "".join(parts)
