"""The number check of documents: every printed number is reckoned again from the files of the run."""

import re

import pytest
from mutated import mutations

from analysis.exceptions import Text
from analysis.formats import MISSING
from analysis.marks import Values, cell, count, observed, quoted, to_html, unmarked
from analysis.narrative.checking import check_page, own_words
from analysis.narrative.counts import counted
from analysis.narrative.printed import agrees
from analysis.narrative.reckoning import reckoned
from analysis.narrative.sources import Sources, Unknown
from analysis.narrative.wording import indicator
from analysis.runs.exporting import _quoted
from analysis.runs.kinds import due_documents
from analysis.runs.report import facts_of
from analysis.runs.run import Run

FILES = {
    "tables/assessments.csv": "target,indicator,target_year,latest_year,baseline_year,latest_value,baseline_value,"
    "p_miss,status,timing,target_value,at_target\n"
    "h.t1,h.rate,2030,2024,2020,4.44,5.0,0.25,on_track,ahead,4.5,yes\n"
    "h.t2,h.rate,2024,2024,2020,4.44,,1.0,off_track,due,4.0,no\n"
    "h.t3,h.rate,2030,2024,2020,4.44,,0.995,off_track,ahead,1.0,no\ns.t1,_Z,2030,,,,,,qualitative,ahead,,\n",
    "tables/details.csv": "target,proposal\nh.t1,\nh.t3,easier\n",
    "tables/district_funnel.csv": "indicator,ref_area,phi,label\nh.rate,2,1.4,within\nh.rate,3,1.4,worse\n",
    "tables/alerts.csv": "target,rule,level,years_in_row\nh.t2,target_unlikely,red,5\nh.t1,volatile,blue,\n",
    "tables/observations.csv": "indicator,ref_area,time_period,sex,age,residence,group,obs_value,obs_status,source,"
    "note\n"
    "h.rate,1,2018,_T,_T,_T,_T,6.1,S,年报,\nh.rate,1,2024,_T,_T,_T,_T,4.44,A,年报,\n"
    "h.rate,1,2024,M,_T,_T,_T,1234.5,A,年报,按2种口径\n",
    "tables/rollup.csv": "cover,obs_value,reported\ntoo_few,,\ncomplete,2.0,2.02\ncomplete,2.0,\n",
    "tables/summary.csv": "ref_area,level,state\n1,city,done\n2,district,done\n3,district,failed\n",
    "tables/league.csv": "ref_area,rank_low,rank_high\n2,1,1\n3,2,2\n",
    "inputs/data/verdicts.csv": "ref_area,target,status\n2,h.t1,off_track\n3,h.t1,off_track\n2,h.t2,off_track\n"
    "2,s.t1,met\n",
    "inputs/data/support.csv": "ref_area,target,numerator,flips\n2,h.t1,9,\n3,h.t1,3,\n2,h.t2,9,one_more\n",
    "inputs/plan/goals.csv": "id,domain,title_zh,clause\nh.g1,h,甲,二（一）主要目标1\ns.g1,s,乙,二（二）主要目标7\n",
    "inputs/plan/measures.csv": "id,domain,goals,title_zh,clause,indicators\nh.m1,h,h.g1,丙,二（一）策略措施1,h.rate\n",
    "inputs/plan/targets.csv": "id,parent,indicator,year,baseline_year,clause,text_zh\n"
    "h.t1,h.g1,h.rate,2030,2020,二（一）主要目标1,降至4‰以下\nh.t2,h.g1,h.rate,2024,2020,二（一）主要目标1,降至4.5‰以下\n"
    "h.t3,h.g1,h.rate,2030,2020,二（一）主要目标1,降至1‰以下\n"
    "s.t1,s.g1,,2030,,二（二）主要目标7,健全\n",
    "inputs/plan/indicators.csv": "indicator,department,name_zh\nh.rate,health,3岁以下死亡率\n",
    "inputs/plan/departments.csv": "code,confirmed\nhealth,no\nlaw,yes\n",
}


