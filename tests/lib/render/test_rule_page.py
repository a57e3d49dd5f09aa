"""workflow/lib/render/rule_page.py: pages for reviewers that show data and let none of it act."""

import re
from types import SimpleNamespace

from workflow.lib.render.rule_page import RuleFacts, index_page, purpose, rule_page

EVIL = '<script>alert("x")</script>'
WIRING = f'rule fit_model:\n    """Pool the {EVIL}\n    effect sizes."""\n'
SCRIPT = """from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats import effects
print(1 < 2)
"""
CODE = ("workflow/lib/stats/pooling.py", "workflow/lib/stats/effects.py")
JOB = {
    **{"id": "fit_model/primary", "rule": "fit_model", "log": "x.log"},
    **{"inputs": ["results/effects one.csv", "data/raw/a.csv"], "outputs": ["results/m.json"]},
}
TABLE = SimpleNamespace(kind="table", rows=(("study", EVIL), ("made up", "a\u202eb")), more=3)
TEXT = SimpleNamespace(kind="text", text=f"{{{EVIL}}}", more=0)
IMAGE = SimpleNamespace(kind="image", content=b"<svg onload='x'/>")


def made(log="WARNING " + EVIL):
    rule = RuleFacts("fit_model", WIRING, SCRIPT, (JOB,), {JOB["id"]: log})
    sums = dict.fromkeys([*JOB["inputs"], *JOB["outputs"], *CODE], "abc" * 21 + "d")
    makers = {"results/effects one.csv": "estimate_effects", "results/m.json": "fit_model"}
    previews = {"results/effects one.csv": TABLE, "results/m.json": TEXT, "data/raw/a.csv": IMAGE}
    return rule_page(rule, sums=sums, makers=makers, previews=previews)


def test_nothing_of_the_data_the_code_or_the_log_acts_as_markup():
    page = made()
    assert EVIL not in page
    assert page.count("&lt;script&gt;") >= 5
    assert "onload" not in page
    assert "\u202e" not in page
    assert "U+202E" in page


def test_a_page_shows_inputs_outputs_code_log_and_how_to_run_it_again():
    page = made()
    for words in (
        '<h3>Inputs</h3>', "<h3>Outputs</h3>", "<h3>Log</h3>", "<h2>Code</h2>", "Run it again",
        'href="../crate/results/effects%20one.csv"', "and 3 more rows", "print(1 &lt; 2)",
        'made by <a href="estimate_effects.html">', *(f'href="../crate/{path}"' for path in CODE),
        "snakemake results/m.json --cores 2 --force --allowed-rules fit_model",
    ):  # fmt: skip
        assert words in page, words


def test_an_empty_log_is_called_empty():
    assert "The log is empty." in made(log="\n")


def test_a_page_loads_nothing():
    for page in (made(), index()):
        assert not re.search(r'(?:src|href)="(?:https?:)?//|@import|url\(', page)
        assert "<script" not in page


def test_the_purpose_of_a_rule_is_its_docstring_on_one_line():
    assert purpose('rule a:\n    """Count\n    boxes."""\n') == "Count boxes."
    assert purpose("rule a:\n") == ""


def index():
    rules = [("fit_model", f"Pool {EVIL}", 4)]
    return index_page(title=EVIL, question="Why?", rules=rules, tables=["effects_a.csv"])


def test_the_first_page_links_rules_tables_report_and_crate():
    page = index()
    assert EVIL not in page
    for target in ("rules/fit_model.html", "tables/effects_a.csv", "report.html", "crate/"):
        assert f'href="{target}"' in page
