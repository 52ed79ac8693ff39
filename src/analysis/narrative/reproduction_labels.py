"""The levels of a reproduction, the states of its files, and what may be wrong with them, in words."""

from __future__ import annotations

from analysis.exceptions import Text

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
    "unread": Text("运行没有读取的数据表", "a table that the run did not read"),
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
