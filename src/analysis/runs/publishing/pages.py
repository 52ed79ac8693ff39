"""The pages of a publication: what there is, what changed, what became of feedback, and a form that needs no server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import pandas as pd

from analysis.data.store.feedback import KINDS, NOT_ANSWERED, OUTCOMES
from analysis.exceptions import Lang, Text
from analysis.export.plain_pages import plain_page, text_table
from analysis.export.policy import feedback_script
from analysis.export.site_pages import environment
from analysis.export.tables import html_table
from analysis.formats import day

FORM = "child-plan-feedback/1"  # what a feedback file says it is
LABELS = {  # of the lines of a feedback file, in their order
    "publication": Text("公开编号：", "Publication: "),
    "document": Text("文件：", "Document: "),
    "section": Text("部分：", "Section: "),
    "kind": Text("类别：", "Kind: "),
    "contact": Text("联系方式：", "Contact: "),
    "said": Text("意见：", "Feedback: "),
}


@dataclass(frozen=True)
class Publication:
    """What a publication is: its name, the plan's title, the last year of data, its day, notice, address, the last."""

    name: str
    plan: Text
    as_of: int
    on: date
    notice: Text
    mail: str
    last: str


@dataclass(frozen=True)
class Listed:
    """A document of a publication; `files` maps names to SHA-256."""

    kind: str
    title: str
    version: int
    approved: str
    files: Mapping[str, str]


def index_page(
    about: Publication, listed: Sequence[Listed], changed: list[list[str]] | None, answers: pd.DataFrame, lang: Lang
) -> str:
    """Return the start page.

    Parameters
    ----------
    changed : list of rows, optional
        Target, verdict then, verdict now; None where nothing was published before.
    answers : DataFrame
        What became of feedback (`register.became`): nothing personal is in it.
    """
    zh = lang == "zh"
    heads = ("文件", "版本", "审定日期", "SHA-256") if zh else ("Document", "Version", "Approved", "SHA-256")
    rows = []
    for one in listed:
        links = "　".join(
            f'<a href="documents/{escape(name, quote=True)}">{escape(name.rsplit(".", 1)[-1].upper())}</a>'
            for name in one.files
        )
        sums = "<br>".join(f"<code>{digest[:16]}</code>" for digest in one.files.values())
        version = f"第{one.version}版" if zh else str(one.version)
        rows.append([f"{escape(one.title)}　{links}", version, one.approved, sums])
    body = [_head("文件" if zh else "Documents"), html_table(heads, rows)]
    body += [_quiet("全部文件的 SHA-256 见 {}。" if zh else "The SHA-256 of every file: {}.", "SHA256SUMS.txt")]
    body += [
        _head("自上次公开以来的变化" if zh else "What changed since the last publication"),
        _changes(about, changed, lang),
    ]
    body += [_head("反馈与答复" if zh else "Feedback and answers"), _answers(answers, lang)]
    ask = "对公开的文件有意见或建议，请{}。" if zh else "To comment on these documents, {}."
    body.append(_quiet(ask, "feedback.html", "填写反馈" if zh else "fill in the form", "body"))
    title = f"{about.plan.zh}监测评估公开" if zh else f"Monitoring and evaluation: {about.plan.en}"
    lead = f"数据截至{about.as_of}年　{day(about.on, lang)}公开　编号 {about.name}"
    en = f"Data up to {about.as_of}; published {day(about.on, lang)}; {about.name}"
    return plain_page(title, lead if zh else en, "".join(body), about.notice(lang), lang)


def feedback_page(about: Publication, listed: Sequence[Listed], lang: Lang) -> str:
    """Return the page with the form: its script makes a file and the text of a mail, and sends nothing."""
    zh = lang == "zh"
    words = {
        "how": "填写后点“生成”，把生成的文件或邮件文字发给公布的联系人。本页不上传任何内容。"
        if zh
        else "Fill it in and press Make; then send in the file, or the text as a mail. This page sends nothing.",
        "make": "生成" if zh else "Make",
        "json": "保存为 JSON 文件" if zh else "Save as JSON",
        "txt": "保存为文本文件" if zh else "Save as text",
        "mail": "邮件文字（复制后发送）" if zh else "Text of the mail, to copy",
        "write": "写邮件" if zh else "Write the mail",
        "plain": "浏览器不运行脚本时，请填写 feedback.txt 后发送。"
        if zh
        else "Without scripts, fill in feedback.txt and send it.",
        "contact": "联系方式（可不填，不公开）" if zh else "Contact (optional, never published)",
        "back": "返回首页" if zh else "Back to the start",
        "any": "全部" if zh else "all of them",
    }
    form = environment().get_template("site/feedback.html.j2").render(
        form=FORM, about=about, words=words, labels={name: text(lang) for name, text in LABELS.items()},
        documents=[(one.kind, one.title) for one in listed],
        kinds=[(code, name(lang)) for code, name in KINDS.items()],
    )  # fmt: skip
    title = "意见反馈" if zh else "Feedback"
    return plain_page(title, about.plan(lang), form, about.notice(lang), lang, (feedback_script(),))


def feedback_text(about: Publication, lang: Lang) -> str:
    """Return the form as a text file, to be filled in where no script runs."""
    own = {"publication": about.name}
    return "".join(f"{text(lang)}{own.get(name, '')}\r\n" for name, text in LABELS.items())


def _changes(about: Publication, changed: list[list[str]] | None, lang: Lang) -> str:
    zh = lang == "zh"
    if changed is None:
        return f"<p>{'首次公开。' if zh else 'This is the first publication.'}</p>"
    if not changed:
        none = f"与上次公开（{about.last}）相比，各目标的判定没有变化。"
        return f"<p>{escape(none if zh else f'No verdict changed since {about.last}.')}</p>"
    said = f"与上次公开（{about.last}）相比，{len(changed)}条目标的判定有变化。"
    en = f"{len(changed)} verdicts changed since {about.last}."
    heads = [Text("目标", "Target"), Text("上次判定", "Verdict then"), Text("本次判定", "Verdict now")]
    return f"<p>{escape(said if zh else en)}</p>" + text_table(heads, changed, lang)


def _answers(answers: pd.DataFrame, lang: Lang) -> str:
    zh = lang == "zh"
    if not len(answers):
        return f"<p>{'尚未收到反馈。' if zh else 'No feedback has come yet.'}</p>"
    done = answers[answers["outcome"] != ""]
    said = f"共收到反馈{len(answers)}条，已答复{len(done)}条，办理中{len(answers) - len(done)}条。"
    en = f"{len(answers)} received, {len(done)} answered, {len(answers) - len(done)} {NOT_ANSWERED.en}."
    heads = [Text("编号", "No."), Text("反馈", "Feedback"), Text("办理结果", "Outcome"), Text("答复", "Answer")]
    rows = [
        [str(row["number"]), row["summary"], OUTCOMES[row["outcome"]](lang), row["answer"]]
        for row in done.to_dict("records")
    ]
    return f"<p>{said if zh else en}</p>" + (text_table(heads, rows, lang, (0,)) if rows else "")


def _head(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _quiet(sentence: str, address: str, name: str = "", look: str = "quiet") -> str:
    link = f'<a href="{escape(address, quote=True)}">{escape(name or address)}</a>'
    return f'<p class="{look}">{sentence.format(link)}</p>'
