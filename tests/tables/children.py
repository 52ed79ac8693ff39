"""Tables of the district with a children's plan."""

from __future__ import annotations

from tables.shapes import RESIDENCE, SEX, across, by_area, down, headed, named, split, years
from tables.sheet import Book, Page, as_percent, ask, doubtful, exactly, none, raised, wide_digits, written
from tables.world import CHILDREN

RATES = ["health.nmr", "health.imr", "health.u5mr"]
SHARES = ["health.systematic_management_u3", "health.health_management_u7", "health.vaccination"]
SCHOOL = ["health.myopia_primary", "health.myopia_junior", "health.obesity", "education.preschool_gross"]
MIXED = ["welfare.orphan_allowance", "welfare.organisations", "health.paediatricians", "safety.injury_mortality"]


def by_sex() -> Book:
    """Two header rows: a merged year above 合计, 男 and 女; in two boxes of fonts and a title without a year."""
    book = Book("t01_分性别", CHILDREN, no_data="标题")
    page = book.page("分性别")
    top = page.title_lines(7, "铁西区儿童健康主要指标分性别情况")
    special = {(0, 4): none("—"), (1, 5): exactly(0)}
    rows = named(page, *RATES, "health.anaemia_u5")
    headed(page, top, 1, [years(2023, 2024), split("sex", SEX)], rows, special, "指标")
    return book


def three_headers() -> Book:
    """Three header rows: year, indicator, sex; streets down."""
    book = Book("t02_三层表头", CHILDREN, no_data="标题")
    page = book.page("街道")
    top = page.title_lines(9, "各街道（镇）儿童健康情况", "填报单位：区卫生健康局")
    levels = [years(2022, 2023), named(page, "health.imr", "health.u5mr"), split("sex", SEX, "M", "F")]
    below = [code for code in CHILDREN.areas if code != CHILDREN.area][:5]
    rows = [(CHILDREN.areas[code], {"area": code}) for code in below]
    headed(page, top, 1, levels, rows, {(2, 3): none("…")}, "地区")
    return book


def indented() -> Book:
    """Rows of groups below an indicator: 其中：女, 农村; headings of groups of indicators."""
    book = Book("t03_其中项", CHILDREN, no_data="标题、分组行")
    page = book.page("其中")
    page.title_lines(7, "儿童发展规划统计监测表", "编制单位：铁西区统计局")
    page.row(3, 1, ["指标", "单位", *(f"{year}年" for year in range(2020, 2025))], bold=True)
    row = 4
    parts = [("　其中：男", {"sex": "M"}), ("　其中：女", {"sex": "F"})]
    homes = [("　　城镇", {"residence": "U"}), ("　　农村", {"residence": "R"})]
    blocks = [("一、儿童与健康", [("health.imr", [parts[1], homes[1]]), ("health.anaemia_u5", parts)])]
    blocks += [("二、儿童与教育", [("education.retention_9y", parts), ("education.preschool_gross", homes)])]
    for heading, block in blocks:
        page.text(row, 1, heading, bold=True)
        row += 1
        for one, below in block:
            for says, meaning in [(CHILDREN.name[one], {}), *below]:
                page.row(row, 1, [says, CHILDREN.shown_unit(one) if not meaning else None])
                page.grid(row, 3, [[CHILDREN.key(one, year, **meaning) for year in range(2020, 2025)]])
                row += 1
    return book


def coded_areas() -> Book:
    """Codes and names of areas, the year in a merged head, a total row that names no area."""
    book = Book("t04_分街道", CHILDREN, no_data="标题、单位行")
    page = book.page("2023年")
    top = page.title_lines(6, "分街道（镇）情况表")
    page.text(top, 3, "2023年", bold=True, left=False)
    page.merge(top, 3, top, 6)
    lines = by_area(page, 2023, own="全区", codes=True)
    across(page, top + 1, [*SHARES[:2], "health.imr", "welfare.creche_places"], lines, head=("地区编码", "地区"))
    return book


def yearbooks() -> Book:
    """A sheet a year, streets down, indicators across; the unit in brackets."""
    book = Book("t05_年鉴分年", CHILDREN, no_data="标题")
    for year in range(2019, 2025):
        page = book.page(f"{year}年")
        top = page.title_lines(4, "分街道（镇）妇幼保健情况")
        lines = by_area(page, year, own="铁西区")[:6]
        across(page, top, ["health.imr", *SHARES[:2]], lines, {(3, 0): none("-")}, units="brackets")
    return book


