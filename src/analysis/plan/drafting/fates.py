"""What a numeral is that is no value: a year, an age, a name's number, an order, a time, a part of a word."""

from __future__ import annotations

import re

from analysis.plan.drafting.numerals import Numeral
from analysis.plan.drafting.words import AGE_UNITS, BASELINE, PER

AGE, YEAR, BASE_YEAR, TARGET_YEAR = "年龄段", "年份", "基期年份", "目标年份"
TITLE, NUMBER, ORDER, NAME = "文件名称中的数字", "文号或编号", "序数", "固定名称中的数字"
LIST, SPAN, PHONE, SIZE = "列举的项数", "时间长短或频次的说明", "服务电话", "计算单位（每千、每万）"
PAST, BODY, OUTSIDE, CLASS = "已有情况或过去的数", "描述性的数", "不在目标和措施之内", "口径说明中的数"
HEAD, TABLE, BASE_VALUE = "标题或条目编号", "表格中的数字，未读取", "基期值"
ENTRY = "条目编号"
UNKNOWN = "未能判断，请决定"

_VALUE_AGE = re.compile(r"寿命|平均年龄|初婚年龄|年龄中位")
_LISTED = ("类", "种", "大", "部分", "级", "届", "辈", "代", "线", "条", "款", "章", "号", "部")
_SLOGAN = re.compile(r"“[^”]*”")
_SCHOOLING = re.compile(r"年(?:制)?(?:义务教育|教育(?!经费)|行动|规划|计划|制|级|一贯|毛入园|免费)")
_ASKED = re.compile(
    r"(?:至少|不少于|建成|新建|建设|设立|打造|创建|培育|达到|配备|改造|举办|开展|每年|新增|培训|掌握|不低于|实现|设)$"
)
_SMALL = tuple("个项方场次年周日人位家名对户期支万亿")  # of a number in Chinese signs that only lists or times
_LASTING = re.compile(r"(?:至少|不少于|达到|达|不超过|不低于|控制在|延长到|提高到)$")
_TIME_NAME = re.compile(r"(?:热线|咨询|服务|值班|响应|开放|营养|内|前|后|为期|左右)")
_BEFORE_PAST = re.compile(r"(?:截至|截止|比|较|从|由|自|与|以)$")


def role_of(one: Numeral, sentence: str, period: tuple[int, int]) -> str:
    """Return what a numeral is, if it is no value; empty where it may be one.

    Parameters
    ----------
    one : Numeral
        Of the sentence.
    sentence : str
        In one writing.
    period : (int, int)
        First and last year of the plan.
    """
    before, after = sentence[: one.start], sentence[one.end :]
    if any(one.start == found.start("size") for found in PER.finditer(sentence)):
        return SIZE
    if before.count("《") > before.count("》"):
        return TITLE
    if one.unit == "年份":
        return _year_role(one, before, after, period)
    for rule in (_numbers, _ages, _names, _times):
        role = rule(one, before, after)
        if role:
            return role
    return ""


def _year_role(one: Numeral, before: str, after: str, period: tuple[int, int]) -> str:
    for found in BASELINE.finditer(before + one.text + after):
        if found.group("year") and found.start("year") == one.start:
            return BASE_YEAR
    if re.search(r"〔|\[$", before[-1:]):
        return NUMBER
    if one.upper is not None:
        return YEAR
    if period[0] <= one.value <= period[1] and not _BEFORE_PAST.search(before[-2:]):
        return TARGET_YEAR
    return YEAR


def _numbers(one: Numeral, before: str, after: str) -> str:
    if before.endswith("第") or one.unit in ("届", "章", "款") or (one.unit == "条" and before.endswith("第")):
        return ORDER
    if one.unit == "号" or re.match(r"号|〕", after) or before.endswith("〔"):
        return NUMBER
    if (
        one.text.isdigit()
        and len(one.text) in (3, 5, 11)
        and re.match(r"[\u4e00-\u9fff“”]{0,8}?(?:热线|平台|电话|专线)", after)
    ):
        return PHONE
    if re.match(r"[+×]|\.\d", after) and not one.unit:
        return NAME
    return ""


def _ages(one: Numeral, before: str, after: str) -> str:
    if one.unit not in AGE_UNITS and not (
        one.unit in ("天", "日", "周") and re.match(r"(?:以)?内(?:的)?(?:新生|婴)", after)
    ):
        return ""
    if one.unit in ("个月",) and not re.match(r"(?:及|以|内|龄|大|的?婴|的?儿)", after):
        return SPAN
    told = re.search(r"(?:达到?|到|至|为|不低于|以上|提高)$", before[-3:])
    return "" if _VALUE_AGE.search(before[-14:]) or (told and _VALUE_AGE.search(before)) else AGE


def _names(one: Numeral, before: str, after: str) -> str:
    quoted = before.count("“") > before.count("”")
    if quoted and not one.is_share and one.unit not in ("番", "倍"):
        return NAME
    if one.unit == "年" and _SCHOOLING.match("年" + after) and not re.match("免费教育", after):
        return NAME
    if re.match(r"(?:人|名)?(?:及?以上|以下)?(?:的)?(?:超)?大班额", after) or re.match(
        r"(?:及?以上|以下)?(?:的)?(?:超)?大班额", after
    ):
        return CLASS
    chinese = not one.text[0].isdigit()
    if one.unit == "级":
        return LIST
    if one.unit in _LISTED and not re.search(r"(?:至少|不少于|建成|新建|打造|创建|达到|出版|配备)$", before[-4:]):
        return LIST if chinese or one.unit in ("类", "种", "级", "条") else ""
    asked = (
        _ASKED.search(before[-4:]) or re.search("至少|不少于", before[-6:]) or re.match(r"(?:及|或)?以[上下内]", after)
    )
    if chinese and one.unit in _SMALL and not asked:
        return SPAN if one.unit in ("年", "周", "日", "次") else LIST
    return ""


def _times(one: Numeral, before: str, after: str) -> str:
    asked = _LASTING.search(before[-4:]) is not None
    named = _TIME_NAME.match(after) and not re.match("内(?:达|实|建)", after)
    if one.unit in ("日", "周", "月") or (one.unit == "天" and not asked):
        return SPAN
    if one.unit in ("小时", "分钟", "年", "个月") and named and not asked:
        return SPAN
    if one.unit in ("小时",) and one.value == 24:
        return SPAN
    return ""
