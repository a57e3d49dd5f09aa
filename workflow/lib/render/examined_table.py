"""The table of what was examined about one pool: each procedure, its numbers, and what limits them."""

from workflow.lib.render.facts import num
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

MOST = 10  # numbers of one procedure in the table; the record has them all


def examined_table(facts, name):
    """Markdown table of the examinations of one analysis; empty where config.yaml names none."""
    record = facts.examined.get(name)
    if not record or not record["examined"]:
        return ""
    rows = [
        [esc(one["label"]), _numbers(facts, name, one), esc(one["tag"]), esc(one["reason"])]
        for one in record["examined"]
    ]
    caption = f"Examinations of the pool: {esc(facts.models[name]['title'])}"
    header = ["Procedure", "Result", "Method", "Remark"]
    data = (
        f"`results/robustness/examined_{name}.json`; values of each study in the `.csv` beside it."
    )
    table = pipe_table(header, rows, caption=caption, label=f"examined-{name.replace('_', '-')}")
    return f"{table}\n\nAll values: {data}\n"


def _numbers(facts, name, one):
    """'tau2 {{num}}, pval {{num}}' of the first numbers of a procedure."""
    ids = {field: f"examined.{name}.{one['name']}.{field}" for field in one["values"]}
    shown = [
        f"{esc(field)} {num(number_id)}"
        for field, number_id in ids.items()
        if facts.numbers.get(number_id, {}).get("value") is not None
    ]
    return ", ".join(shown[:MOST])