def footnotes() -> Book:
    """Every kind of mark at a number, a name and a year."""
    book = Book("t06_脚注", CHILDREN, no_data="标题、注、资料来源")
    page = book.page("脚注")
    top = page.title_lines(8, "儿童健康与安全主要指标")
    marks = ["{}①", "{}²", "{}*", "{}（注1）", "①{}", "{}③", "{}[2]", "{}※"]
    special = {(i, j): written(marks[(3 * i + j) % 8]) for i in (0, 2, 4) for j in range(6)}
    special |= {(1, j): raised(mark) for j, mark in enumerate(("1", "2)", "①", "*", "a", "3"))}
    heads = {1: "2020年①", 3: "2022年*"}
    below = down(page, top, [*RATES, *SHARES[:2], "safety.injury_mortality"], range(2019, 2025), special, heads=heads)
    page.text(below - 1, 1, "儿童伤害死亡率②")
    page.text(below, 1, "注：①2020年起口径调整。②按户籍人口计算，2010年为5.2。")
    page.text(below + 1, 1, "资料来源：区卫生健康局2024年年报。")
    return book


def missing() -> Book:
    """Every mark of a missing value next to real zeros."""
    book = Book("t07_缺数", CHILDREN, no_data="标题")
    page = book.page("缺数")
    top = page.title_lines(8, "儿童安全与福利指标", "注：“…”表示无数据，“—”表示不适用")
    marks = ["—", "-", "…", "/", "…（无数据）", "缺", "未统计", ".", "", "……", "——", "无"]
    special = {(i, j): none(marks[6 * i + j]) for i in (0, 1) for j in range(6)}
    special |= {(2, 0): exactly(0), (2, 3): written("{}"), (2, 4): exactly(0, "0.0"), (3, 2): exactly(0)}
    indicators = ["safety.drowning_mortality", "safety.traffic_mortality", "safety.alone_u8", "welfare.organisations"]
    down(page, top, [*indicators, "welfare.rehabilitation"], range(2019, 2025), special)
    return book


def spellings() -> Book:
    """Numbers as people write them."""
    book = Book("t08_数字写法", CHILDREN, no_data="标题")
    page = book.page("写法")
    top = page.title_lines(8, "儿童福利与健康指标")
    special = {(0, 0): written("{:,}"), (0, 1): wide_digits, (0, 2): written("{}"), (0, 4): written(" {:,} 元")}
    special |= {(0, 3): lambda p, r, c, k, n: p.value(r, c, k, n, f"{n:,}".replace(",", " "))}
    special |= {(1, 0): written("{}个"), (1, 2): written("{:.1f}"), (2, 1): written("{:.4f}"), (2, 3): wide_digits}
    special |= {(4, j): as_percent("0.00%") for j in range(6)} | {(5, 2): written("{:.1f}%"), (5, 3): written("{}％")}
    special |= {(5, 4): written("'{}"), (3, 5): written("{}/10万"), (0, 5): written("{:.2f}")}
    down(page, top, [*MIXED, *SHARES[:2]], range(2019, 2025), special)
    return book


def hidden() -> Book:
    """Hidden rows, columns and a sheet, each with other numbers than those that are seen."""
    book = Book("t09_隐藏", CHILDREN, no_data="标题；隐藏的行、列和工作表")
    page = book.page("数据")
    page.title_lines(8, "儿童健康指标")
    special = {(i, 2): ask(70.5 + i, "hidden column") for i in range(6)}
    special |= {(3, j): ask(60.5 + j, "hidden row") for j in range(6)}
    indicators = [*SHARES, "health.breastfeeding", "health.newborn_visit", "health.caries_12"]
    down(page, 2, indicators, [2019, 2020, 2019, 2022, 2023, 2024], special)
    page.text(6, 1, CHILDREN.name[SHARES[0]])  # the hidden row repeats the first indicator
    page.sheet.row_dimensions[6].hidden = True
    page.sheet.column_dimensions["E"].hidden = True
    old = book.page("旧数据", hidden=True)
    wrong = {(i, j): ask(50.5 + i + j, "hidden sheet") for i in range(3) for j in range(3)}
    down(old, 1, SHARES, [2022, 2023, 2024], wrong)
    return book


def formulas() -> Book:
    """Formulas with a stored result next to those without."""
    book = Book("t10_公式", CHILDREN, no_data="标题")
    page = book.page("公式")
    page.title_lines(6, "儿童保健管理情况", "填报单位：区妇幼保健院")
    page.row(3, 1, ["指标", "年份", "分子", "分母", "比率（%）"], bold=True)
    for i, (one, year) in enumerate([(one, year) for one in SHARES for year in (2021, 2022, 2023, 2024)], start=4):
        key = CHILDREN.key(one, year)
        above, below, _ = CHILDREN.counts(key)
        page.row(i, 1, [CHILDREN.name[one], f"{year}年"])
        page.value(i, 3, key, above, role="numerator")
        page.value(i, 4, key, below, role="denominator")
        page.formula(i, 5, key, f"=C{i}/D{i}*100", above / below * 100, stored=i % 3 != 0)
    _sums(page)
    return book


