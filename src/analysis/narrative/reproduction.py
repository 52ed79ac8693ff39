"""What the opinion on a reproduction says; every number it may use stands in the record it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import Values
from analysis.narrative import reproduction_inputs as inputs
from analysis.narrative import reproduction_sample as sample
from analysis.narrative.checking import own_words
from analysis.narrative.reproduction_labels import FAULTS, FEATURES, LEVELS, MEANING, STATES

HEADINGS = (
    Text("复现结论", "Conclusion"),
    inputs.HEADING,
    sample.HEADING,
    Text("成果包核验", "The bundle"),
    Text("复算过程", "The run again"),
    Text("逐项比对", "File by file"),
    Text("不一致之处", "What differs"),
    Text("版本差异", "Versions that differ"),
    Text("等级说明", "The levels"),
    Text("复算人签署", "Signed by the assessor"),
)
TITLE = Text("第三方复现意见", "Opinion on a reproduction")
_SIGNED = {
    "none": Text("未签名", "it is not signed"),
    "valid": Text("签名有效，但未指定公钥，签名人身份未核对", "its signature holds, the signer is not known"),
    "trusted": Text("签名有效，与指定公钥一致", "its signature holds, by the key expected"),
    "wrong": Text("签名无效", "its signature does not hold"),
}
_UNSIGNED = Text("未签名，不能证明由谁提供", "it is not signed: nothing shows who made it")
_CODE = {
    False: Text(
        "本机已安装的代码和 notebook，未执行包内任何代码",
        "the installed code and notebooks; no code out of the bundle was executed",
    ),
    True: Text("成果包内的代码和 notebook", "the code and notebooks out of the bundle"),
}
_LEFT_OUT = {
    "not_asked": Text("到期的文件", "documents that are due,"),
    "formats_not_asked": Text("文件格式", "formats"),
    "notebooks_not_asked": Text("过程 notebook ", "working notebooks"),
}
_TITLES = {
    "annual": Text("年度监测报告", "annual report"),
    "midterm": Text("中期评估报告", "mid-term evaluation"),
    "final": Text("终期评估报告", "final evaluation"),
    "yearbook": Text("统计资料", "yearbook"),
    "notice": Text("预警通报", "alert notice"),
    "ledger": Text("整改台账", "rectification ledger"),
    "department": Text("部门页", "pages of departments"),
    "brief": Text("一图读懂", "one-page brief"),
    "html": Text("网页", "HTML"),
    "docx": Text("Word", "Word"),
    "pdf": Text("PDF", "PDF"),
}
_ABOUT = {"zh": ["项目", "内容"], "en": ["What", "Value"]}
_SHOWN = 60


@dataclass(frozen=True)
class Opinion:
    """The record of a reproduction, and the values and quotations its sentences use."""

    record: Mapping[str, Any]
    values: Values = field(default_factory=Values, compare=False, repr=False)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return the texts quoted as they stand, the longest first."""
        quoted = [*self.record["run"].values(), "1e-9", *LEVELS, *self.record["failed"]]
        quoted += [str(one) for one in self.record.get("notebooks_not_asked", ())]
        quoted += [*inputs.phrases_of(self.record), *sample.phrases_of(self.record), *signer_phrases(self.record)]
        quoted += own_words(str(self.record.get("who") or ""))
        return tuple(sorted({one for one in quoted if one}, key=len, reverse=True))

    def count(self, *states: str) -> str:
        """Return how many files are in one of the states, as marked text."""
        number = sum(one["state"] in states for one in self.record["files"])
        return self.values.count("files/" + "+".join(states), number)


def conclusion(opinion: Opinion, lang: Lang) -> tuple[str, str]:
    """Return the sentence of the level, and what was compared."""
    record, run = opinion.record, opinion.record["run"]
    reached, differ = record["level"], record["verdict_differences"]
    named = LEVELS[reached](lang)
    counts = {state: opinion.count(state) for state in STATES if any(one["state"] == state for one in record["files"])}
    verdicts = opinion.values.count("verdicts", record["verdicts"])
    other = opinion.values.count("verdicts/differ", len(differ or ()))
    if lang == "zh":
        lead = f"复现等级为{reached}（{named}）。"
        what = f"复现对象为运行{run.get('id', '—')}" + (f"，数据截至{run['as_of']}年。" if run else "。")
        if not record["files"]:
            return lead, what + "未能复算，没有可比对的文件。"
        listed = "、".join(f"{STATES[state].zh}{number}个" for state, number in counts.items())
        judged = "双方没有可比对的判定。" if differ is None else f"判定和预警共{verdicts}项，其中{other}项不同。"
        return lead, f"{what}比对文件{opinion.count(*STATES)}个：{listed}。{judged}"
    lead = f"The level reached is {reached} ({named})."
    what = f"Reproduced: run {run.get('id', '—')}" + (f", data up to {run['as_of']}." if run else ".")
    if not record["files"]:
        return lead, what + " It could not be run again; nothing could be compared."
    listed = ", ".join(f"{number} {STATES[state].en}" for state, number in counts.items())
    judged = (
        "There are no verdicts to compare." if differ is None else f"{other} of {verdicts} verdicts and alerts differ."
    )
    return lead, f"{what} Of {opinion.count(*STATES)} files: {listed}. {judged}"


