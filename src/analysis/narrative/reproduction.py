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

LEVELS = {
    "L0": Text("字节一致", "same bytes"),
    "L1": Text("数值一致", "same numbers"),
    "L2": Text("判定一致", "same verdicts"),
    "L3": Text("未能复现", "not reproduced"),
}
MEANING = {
    "L0": Text("全部成果文件逐字节相同，运行记录仅时间不同", "every result the same bytes, records but for times"),
    "L1": Text("文字、图片相同，全部数值相差不超过1e-9", "words and pictures are the same, all numbers within 1e-9"),
    "L2": Text(
        "全部判定、预警和文字相同，小数相近，或版式、包内代码有差异",
        "all verdicts, alerts and words are the same, decimals near, or layout or the bundled code differ",
    ),
    "L3": Text(
        "材料与清单不符、未能复算，判定、文字或图片不同，或含不属于一次运行的内容",
        "not what its manifest says, not run again, other verdicts, words or pictures, or what no run writes",
    ),
}
STATES = {
    "same_bytes": Text("字节一致", "same bytes"),
    "same_record": Text("除时间外一致", "the same but for times"),
    "claimed": Text("除所称名称、版本外一致", "the same but for the name or versions claimed"),
    "same_numbers": Text("数值一致", "same numbers"),
    "looks": Text("仅版式或字节不同", "layout or bytes differ"),
    "other_code": Text("与已安装的代码不同", "not the installed code"),
    "different": Text("内容不同", "different"),
    "missing": Text("复算未得到", "not made again"),
    "added": Text("成果包中没有", "not in the bundle"),
    "foreign": Text("不属于一次运行", "not part of a run"),
}
FEATURES = {  # what stands at a place that no run writes there
    "action": Text("自动执行的动作", "an action"),
    "annotation": Text("批注或注释", "an annotation"),
    "attachment": Text("附件", "an attachment"),
    "code_hash": Text("与包内所称哈希不符", "not the hash stated in the bundle"),
    "column_twice": Text("列重复", "a column twice"),
    "comment": Text("网页注释", "a comment"),
    "comments": Text("批注", "comments"),
    "conditional": Text("条件格式或数据验证", "a conditional format or validation"),
    "doctype": Text("文档类型声明或外部实体", "a document type or outer entity"),
    "embedded_object": Text("嵌入对象", "an embedded object"),
    "external": Text("外部链接", "a link outside"),
    "field": Text("域代码", "a field"),
    "foreign": Text("不属于一次运行", "not part of a run"),
    "form": Text("表单", "a form"),
    "formula": Text("公式", "a formula"),
    "frames": Text("多帧图片", "a picture of several frames"),
    "hidden": Text("隐藏内容", "hidden content"),
    "layer": Text("可切换的图层", "a layer"),
    "macro": Text("宏", "a macro"),
    "media": Text("音视频", "media"),
    "order": Text("次序不同", "another order"),
    "part_twice": Text("内部文件重名", "a part twice"),
    "row_twice": Text("行重复", "a row twice"),
    "script": Text("脚本", "a script"),
    "strike": Text("删除线", "struck through"),
    "textbox": Text("文本框", "a text box"),
    "too_large": Text("超出可读取的上限", "larger than is read"),
    "tracked": Text("修订痕迹", "a tracked change"),
    "unreadable": Text("无法读取", "unreadable"),
}
FAULTS = {
    "changed": Text("内容与清单不符", "not what the manifest says"),
    "missing": Text("清单中有、包内缺少", "missing"),
    "unlisted": Text("清单中没有", "not in the manifest"),
    "unreadable": Text("清单缺失或不可读", "no manifest that can be read"),
    "signature": Text("签名无效", "the signature does not hold"),
    "signer": Text("不是指定的签名人", "not signed with the key expected"),
}
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
        quoted += [*inputs.phrases_of(self.record), *sample.phrases_of(self.record), *signer_phrases(self.record)]
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
    """Return the tables one by one and the other files by folder and state."""
    rows, others = [], dict[tuple[str, str], int]()
    for one in opinion.record["files"]:
        folder, _, name = one["file"].rpartition("/")
        if folder in ("tables", "documents"):
            rows.append((one["file"], STATES[one["state"]](lang), one["differing"], _tiny(one["largest"])))
        else:
            key = folder or name, one["state"]
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
