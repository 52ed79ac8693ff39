"""Tables of the county with a women's plan."""

from __future__ import annotations

from tables.shapes import across, by_area, down, headed, named, split, years
from tables.sheet import Book, as_percent, ask, doubtful, exactly, none, raised, wide_digits, written
from tables.world import WOMEN

HEALTH = ["health.le", "health.mmr", "health.cervical", "health.breast", "health.anaemia", "health.caesarean"]
OTHERS = ["education.senior", "education.years", "education.farmers"]
ECONOMY = ["economy.employed", "economy.employed_share", "economy.maternity", "economy.senior_tech"]
SHARES = ["decision.npc", "decision.cppcc", "decision.village", "decision.village_head", "family.stations"]
SCREENED = ["health.cervical", "health.breast", "health.caesarean", "environment.water"]
BY = "编制单位：云溪县统计局　　　　　　　　　　2025年6月"


def monitoring() -> Book:
    """Twelve years across, a column of units, group headings, marks, missing values, notes below."""
    book = Book("w01_监测统计表", WOMEN, no_data="标题、编制单位、分组行、注")
    page = book.page("监测表")
    page.widths(34, 10)
    top = page.title_lines(14, "云溪县妇女发展规划监测统计表（2013—2024年）", BY)
    special = {(1, 4): written("{}①"), (4, 3): written("{}②"), (1, 6): exactly(0), (6, 0): none("…（无数据）")}
    special |= {(7, 0): none("…"), (7, 1): none(""), (7, 2): none("—"), (8, 5): none("/"), (0, 11): written(" {} ")}
    groups = {0: "一、妇女与健康", 6: "二、妇女与教育", 9: "三、妇女与经济"}
    indicators = [*HEALTH, *OTHERS, *ECONOMY]
    below = down(page, top, indicators, range(2013, 2025), special, groups=groups)
    for line in ("注：①2017年起口径调整为户籍人口。", "　　②为快报数。", "资料来源：县卫生健康局、县教育体育局。"):
        page.text(below, 1, line)
        page.merge(below, 1, below, 14)
        below += 1
    return book


def in_brackets() -> Book:
    """Units in brackets behind the names, numbered rows, years as plain numbers, a blank row."""
    book = Book("w02_主要指标", WOMEN, no_data="标题和表后资料来源")
    page = book.page("Sheet1")
    top = page.title_lines(8, "妇女发展主要指标完成情况", "填报单位：县妇儿工委办　　　　填报人：　　　　")
    special = {(0, 2): none("-"), (2, 5): written("{:.2f}"), (3, 1): wide_digits}
    indicators = ["health.mmr", "health.childcare", "economy.employed", "family.srb", "law.aid"]
    below = down(page, top + 1, indicators, range(2019, 2025), special, units="brackets", numbered="{}", year_form="{}")
    page.text(below + 1, 1, "资料来源：各部门年报。")
    return book


def shares() -> Book:
    """The unit in the title; percent formats, among them 0.213 shown as 21.3 %."""
    book = Book("w03_女性参与", WOMEN, no_data="标题")
    page = book.page("参与决策")
    top = page.title_lines(7, "女性参与决策和管理情况", "单位：%")
    special = {(i, j): as_percent("0.0%") for i in (0, 2) for j in range(6)} | {(1, 5): written("{:.1f}%")}
    special |= {(3, 2): written("{:.1f} %"), (4, 0): written("{:.2f}％")}
    down(page, top, SHARES, range(2018, 2024), special, units="")
    return book


def yearbook() -> Book:
    """Towns down, indicators across, the year in the title, a row of units, a row for the whole county."""
    book = Book("w04_年鉴", WOMEN, no_data="标题、单位行")
    page = book.page("21-8")
    top = page.title_lines(6, "21-8　各乡镇妇女儿童主要指标（2023年）")
    special = {(2, 1): none("…"), (3, 3): exactly(0)}
    lines = by_area(page, 2023, own="云溪县")
    below = across(page, top, ["health.mmr", "health.cervical", "decision.village", "law.aid"], lines, special)
    page.text(below, 1, "注：本表为户籍口径。")
    return book


