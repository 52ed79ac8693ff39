"""Names as people write them: when two writings are the same name, and how alike two names are."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from analysis.formats import UNIT_NAMES

_CIRCLED = "\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3248-\u324f\u3280-\u3289"  # ① ⑴ ⒈ ❶ ㈠ ㊀
_RAISED = "\u00b2\u00b3\u00b9\u2070-\u2079\u207a-\u207e"  # ² ³ ¹ ⁰ ⁴ ⁽ ⁾
_OPEN, _CLOSE = r"[(（\[［【〔]", r"[)）\]］】〕]"
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+")
_COUNTING = "一二三四五六七八九十"

# numbering, bullets and 其中 in front of a name; "3.5岁" may be item 3 or three and a half years, and stays
_FRONT = re.compile(
    rf"""
    [{_CIRCLED}]
    | {_OPEN}(?:[{_COUNTING}]{{1,3}}|[0-9０-９]{{1,2}}){_CLOSE}
    | [{_COUNTING}]{{1,3}}[、.．](?![{_COUNTING}])
    | [0-9０-９]{{1,2}}(?:、|[)）]|[.．](?![0-9０-９])|[.．]\s+)
    | [*＊#＃※·•●○■□◆▪-] | [—–－]+
    | 其中[:：,，]?
    """,
    re.VERBOSE,
)
# marks of a footnote behind a name; digits on the line belong to the name
_MARK = re.compile(
    rf"""(?:
    [{_CIRCLED}]+
    | (?<!平方)(?<![mM米])[{_RAISED}]+
    | [*＊※†‡#＃]+
    | {_OPEN}?(?<!关)注[:：]?\s*(?:[0-9０-９]{{1,2}}|[{_COUNTING}{_CIRCLED}]){_CLOSE}?
    | {_OPEN}[0-9０-９]{{1,2}}{_CLOSE}
    | [:：,，、;；。]
    )$""",
    re.VERBOSE,
)
_BRACKET = re.compile(rf"{_OPEN}([^()（）\[\]［］【】〔〕]*){_CLOSE}$")
_LABEL = re.compile(r"(?:(?:计量)?单位|unit)(?:[:：].*)?", re.IGNORECASE)
_MORE_UNITS = (
    *(
        "/万",
        "万分之",
        "1/10000",
        "1/万人",
        "/10万",
        "1/100000",
        "1/10万人",
        "十万分之",
        "十万分之一",
        "/千人",
        "每千人",
    ),
    *("所", "户", "名", "张", "间", "次", "例", "批次", "剂次", "册", "种", "月", "天", "日", "分", "个百分点"),
    *("元/月", "元/年", "元/人月", "元/人·月", "μg/m3", "m2", "女性=100", "女孩=100", "女婴=100", "以女性为100"),
    *(f"{what}per{size}livebirths" for what in ("", "deaths") for size in ("1,000", "1000", "100,000", "100000")),
)
_QUOTES = re.compile("[\"'`´“”‘’„‟〝〞「」『』《》〈〉＂＇]")
_DASHES = re.compile("[-‐‑‒–—―−－ー~～〜∼]+")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)[至到](?=\d)")
_PARTICLE = re.compile(r"(?<![目标])的(?![士确])")  # 目的, 标的 and 的士 are words

# one word of a group in one name and another of it in the other: near in letters, far in meaning
_CONTRASTS = tuple(
    re.compile(words)
    for words in (
        r"新生儿|婴儿|围产儿|孕产妇|婴幼儿|neonatal|infant|perinatal|maternal",
        r"\d+(?:\.\d+)?",
        r"女|男|girls|boys|female|(?<!fe)male",
        r"城镇|城市|农村|urban|rural",
        r"死亡|患病|发病|发生|筛查|检查|管理|接种|访视|辍学|巩固|培训|人次|签发|mortality|prevalence|incidence|screening|coverage",
        r"毛入|净入|gross|net",
        r"小学|初中|高中|高等|学前|幼儿园|preschool|primary|junior|senior|higher",
        r"县级|区级|市级|省级|全国",
        r"宫颈|乳腺|cervical|breast",
        r"超重|肥胖|消瘦|低体重|贫血|近视|迟缓|龋|overweight|obesity|wast|underweight|anaemia|myopia|stunt|caries",
        r"人大|政协|党代|村党|党组织|居委|村委|村民委|居民委",
        r"溺水|交通|跌落|中毒|自杀|drown|traffic|fall|poison|suicide",
    )
)


def name_key(text: str) -> str:
    """Return the form in which two writings of a name are the same.

    Taken off: numbering, bullets and 其中 in front; a bracket at the end that says only the unit; footnote marks and
    punctuation at the end; blanks; quotes; the particle 的. Made one: full-width and half-width forms, upper and lower
    case, dashes, 至 between numbers. All else stays, so that （含中职）, （女） or 5 in 5岁以下 tell names apart.

    Parameters
    ----------
    text : str
        A name from a table, a plan or the registry.

    Returns
    -------
    str
        The key; empty where the text holds no name (blanks, marks, or a unit alone).
    """
    key, before = text, None
    while key != before:  # marks, numbering and units stand in any order
        key, before = _once(key), key
    return key


def _once(text: str) -> str:
    left = _QUOTES.sub("", _BLANK.sub(" ", text)).strip()
    if front := _FRONT.match(left):
        left = left[front.end() :].strip()
    left = _without_unit(_MARK.sub("", left).strip())
    left = "".join(_narrow(letter) for letter in unicodedata.normalize("NFC", left))
    if _FRONT.match(left):  # blanks still tell item 3 ("3. 5岁") from three and a half years ("3.5岁")
        return left
    left = _DASHES.sub("-", _BLANK.sub("", left).casefold())
    return _PARTICLE.sub("", _BETWEEN_NUMBERS.sub("-", left))


def likeness(a: str, b: str) -> float:
    """Return how alike two names are, by their letters and by the words that carry the meaning.

    The Sorensen-Dice coefficient of single letters and pairs of letters of the two keys; where it is a half or more,
    its mean with the ratio of the longest matching blocks (Ratcliff and Obershelp). Each group of contrasting words
    (such as 新生儿 and 婴儿, or two ages) of which the names hold none in common takes off a fifth.

    Parameters
    ----------
    a, b : str
        Two names, in any order.

    Returns
    -------
    float
        From 0 to 1 [share]; 1 only where the keys are the same, 0 where one of them is empty.

    References
    ----------
    Dice, L. R. (1945), Ecology 26(3); Ratcliff, J. W., and Metzener, D. E. (1988), Dr. Dobb's Journal 13(7).
    """
    first, second = _key(a), _key(b)
    if not (first and second):
        return 0.0
    if first == second:
        return 1.0
    share = _dice(_pieces(first), _pieces(second))
    if share < 0.5:
        return share
    first, second = sorted((first, second))  # the matching blocks depend on which comes first
    share = (share + SequenceMatcher(None, first, second, autojunk=False).ratio()) / 2
    apart = sum(
        bool(one and other and one.isdisjoint(other))
        for one, other in zip(_contrasts(first), _contrasts(second), strict=True)
    )
    return min(share * 0.8**apart, 0.99)


def _without_unit(text: str) -> str:
    """Return a name without the bracket at its end, if that says nothing but a unit."""
    found = _BRACKET.search(text)
    if not found:
        return text
    inside = _BLANK.sub("", found[1])
    if inside and not _LABEL.fullmatch(inside) and _unit_key(inside) not in _UNITS:
        return text
    return text[: found.start()].strip()


def _unit_key(text: str) -> str:
    return unicodedata.normalize("NFKC", _BLANK.sub("", text)).casefold()


_UNITS = {_unit_key(name) for names in (*UNIT_NAMES.values(), _MORE_UNITS) for name in names}


def _narrow(letter: str) -> str:
    """Return the half-width form of a letter; ② is no 2, and stays."""
    return letter if unicodedata.category(letter) == "No" else unicodedata.normalize("NFKC", letter)


_key = lru_cache(maxsize=16384)(name_key)


@lru_cache(maxsize=16384)
def _pieces(key: str) -> frozenset[str]:
    """Return letters and pairs of letters; what comes again is told apart by blanks, which no key holds."""
    seen: dict[str, int] = {}
    pieces = []
    for piece in (*key, *(key[k : k + 2] for k in range(len(key) - 1))):
        seen[piece] = seen.get(piece, 0) + 1
        pieces.append(piece + " " * (seen[piece] - 1))
    return frozenset(pieces)


@lru_cache(maxsize=16384)
def _contrasts(key: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.findall(key)) for group in _CONTRASTS)


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))
