"""A small run whose documents are quick to make: the demo's inputs, a notebook written by hand, its files."""

import shutil

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis.export.html import write_html
from analysis.runs.crate import write_crate
from analysis.runs.exporting import in_formats, whole
from analysis.runs.files import write_json
from analysis.runs.hashes import sha256
from analysis.runs.kinds import NOTEBOOK_OF
from analysis.runs.run import Run, prepare
from analysis.runs.sealing import write_record
from analysis.schema.reported import JUDGEMENTS

TITLE = "儿童发展规划中期评估报告"
BODY = """<h1>儿童发展规划中期评估报告</h1>
<h2>一、总体情况</h2><p>总体进展平稳，多数目标有望达到。</p><p>个别目标的数据尚待补充，请有关部门核实。</p>
<h2>二、健康</h2><p>免疫规划疫苗接种率保持较高水平。</p><ul><li>近视防控仍须加强。</li><li>体质健康有所改善。</li></ul>
<table><caption>主要薄弱环节</caption><thead><tr><th>环节</th><th>部门</th></tr></thead>
<tbody><tr><td>近视防控</td><td>教育局</td></tr></tbody></table>
<h2>三、建议</h2><p>建议加强部门协作，按年度报告落实情况。</p>"""


def small_run(out, audience="public", body=BODY, kinds=("midterm",), lang="zh", like=None):
    """Return a finished run with documents of `body`; the same body has the same content.

    With `like` its inputs are copied from that run, which is quicker than to prepare them.
    """
    if like is None:
        run = prepare(
            out=out, audience=audience, lang=lang, options={"kinds": list(kinds), "formats": ["html", "docx"]}
        )
    else:
        run = Run(shutil.copytree(like.folder, out))
    for name in ("notebooks", "documents"):
        (run.folder / name).mkdir(exist_ok=True)
    documents = []
    for kind in kinds:
        data = {"text/html": body}
        cell = new_code_cell("", outputs=[new_output("display_data", data=data)], metadata={"tags": ["hide_input"]})
        notebook = new_notebook(cells=[cell], metadata={"papermill": {"parameters": {"lang": lang, "author": ""}}})
        path = run.folder / "notebooks" / f"{NOTEBOOK_OF[kind]}.ipynb"
        nbformat.write(notebook, path)
        document = whole(notebook, TITLE, lang)
        page = write_html(document, TITLE, run.notice(lang), lang)
        files = {}
        for name, content in in_formats(["html", "docx"], document, TITLE, run.notice, lang, "", page):
            file = run.folder / "documents" / f"{kind}.{name}"
            file.write_bytes(content)
            files[f"documents/{file.name}"] = sha256(file)
        documents.append({"kind": kind, "title": TITLE, "files": list(files), "sha256": files})
    record = {"notebooks": [], "documents": documents, "version": "0", "finished": "2027-01-01T00:00:00+00:00"}
    record |= {"id": run.folder.name, "started": "2027-01-01T00:00:00+00:00", "status": "done", "approved": {}}
    write_record({**run.record, **record}, run.folder / "run.json")
    write_json({"packages": {}}, run.folder / "environment.json")
    write_crate(Run(run.folder))
    return Run(run.folder)


def judged(run, **verdicts):
    """Give a run a table of judgements: verdicts by the place of the target in the plan."""
    rows = []
    for place, verdict in verdicts.items():
        row = {column.name: None for column in JUDGEMENTS.columns}
        row |= {
            "plan": run.plan.id,
            "ref_area": run.plan.area,
            "target": run.plan.targets[int(place[1:])].id,
            "year": 2025,
        }
        row |= {"verdict": verdict, "basis": "data", "evidence": "none", "capped": "no", "outcome": "undecided"}
        rows.append(row | {"reason": "据", "reason_en": "so"})
    lines = [",".join(JUDGEMENTS.names)]
    lines += [",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows]
    (run.folder / "tables" / "judgements.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