def sheet_a_year() -> Book:
    """A sheet a year, this year and the year before side by side."""
    book = Book("w05_分年度", WOMEN, no_data="标题")
    for year in (2021, 2022, 2023, 2024):
        page = book.page(f"{year}年")
        top = page.title_lines(4, f"{year}年妇女发展统计监测主要指标")
        page.row(top, 1, ["指标名称", "计量单位", "本年", "上年"], bold=True)
        for i, one in enumerate([*ECONOMY, *SHARES[:2]], start=top + 1):
            page.row(i, 1, [WOMEN.name[one], WOMEN.shown_unit(one)])
            page.grid(i, 3, [[WOMEN.key(one, year), WOMEN.key(one, year - 1)]])
    return book


def years_down() -> Book:
    """Years down, indicators across with a row of units; one column in persons where the plan counts ten thousands."""
    book = Book("w06_历年", WOMEN, no_data="标题")
    page = book.page("历年数据")
    top = page.title_lines(6, "云溪县妇女就业与社会保障（历年）")
    special = {(1, 0): none("缺"), (2, 2): written("{:.2f}"), (5, 1): none("未统计")}
    lines = [([f"{year}年"], "", year) for year in range(2015, 2025)]
    below = across(page, top, ECONOMY, lines, special, head=("年份",))
    page.text(top, 6, "城镇单位女性就业人员（人）", bold=True)
    for i, year in enumerate(range(2015, 2025), start=below - 10):
        key = WOMEN.key("economy.employed", year)
        if year != 2016:
            page.value(i, 6, key, WOMEN.number(key), round(WOMEN.number(key) * 10_000))
        else:
            page.missing(i, 6, "缺")
    return book


def counts() -> Book:
    """Two header rows: an indicator above its numerator, denominator and rate; years down."""
    book = Book("w07_分子分母", WOMEN, no_data="标题")
    page = book.page("两癌筛查")
    page.title_lines(10, "妇女“两癌”筛查及分娩情况", "填报单位：县妇幼保健院")
    page.text(3, 1, "年份", bold=True)
    page.merge(3, 1, 4, 1)
    for k, one in enumerate(SCREENED[:3]):
        page.text(3, 2 + 3 * k, WOMEN.name[one], bold=True, left=False)
        page.merge(3, 2 + 3 * k, 3, 4 + 3 * k)
        page.row(4, 2 + 3 * k, ["分子", "分母", "比率（%）"])
        for i, year in enumerate(range(2019, 2025), start=5):
            page.text(i, 1, f"{year}年")
            page.counts(i, 2 + 3 * k, WOMEN.key(one, year))
    return book


def coded() -> Book:
    """A column of codes before the names, raised marks, notes."""
    book = Book("w08_带编码", WOMEN, no_data="标题、注")
    page = book.page("数据表")
    top = page.title_lines(8, "妇女规划监测指标数据表")
    special = {(0, 3): raised("1"), (2, 2): raised("2)"), (1, 0): written("{}*"), (3, 4): written("{}（注1）")}
    indicators = ["health.mmr", "health.fp_complication", "economy.maternity", "environment.water", "law.aid"]
    special |= {(4, 1): written("{:,}"), (4, 2): written("①{}")}
    below = down(page, top, indicators, range(2020, 2025), special, codes=True)
    page.text(below, 1, "注：1为初步数；2)口径含流动人口；*不含省属单位；①含热线咨询。注1：2024年起按新口径。")
    return book