def bundle(opinion: Opinion, lang: Lang) -> str:
    """Return whether the bundle is whole, and whether its signature holds."""
    integrity = opinion.record["integrity"]
    files = opinion.values.count("manifest", integrity["files"])
    wrong = opinion.values.count("manifest/wrong", len(integrity["faults"]))
    signed = signer(opinion.record, lang) or _SIGNED[integrity["signature"] if not integrity["trusted"] else "trusted"](
        lang
    )
    if lang == "zh":
        return f"成果包的清单列{files}个文件，不符{wrong}处；{signed}。"
    return f"The manifest of the bundle lists {files} files, {wrong} faults; {signed}."


def signer_phrases(record: Mapping[str, Any]) -> list[str]:
    """Return the texts of the list of known keys that are quoted."""
    found = record.get("signer") or {}
    return [str(found.get(name) or "") for name in ("name", "since", "source", "key_file")]


def signer(record: Mapping[str, Any], lang: Lang) -> str:
    """Return who signed the bundle, by which key, and from where its owner is known; empty without such facts."""
    found = record.get("signer")
    if not found or found["signature"] != "valid":
        return _UNSIGNED(lang) if found and found["signature"] == "none" else ""
    zh = lang == "zh"
    owner = (
        f"公钥登记为{found['name']}（自{found['since']}，来源：{found['source']}）"
        if zh
        else (f"the key is listed as that of {found['name']} (since {found['since']}, from: {found['source']})")
    )
    by_file = f"与指定公钥文件{found['key_file']}一致" if zh else f"by the key expected ({found['key_file']})"
    said = {"both": [by_file, owner], "file": [by_file], "list": [owner], "": []}[found["known_by"]]
    if not said:
        return (
            "签名有效，但公钥既未指定也不在已知公钥名单中，签名人身份未核实"
            if zh
            else "its signature holds, but the key is neither named nor among the known ones: the signer is not known"
        )
    return ("签名有效，" if zh else "its signature holds, ") + ("，" if zh else "; ").join(said)


def process(opinion: Opinion, lang: Lang) -> str:
    """Return with whose code it was run again, and how long it took."""
    seconds = opinion.values.count("seconds", round(opinion.record["seconds"]))
    code = _CODE[bool(opinion.record["bundled_code"])](lang)
    return f"复算使用{code}，用时{seconds}秒。" if lang == "zh" else f"It was run again with {code}, in {seconds} s."


def not_asked(record: Mapping[str, Any], lang: Lang) -> str:
    """Return what the settings of the bundle left out, by name in one sentence; empty where nothing was."""
    zh, parts = lang == "zh", []
    for name, text in _LEFT_OUT.items():
        if found := record.get(name):
            named = [_TITLES[one](lang) if one in _TITLES else one for one in found]
            parts.append(f"{text(lang)}{'、'.join(named)}" if zh else f"{text(lang)} {', '.join(named)}")
    if not parts:
        return ""
    return f"成果包的设置没有要求：{'；'.join(parts)}。" if zh else f"Not asked for by the bundle: {'; '.join(parts)}."


def about_table(opinion: Opinion, lang: Lang) -> pd.DataFrame:
    """Return what was run again, who did it and when; long hashes in groups so that a line can break."""
    record, run = opinion.record, opinion.record["run"]
    rows = [
        (Text("运行", "Run"), run.get("id", "")),
        (Text("规划", "Plan"), run.get("plan", "")),
        (Text("地区", "Area"), run.get("area", "")),
        (Text("成果包", "Bundle"), record["bundle"]),
        (Text("成果包 SHA-256", "SHA-256 of the bundle"), _grouped(record["bundle_sha256"])),
        (Text("签名公钥指纹", "Fingerprint of the signer"), _grouped(record["integrity"]["fingerprint"])),
        (Text("签名人", "Signed by"), _signed_by(record, lang)),
        (Text("复算人", "Run again by"), record["who"]),
        (Text("复算时间", "When"), record["when"].replace("T", " ").replace("+00:00", " UTC")),
    ]
    return pd.DataFrame([(name(lang), text or "—") for name, text in rows], columns=_ABOUT[lang])


