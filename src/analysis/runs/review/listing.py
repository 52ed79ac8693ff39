"""`workbench review list`: what stands where, comments without an answer, departments that did not answer."""

from __future__ import annotations

from analysis.data.store import Store, open_store
from analysis.data.store.review_comments import Comments
from analysis.data.store.review_states import ENDED
from analysis.data.store.reviews import DocumentReviews, named
from analysis.exceptions import Lang
from analysis.plan import Plan
from analysis.runs.review.advancing import silent_departments


def lines_of_reviews(store: Store, plan: Plan, lang: Lang) -> list[str]:
    """Return the lines of every version of a plan's documents; those under way with what is still open."""
    reviews, lines, zh = DocumentReviews(store), list[str](), lang == "zh"
    for row in reviews.versions():
        if row["plan"] != plan.id:
            continue
        id = int(row["id"])
        last = reviews.steps(id).iloc[-1]
        who = f"{last['who']}  {last['at']}  {str(last['sha256'])[:12]}"
        audience = {"public": "公开" if zh else "public", "internal": "内部" if zh else "internal"}[row["audience"]]
        state = named(row)(lang)
        lines.append(f"{id:>4}  {row['year']}  {row['document']:<10} {audience}  {state}  {who}")
        table = Comments(reviews, id).table()
        if len(table):
            open_, check = int((table["decision"] == "").sum()), int((table["status"] != "taken").sum())
            said = f"意见 {len(table)} 条，未答复 {open_} 条，待核对 {check} 条"
            lines.append(
                f"      {said if zh else f'{len(table)} comments, {open_} not answered, {check} to be checked'}"
            )
        silent = silent_departments(reviews, id)
        if row["state"] not in ENDED and silent:
            asked = len(reviews.asked(id))
            names = [plan.department_name(code)(lang) for code in silent]
            said = f"征求 {asked} 个部门，未反馈 {len(silent)} 个：{'、'.join(names)}"
            en = f"{asked} departments asked, {len(silent)} did not answer: {', '.join(names)}"
            lines.append(f"      {said if zh else en}")
    return lines or (["还没有征求意见的文件。" if zh else "No document was opened for comments."])


def open_reviews(plan: Plan, db: str | None, lang: Lang) -> list[str]:
    """Return the same lines out of a database; none without one, and no database is made to look into it."""
    if db is None:
        return []
    store = open_store(db)
    try:
        return [line.strip() for line in lines_of_reviews(store, plan, lang)]
    finally:
        store.close()