def _sums(page: Page) -> None:
    page.row(18, 1, ["指标", "单位", "2023年", "2024年"], bold=True)
    page.row(19, 1, ["为儿童服务的社会组织数量", "个"])
    page.formula(19, 3, CHILDREN.key("welfare.organisations", 2023), "=8+9", 17, stored=True)
    page.formula(19, 4, CHILDREN.key("welfare.organisations", 2024), "=9+12", 21, stored=False)


def school_years() -> Book:
    """School years in all spellings; each is the year in which it ends."""
    book = Book("t11_学年", CHILDREN, no_data="标题")
    page = book.page("学年")
    top = page.title_lines(8, "儿童教育指标（按学年）", "填报单位：区教育局")
    ends = [2017, 2018, 2019, 2020, 2021, 2022]
    heads = {0: "2016-2017学年", 1: "2017/18学年", 2: "2018—2019学年度", 3: "2019～2020学年", 4: "2020-21学年"}
    indicators = [*SCHOOL, "education.retention_9y", "health.sleep_primary"]
    down(page, top, indicators, ends, {(0, 1): none("…")}, heads=heads | {5: "2021—2022学年"})
    return book


def boxes() -> Book:
    """Two tables side by side with a blank column between, years down, and a third below after blank rows."""
    book = Book("t12_并列表", CHILDREN, no_data="标题、注")
    page = book.page("并列")
    lines = [([year], "", year) for year in range(2018, 2025)]
    page.text(1, 1, "表一　死亡率", bold=True)
    below = across(page, 2, RATES, lines, head=("年份",))
    page.text(1, 6, "表二　保健管理", bold=True)
    across(page, 2, SHARES, lines, {(2, 1): none("—")}, head=("年份",), left=6)
    page.text(below, 1, "注：表一按户籍人口计算。")
    page.text(below + 3, 1, "表三　分城乡", bold=True)
    levels = [years(2023, 2024), split("residence", RESIDENCE, "U", "R")]
    rows = named(page, "health.imr", "health.breastfeeding", brackets=True)
    headed(page, below + 4, 1, levels, rows, corner="指标")
    return book


def without_year() -> Book:
    """Neither sheet nor title names a year: it is told with the file."""
    book = Book("t13_年份另给", CHILDREN, year=2024, no_data="标题")
    page = book.page("Sheet1")
    top = page.title_lines(4, "铁西区儿童发展规划主要指标", "单位：见表")
    page.row(top, 1, ["指标名称", "单位", "数值", "备注"], bold=True)
    for i, one in enumerate([*RATES, *SHARES, *MIXED], start=top + 1):
        page.row(i, 1, [CHILDREN.name[one], CHILDREN.shown_unit(one)])
        page.grid(i, 3, [[CHILDREN.key(one, 2024)]], {(0, 0): none("/")} if i == top + 3 else None)
        page.text(i, 4, "快报数" if i % 4 == 0 else None)
    return book


def bare_ranges() -> Book:
    """Column heads of a school table that may be years or ranges, next to a plain year."""
    book = Book("t14_年份不清", CHILDREN, no_data="标题")
    page = book.page("年份")
    top = page.title_lines(7, "儿童健康指标进展")
    why = {0: "a bare range", 1: "a bare range", 3: "part of a year", 4: "expected, not measured"}
    special = {(i, j): doubtful(reason) for i in range(3) for j, reason in why.items()}
    heads = {0: "2016-2017", 1: "2018/19", 3: "2024年上半年", 4: "2024年（预计）"}
    down(page, top, [*RATES[1:], SHARES[0]], [2017, 2019, 2022, 2024, 2023], special, heads=heads)
    return book


def codes_across() -> Book:
    """Codes of indicators across and of areas down, the unit in the title, the year in the title."""
    book = Book("t15_编码横排", CHILDREN, no_data="标题")
    page = book.page("横排")
    top = page.title_lines(5, "2024年各街道（镇）儿童死亡率", "单位：‰")
    page.row(top, 1, ["地区编码", "地区名称", *RATES], bold=True)
    page.row(top + 1, 3, [CHILDREN.name[one] for one in RATES])
    lines = by_area(page, 2024, own="铁西区", codes=True)
    for i, (labels, _, _) in enumerate(lines, start=top + 2):
        page.row(i, 1, labels)
    keys = [[CHILDREN.key(one, 2024, area) for one in RATES] for _, area, _ in lines]
    page.grid(top + 2, 3, keys, {(4, 1): none("…"), (6, 2): exactly(0)})
    return book


TABLES = [by_sex, three_headers, indented, coded_areas, yearbooks, footnotes, missing, spellings, hidden, formulas]
TABLES += [school_years, boxes, without_year, bare_ranges, codes_across]