@pytest.fixture
def sources(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Sources(tmp_path, 2024, "1")


def orphans(body, sources, phrases=()):
    return check_page(f"<main>{body}</main>", {}, phrases, sources).orphans


@pytest.mark.parametrize(
    ("origin", "number"),
    [
        ("assessments[h.t1].latest_value", 4.44),
        ("assessments[h.t1].latest_value - assessments[h.t1].baseline_value", -0.56),
        ("100 * (1 - assessments[h.t1].p_miss)", 75.0),
        ("100 * {all/favourable} / {all/total}", 25.0),
        ("observations[h.rate,1,2024].obs_value", 4.44),
        ("observations[h.rate,1,2024,M].obs_value", 1234.5),
        ("alerts[h.t2,target_unlikely].years_in_row", 5.0),
        ("2 - 1 - 1", 0.0),
    ],
)
def test_an_origin_is_reckoned_from_the_files(sources, origin, number):
    assert reckoned(sources, origin) == pytest.approx(number)


@pytest.mark.parametrize(
    "origin",
    ["", "assessments[h.t9].latest_value", "assessments[h.t1].nothing", "assessments[h.t2].baseline_value",
     "{no/such/count}", "nowhere[a].b", "4.4 4.4", "1 / {alerts/yellow}", "{rollup/few/x}", "{h/nothing}", "(1", "1 +",
     "observations[h.rate,1,1999].obs_value", "~"],
)  # fmt: skip
def test_an_origin_that_names_nothing_is_no_number(sources, origin):
    with pytest.raises(Unknown):
        reckoned(sources, origin)


def test_counts_are_queries_on_the_files(sources):
    expected = {
        "all/total": 4, "all/judged": 3, "all/favourable": 1, "all/qualitative": 1, "h/total": 3, "s/total": 1,
        "all/missed": 1, "all/off_track": 1, "h/missed": 1, "s/off_track": 0, "parent/h.g1/missed": 1,
        "due/total": 1, "due/met": 0, "due/missed": 1, "open/total": 2, "open/at_target": 1,
        "latest/2024": 1, "latest/total": 1, "latest/2023": 0,
        "h/goals": 1, "facts/goals": 2, "facts/measures": 1, "facts/alerts": 2, "facts/unconfirmed_departments": 1,
        "alerts/grave": 1, "alerts/blue": 1, "alerts/yellow": 0, "alerts/volatile": 1, "adjust/easier": 1,
        "adjust/stricter": 0, "causes": 2, "department/health/targets": 3, "department/law/alerts": 0,
        "department/health/alerts": 2, "effects/none": 1, "effects/strong": 0, "outcome/h.m1/on_track": 1,
        "outcome/h.m1/missed": 1,
        "parent/s.g1/qualitative": 1, "ledger/entries": 1,
        "region/districts": 2, "region/done": 1, "region/not_done": 1, "region/both": 1, "region/differing": 1,
        "region/upper": 1, "region/lower": 1, "region/hardest": 1, "region/off_track_targets": 1,
        "region/hardest_tied": 1, "region/not_firm": 2, "firm/h.t1": 1,
        "region/compared": 2, "region/compared_indicators": 1, "region/overdispersed": 1, "region/beyond": 1,
        "rollup/complete": 2, "rollup/partial": 0, "verdicts/h.t1/off_track": 2, "verdicts/h.t1/met": 0,
    }  # fmt: skip
    assert {name: counted(sources, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "number", "form"),
    [
        ("4.4‰", 4.44, "amount per_1000 1"),
        ("4.4 per 1,000", 4.44, "amount per_1000 1"),
        ("-4.4", -4.44, "plain other 1"),
        ("0.0", -0.04, "plain other 1"),
        ("0.3个百分点", -0.3, "change percent 1"),
        ("−0.3", -0.3, "signed other 1"),
        ("+0.3个百分点", 0.3, "points percent 1"),
        ("1,234", 1234.0, "count"),
        ("75%", 0.75, "probability"),
        ("不足1%", 0.0, "probability"),
        ("99%以上", 1.0, "probability"),
        ("2.5", 2.45, "plain other 1"),
        ("2.4", 2.45, "plain other 1"),
        ("≥4", 5.0, "least 4"),
        ("少3例死亡", -3.4, "people"),
        ("12 beds more", 12.2, "people"),
    ],
)
def test_a_printed_text_agrees_with_its_number_and_no_other_digit_does(text, number, form):
    assert agrees(text, number, form)
    assert not agrees(text, number + 1000, form) or form == "least 4" or "99" in text
    for place, char in enumerate(text):
        if char.isdigit():
            others = (text[:place] + other + text[place + 1 :] for other in "0123456789" if other != char)
            agreeing = [one for one in others if agrees(one, number, form)]
            assert agreeing in ([], ["2.4"], ["2.5"])  # a tie is rounded either way


def test_a_wrong_unit_sign_or_number_of_decimals_does_not_agree():
    wrong = [("4.4%", 4.44, "amount per_1000 1"), ("4.44‰", 4.44, "amount per_1000 1"),
             ("-4.4‰", 4.44, "amount per_1000 1"),
             ("−0.3个百分点", -0.3, "change percent 1"), ("+0.3", -0.3, "signed other 1"), ("12.0", 12.0, "count"),
             ("1234", 1234.0, "count"), ("80%", 0.75, "probability"), ("多3.4", -3.4, "people"), ("≥4", 3.0, "least 4"),
             ("", 1.0, "plain other 1"), ("—", 1.0, "plain other 1")]  # fmt: skip
    assert [one for one in wrong if agrees(*one)] == []


def test_sentences_counts_and_cells_resolve_by_their_origin_not_by_what_was_marked(sources):
    latest = cell("assessments[h.t1].latest_value", 4.44, "per_1000", 1)
    assert unmarked(latest) == "4.4‰" and cell("assessments[h.t2].baseline_value", None) == MISSING
    good = f"3岁以下死亡率2024年为{latest}，比2018年的{cell(observed('h.rate', '1', 2018), 6.1, 'per_1000', 1)}低"
    assert orphans(f"<p>{to_html(good)}，红色预警{to_html(count('alerts/red', 1))}条。</p>", sources) == []
    assert orphans(f"<p>{to_html(cell('assessments[h.t1].latest_value', 5.44, 'per_1000', 1))}</p>", sources)
    assert orphans(f"<p>{to_html(count('alerts/red', 2))}</p>", sources)
    values = Values()  # a number noted among the values is no better for it
    wrong = values.mark("x", 9.9, "percent", 1, Text("9.9%", "9.9%"))
    assert orphans(f"<p>{to_html(wrong.zh)}</p>", sources) and values.known["x"].number == 9.9
    swapped = to_html(count("alerts/red", 1)).replace("alerts/red", "all/total")
    assert orphans(f"<p>{swapped}</p>", sources)


def test_a_number_in_a_cell_needs_an_origin_too(sources):
    table = "<table><tr><th>目标</th><th>2024</th></tr><tr><td>降至4‰以下</td><td class='number'>{}</td></tr></table>"
    marked = to_html(cell("assessments[h.t1].latest_value", 4.44, decimals=1, form="plain"))
    assert orphans(table.format(marked), sources) == []
    assert len(orphans(table.format("4.4"), sources)) == 1
    assert len(orphans(table.format(marked.replace("4.4<", "4.5<")), sources)) == 1
    assert len(orphans(table.format(marked).replace("<th>2024", "<th>2023"), sources)) == 0  # the year before it
    assert len(orphans(table.format(marked).replace("<th>2024", "<th>2016"), sources)) == 1
    assert len(orphans(table.format(marked).replace("<th>2024", "<th>2031"), sources)) == 1


def test_eighty_per_cent_is_the_name_of_an_interval_only(sources):
    assert orphans("<p>括号内为80%区间。</p>", sources) == []
    for text in ("达标概率为80%。", "80%的目标", "约80 %", "70%区间", "probability of 80%", "99%以上", "不足1%"):
        assert len(orphans(f"<p>{text}</p>", sources)) == 1, text


def test_years_are_the_runs_own_or_those_of_the_row_beside_them(sources):
    latest = to_html(cell("assessments[h.t1].latest_value", 4.44, "per_1000", 1))
    assert orphans(f"<p>2024年为{latest}，2020年起，2030年目标，2018年为特殊事件年份。</p>", sources) == []
    assert len(orphans(f"<p>2016年为{latest}。</p>", sources)) == 1
    assert len(orphans("<h1>监测报告（2022年）</h1>", sources)) == 1
    assert orphans("<h1>监测报告（2024年）</h1>", sources) == []


def test_a_clause_is_that_of_its_target(sources):
    own = to_html(quoted("targets[s.t1].clause", "二（二）主要目标7"))
    assert orphans(f"<p>{own}</p>", sources) == []
    assert orphans(f"<p>{own.replace('目标7', '目标1')}</p>", sources)


def test_listings_are_quoted_whole(sources, tmp_path):
    (tmp_path / "inputs" / "rules.yaml").write_text("on_track: 0.80\n", encoding="utf-8")
    assert orphans("<pre>on_track: 0.80</pre>", sources) == []
    assert len(orphans("<pre>on_track: 0.81</pre>", Sources(tmp_path, 2024, "1"))) == 1


@pytest.fixture(scope="module")
def pages(demo_run):
    run = Run(demo_run[0])
    facts, sources = facts_of(run), Sources(run.folder, run.as_of, run.area)
    out = {}
    for kind in due_documents(run.as_of, run.plan.end_year):
        page = (run.folder / "documents" / f"{kind}.html").read_text(encoding="utf-8")
        page = re.sub(r'src="data:[^"]*"', "", page[page.index("<main") :])
        out[kind] = page, _quoted(run, facts, kind)
    return out, sources


@pytest.mark.parametrize("place", ["text", "cell"])
def test_a_changed_digit_of_a_document_is_caught(pages, place):
    own, sources = pages
    missed, number = [], 0
    for seed, (kind, (page, phrases)) in enumerate(own.items()):
        assert check_page(page, {}, phrases, sources).orphans == []
        for changed, what in mutations(page, place, 20, seed):
            number += 1
            found = check_page(changed, {}, phrases, sources)
            if not found.orphans and not found.contradictions:
                missed.append((kind, what))
    assert number >= 100
    assert len(missed) <= 0.05 * number, missed


def test_every_marked_number_of_a_document_is_caught_when_it_changes(pages):
    own, sources = pages
    page, phrases = own["notice"]
    for found in list(re.finditer(r'<data [^>]*data-as="(?!text)[^>]*>([^<]*?)(\d)([^<]*)</data>', page))[:40]:
        other = str((int(found[2]) + 1) % 10)
        changed = page[: found.start(2)] + other + page[found.end(2) :]
        assert check_page(changed, {}, phrases, sources).orphans, found[0]


def test_an_invented_share_a_swapped_count_and_a_wrong_cell_are_caught(pages):
    own, sources = pages
    page, phrases = own["annual"]
    first = page.index("<p>") + 3
    assert check_page(page[:first] + "达标率80%。" + page[first:], {}, phrases, sources).orphans
    counts = re.findall(r'<data value="all/(\w+)">(\d+)</data>', page)
    one, other = next((a, b) for a in counts for b in counts if a[1] != b[1])
    swapped = page.replace(f'all/{one[0]}">{one[1]}<', f'all/{one[0]}">{other[1]}<', 1)
    assert check_page(swapped, {}, phrases, sources).orphans
    found = re.search(r'<data [^>]*data-as="plain other 1"[^>]*>(\d)', page)
    assert found is not None
    changed = page[: found.start(1)] + str((int(found[1]) + 3) % 10) + page[found.end(1) :]
    assert check_page(changed, {}, phrases, sources).orphans


def test_documents_and_notebooks_hold_no_private_character(demo_run):
    files = [*demo_run[0].glob("notebooks/*.ipynb"), *demo_run[0].glob("documents/*.html")]
    assert len(files) > 10
    for path in files:
        assert not re.search("[\ue000-\ue003]|\\\\ue00[0-3]", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_of_both_languages_hold_resolvable_origins(demo_run, lang):
    run = Run(demo_run[0])
    facts, sources = facts_of(run), Sources(run.folder, run.as_of, run.area)
    told = [indicator(fact, lang) for fact in facts.targets if fact.indicator and fact.latest_year]
    page = "".join(f"<p>{to_html(text)}</p>" for text in told)
    assert page.count("<data") > 200
    assert orphans(page, sources, _quoted(run, facts, "midterm")) == []


@pytest.mark.parametrize("name", ["第3评估组", "3rd District Institute", "评估中心（2号楼）"])
def test_the_digits_of_an_author_are_the_authors_and_nobody_elses(name):
    page = f'<main><p class="lead">{name}</p><p>另有3项。</p></main>'
    assert len(check_page(page, {}, own_words(name)).orphans) == 1
    assert check_page(page.replace("<p>另有3项。</p>", ""), {}, own_words(name)).orphans == []
    assert own_words("3") == own_words("12%") == ()
