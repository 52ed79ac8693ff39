"""Official documents of an evaluation: the notebook of the document is executed, its blocks are the document."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path

from analysis.exceptions import DataError, Fault, Lang, Text, Where, check_known, usage
from analysis.library.evaluation import Evaluation
from analysis.library.folders import temporary_folder
from analysis.runs.files import write_bytes
from analysis.runs.kinds import DOCUMENTS, FORMATS
from analysis.runs.run import Run


@dataclass(frozen=True, eq=False)
class Document:
    """An official document, its numbers checked against the tables; it shows itself in a notebook.

    Made by `analysis.report`. `save` writes it as `.html`, `.docx` or `.pdf`.

    Parameters
    ----------
    kind : str
        midterm, annual, final, yearbook, notice, ledger, department or brief.
    title : str
        As it stands on the page.
    lang : zh or en
    """

    kind: str
    title: str
    lang: Lang
    _run: Run = field(repr=False)
    _author: str = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the document; the ending names the format.

        Parameters
        ----------
        path : str or Path
            Ends in `.html`, `.docx` or `.pdf`; a file that is there is replaced.

        Returns
        -------
        Path

        Raises
        ------
        UsageError
            There is no format of that ending.
        DataError
            A number of the document resolves to nothing; the file is not written.
        """
        target = Path(path)
        ending = target.suffix.removeprefix(".").lower()
        if ending not in FORMATS:
            raise usage(
                Text(f"不支持的格式 {target.suffix or target.name}", f"unknown format {target.suffix or target.name}"),
                Where(file=target.name),
                Text("、".join(f".{one}" for one in FORMATS), ", ".join(f".{one}" for one in FORMATS)),
                Text("请更正文件名的后缀。", "Correct the ending of the file's name."),
            )
        write_bytes(self._made(ending).read_bytes(), target)
        return target

    def _made(self, ending: str) -> Path:
        path = self._run.folder / "documents" / f"{self.kind}.{ending}"
        if not path.is_file():
            from analysis.runs.exporting import export
            from analysis.runs.report import facts_of

            export(self._run, facts_of(self._run), self.kind, [ending], self.lang, self._author, 0.0)
        return path

    def _repr_html_(self) -> str:
        """Return the document in a frame of its own, as a notebook shows it."""
        page = self._made("html").read_text(encoding="utf-8")
        style = "width:100%;height:80vh;border:1px solid #ccc"
        return f'<iframe style="{style}" srcdoc="{html.escape(page)}"></iframe>'


def report(evaluation: Evaluation, kind: str = "midterm", lang: Lang = "zh", author: str = "") -> Document:
    """Make an official document of an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        A whole one; of a part or a what-if no official document is made.
    kind : str
        midterm, annual, final, yearbook, notice, ledger, department or brief.
    lang : zh or en
    author : str
        Who made it, below the title.

    Returns
    -------
    Document
        It shows itself in a notebook; `.save("midterm.docx")`.

    Raises
    ------
    UsageError
        There is no such document, or the evaluation is a part or a what-if.
    DataError
        A notebook failed; the message says which cell.

    Examples
    --------
    >>> import analysis
    >>> ev = analysis.evaluate("national-2021-2030", "data/reference")
    >>> analysis.report(ev, "notice", lang="en").save("notice.html")  # doctest: +SKIP
    """
    from analysis.runs.workflow import evaluate as carry_out

    check_known(Text("没有文件", "unknown document"), [kind], DOCUMENTS, Where(item="kind"))
    run = Run(evaluation.save(temporary_folder() / "run", lang))
    failed = carry_out(run, lang, lambda name: None, [kind], ["html"], author, needed=True)
    if failed:
        raise DataError([Fault(Text(one, one), Where(item=kind), Text("", ""), Text("", "")) for one in failed])
    made = Run(run.folder)
    title = next(str(one["title"]) for one in made.record["documents"] if one["kind"] == kind)
    return Document(kind, title, lang, made, author)