def _signed_by(record: Mapping[str, Any], lang: Lang) -> str:
    found = record.get("signer") or {}
    states = {
        "none": Text("未签名", "not signed"),
        "valid": Text("签名有效，签名人未核实", "signed, the signer is not known"),
        "wrong": Text("签名无效", "the signature does not hold"),
    }
    if found.get("known_by") and not found["name"]:
        return f"指定公钥 {found['key_file']}" if lang == "zh" else f"the key expected, {found['key_file']}"
    return str(found.get("name") or "") or (states[found["signature"]](lang) if found else "")


def _grouped(digest: str) -> str:
    return " ".join(digest[k : k + 16] for k in range(0, len(digest), 16))


def faults_table(opinion: Opinion, lang: Lang) -> pd.DataFrame:
    """Return what is wrong with the bundle: file, fault."""
    rows = [(file, FAULTS[kind](lang)) for file, kind in opinion.record["integrity"]["faults"][:_SHOWN]]
    return pd.DataFrame(rows, columns=["文件", "问题"] if lang == "zh" else ["File", "Fault"])


def files_table(opinion: Opinion, lang: Lang) -> pd.DataFrame:
    """Return the tables and documents one by one, the other files by folder and state.

    Folders within one folder whose files all have the same state are one row.
    """
    rows, others = [], dict[tuple[str, str], int]()
    files = opinion.record["files"]
    states: dict[str, set[str]] = {}
    for one in files:
        states.setdefault(one["file"].partition("/")[0], set()).add(one["state"])
    for one in files:
        folder, _, name = one["file"].rpartition("/")
        if folder in ("tables", "documents"):
            rows.append((one["file"], STATES[one["state"]](lang), one["differing"], _tiny(one["largest"])))
        else:
            top = folder.partition("/")[0]
            key = (top if len(states.get(top, ())) == 1 else folder) or name, one["state"]
            others[key] = others.get(key, 0) + 1
    rows += [(f"{folder} ×{n}", STATES[state](lang), "—", "—") for (folder, state), n in sorted(others.items())]
    names = ["文件", "比对结果", "不一致单元格", "容差内最大相差"]
    return pd.DataFrame(
        rows, columns=names if lang == "zh" else ["File", "Result", "Cells that differ", "Largest within"]
    )


def differences_table(opinion: Opinion, lang: Lang) -> pd.DataFrame:
    """Return the first cells that differ, verdicts before everything else."""
    record = opinion.record
    cells = [*(record["verdict_differences"] or ()), *(cell for one in record["files"] for cell in one["differences"])]
    rows = [
        (one["file"], _place(one["place"], lang), _cell(one["theirs"]), _cell(one["ours"])) for one in cells[:_SHOWN]
    ]
    names = (
        ["文件", "位置", "成果包中", "复算结果"] if lang == "zh" else ["File", "Place", "In the bundle", "Run again"]
    )
    return pd.DataFrame(rows, columns=names)


def _place(place: str, lang: Lang) -> str:
    """Return a place, a feature named at its end put in words."""
    before, mark, name = place.removesuffix("]").rpartition("[")
    return f"{before}{FEATURES[name](lang)}" if mark and name in FEATURES else place


def _tiny(number: float) -> str:
    return f"{number:.0e}" if number else "—"


def _cell(text: str | None) -> str:
    return "—" if text is None else text


def versions_table(opinion: Opinion, lang: Lang) -> pd.DataFrame:
    """Return the versions that differ: name, theirs, ours; hashes cut to twelve characters."""
    cut = [(name, theirs[:12], ours[:12]) for name, theirs, ours in opinion.record["versions"][:_SHOWN]]
    return pd.DataFrame(cut, columns=["项目", "成果包", "本机"] if lang == "zh" else ["What", "Bundle", "Here"])


def signature_table(opinion: Opinion, lang: Lang) -> pd.DataFrame:
    """Return the lines an assessor fills in by hand: name, organisation, date, signature, seal."""
    lines = (
        (Text("复算机构", "Organisation"), ""),
        (Text("复算人姓名", "Name"), opinion.record["who"]),
        (Text("签字", "Signature"), ""),
        (Text("日期", "Date"), ""),
        (Text("盖章", "Seal"), ""),
    )
    rows = [(name(lang), text or "　" * 12) for name, text in lines]
    return pd.DataFrame(rows, columns=["项目", "填写"] if lang == "zh" else ["What", "To be filled in"])


def levels_table(lang: Lang) -> pd.DataFrame:
    """Return what each level means."""
    rows = [(name, LEVELS[name](lang), MEANING[name](lang)) for name in LEVELS]
    return pd.DataFrame(rows, columns=["等级", "名称", "含义"] if lang == "zh" else ["Level", "Name", "Meaning"])