def near_misses() -> Book:
    """Names that are nearly those of the plan, indicators it does not have, a row of totals."""
    book = Book("w09_名称不一致", WOMEN, no_data="标题")
    page = book.page("数据")
    top = page.title_lines(5, "2022—2024年妇女工作统计")
    down(page, top, ["health.anaemia", "decision.npc"], range(2022, 2025))
    others = [
        ("乳腺癌筛查率", "%", "near miss"),
        ("县人大女代表比例", "%", "near miss"),
        ("剖腹产率", "%", "near miss"),
    ]
    others += [("妇女信访办结件数", "件", "not in the plan"), ("妇女之家个数", "个", "not in the plan")]
    others += [("合计", "", "a total of rows that do not add up"), ("受教育年限", "年", "near miss")]
    for i, (name, unit, why) in enumerate(others, start=top + 3):
        page.row(i, 1, [name, unit])
        for j, number in enumerate((41.2, 43.5, 44.8)):
            page.ask(i, 3 + j, number + i, why)
    return book


def doubtful_values() -> Book:
    """Values nobody may take without asking: fractions among percentages, negatives, shares above 100."""
    book = Book("w10_可疑数值", WOMEN, no_data="标题")
    page = book.page("数据")
    top = page.title_lines(8, "妇女发展监测数据（待核）")
    special = {(0, 3): ask(0.42, "a fraction among percentages"), (1, 2): ask("-21.3%", "a negative share")}
    special |= {(2, 4): ask(130, "a share above 100"), (2, 0): ask("130%", "a share above 100")}
    special |= {(3, 1): ask(-4.5, "a negative rate"), (1, 5): ask("约43", "about"), (0, 0): ask("42.1-43.5", "a range")}
    special |= {(3, 3): ask("inf", "no number"), (1, 0): ask("41.2‰", "another sign than the unit's")}
    special |= {(2, 5): ask("41.5/42.0", "two numbers"), (3, 5): ask(15.2, "an error of the unit", '0.0"‰"')}
    below = down(
        page, top, ["health.cervical", "health.breast", "decision.npc", "health.mmr"], range(2019, 2025), special
    )
    page.row(below + 2, 1, ["指标名称", "年份", "分子", "分母", "数值"], bold=True)
    page.row(below + 3, 1, ["剖宫产率", "2023年"])
    for j, number in enumerate((412, 1000, 48.7), start=3):
        page.ask(below + 3, j, number, "value and counts disagree")
    page.row(below + 4, 1, ["剖宫产率", "2024年"])
    page.counts(below + 4, 3, WOMEN.key("health.caesarean", 2024))
    page.row(below + 5, 1, ["农村自来水普及率", "2024年"])
    for j, number in enumerate((1200, 1000, 120), start=3):
        page.ask(below + 5, j, number, "numerator above denominator")
    return book


def by_topic() -> Book:
    """A sheet for each topic, one of notes only."""
    book = Book("w11_分领域", WOMEN, no_data="填表说明（没有数据）、标题")
    notes = book.page("填表说明")
    for i, line in enumerate(
        ("一、本表按年度填报。", "二、2021年以前数据以年鉴为准，共13项指标。", "三、单位见各表。"), 1
    ):
        notes.text(i, 1, line)
    for name, indicators in (("妇女与健康", HEALTH), ("妇女与教育", OTHERS), ("妇女与经济", ECONOMY)):
        page = book.page(name)
        top = page.title_lines(8, f"{name}指标（2019—2024年）")
        down(page, top, indicators, range(2019, 2025), units="brackets" if name == "妇女与教育" else "column")
    return book


def several() -> Book:
    """Three tables on a sheet: one below another, one beside."""
    book = Book("w12_一表多块", WOMEN, no_data="各表标题")
    page = book.page("汇总")
    page.text(1, 1, "表1　筛查情况（%）", bold=True)
    below = down(page, 2, SCREENED[:2], range(2021, 2025), units="")
    page.text(1, 8, "表2　家务劳动时间（分钟）", bold=True)
    heads = [years(2022, 2024), split("sex", {"_T": "合计", "M": "男", "F": "女"})]
    headed(page, 2, 8, heads, named(page, "family.housework", brackets=False), corner="指标")
    page.text(below + 2, 1, "表3　女性比例", bold=True)
    lines = [([f"{year}年"], "", year) for year in (2022, 2023, 2024)]
    across(page, below + 3, ["decision.npc", "decision.cppcc"], lines, head=("年份",), units="brackets")
    return book


