"""What a clause's own words say of the test: how a direction is tested, between whom a gap is, how binding it is."""

from __future__ import annotations

from analysis.exceptions import Text

MANNERS = {
    "every_year": Text("逐年都更好", "better every year"),
    "trend": Text("看趋势，不逐年比较", "by the trend, not year by year"),
    "end": Text("期末好于基期", "better at the end than at the base"),
    "clearly": Text("明显好于基期（超出偶然波动）", "clearly better than the base, by more than chance"),
}
GAP_DIMENSIONS = {
    "residence": Text("城乡之间", "between town and country"),
    "sex": Text("男女之间", "between the sexes"),
    "subunit": Text("区内各单位之间", "between the sub-units of the area"),
    "area": Text("地区之间", "between areas"),
}
SOFT_WORDS = ("力争", "基本实现", "基本建成", "基本形成", "推进", "推动")  # weaker than a commitment


def soft_word(text: str) -> str:
    """Return the word that makes a clause soft; empty where `text`, a Chinese paraphrase, has none."""
    return next((word for word in SOFT_WORDS if word in text), "")