def periods() -> Book:
    """Column heads that are no year: a range, a forecast, half a year, a target, the future."""
    book = Book("w13_时期", WOMEN, no_data="标题")
    page = book.page("进度")
    top = page.title_lines(9, "主要指标进度表")
    heads = {0: "2018-20", 3: "2025年预计", 4: "2024年1-6月", 5: "2030年目标", 6: "2035年", 7: "比上年增减"}
    why = {
        0: "several years",
        3: "expected, not measured",
        4: "half a year",
        5: "a target",
        6: "a future year",
        7: "a change",
    }
    special = {(i, j): doubtful(reason) for i in range(3) for j, reason in why.items()}
    indicators = ["health.cervical", "economy.employed", "decision.npc"]
    down(page, top, indicators, [2019, 2022, 2023, 2025, 2024, 2030, 2035, 2021], special, heads=heads)
    return book


def groups_below() -> Book:
    """Rows of groups below an indicator, a hidden column of another version, blank rows between blocks."""
    book = Book("w14_其中项与隐藏列", WOMEN, no_data="标题、隐藏列")
    page = book.page("监测")
    top = page.title_lines(7, "妇女健康与家庭指标", "编制单位：云溪县妇儿工委办公室")
    which = [2020, 2021, 2021, 2022, 2023]
    page.row(top, 1, ["指标名称", "计量单位", *(f"{year}年" for year in which)], bold=True)
    homes = [("　城镇", {"residence": "U"}), ("　农村", {"residence": "R"})]
    both = [("　其中：女", {"sex": "F"}), ("　　　　男", {"sex": "M"})]
    row = top + 1
    for one, parts in (("health.mmr", homes), ("family.housework", both), ("health.cervical", [])):
        for says, meaning in [(WOMEN.name[one], {}), *parts]:
            page.row(row, 1, [says, None if meaning else WOMEN.shown_unit(one)])
            other = ask(round(WOMEN.number(WOMEN.key(one, 2021, **meaning)) * 1.2, 1), "hidden column")
            page.grid(row, 3, [[WOMEN.key(one, year, **meaning) for year in which]], {(0, 1): other})
            row += 1
        row += 1
    page.sheet.column_dimensions["D"].hidden = True
    return book


def worked_out() -> Book:
    """A column of rates worked out by formulas, some without a result; areas down, two years side by side."""
    book = Book("w15_公式", WOMEN, no_data="标题")
    page = book.page("村委会")
    page.title_lines(7, "村委会成员中女性比例", "单位：人、%")
    page.row(3, 1, ["地区"], bold=True)
    page.merge(3, 1, 4, 1)
    for k, year in enumerate((2021, 2024)):
        page.text(3, 2 + 3 * k, f"{year}年", bold=True, left=False)
        page.merge(3, 2 + 3 * k, 3, 4 + 3 * k)
        page.row(4, 2 + 3 * k, ["女成员数", "成员数", "村委会成员中女性比例"])
        for i, (labels, area, _) in enumerate(by_area(page, year), start=5):
            page.row(i, 1, labels)
            key = WOMEN.key("decision.village", year, area)
            above, below, _ = WOMEN.counts(key)
            page.value(i, 2 + 3 * k, key, above, role="numerator")
            page.value(i, 3 + 3 * k, key, below, role="denominator")
            cells = f"={'BE'[k]}{i}/{'CF'[k]}{i}*100"
            page.formula(i, 4 + 3 * k, key, cells, above / below * 100, stored=(i + k) % 3 != 0)
    return book


TABLES = [monitoring, in_brackets, shares, yearbook, sheet_a_year, years_down, counts, coded, near_misses]
TABLES += [doubtful_values, by_topic, several, periods]
TABLES += [groups_below, worked_out]
