"""Made-up judgements for the tests of this folder: instruments as they are shipped, rows in few words."""

from tests.projects.bias_made_up import COLUMNS
from workflow.lib.files.instruments import read_instruments
from workflow.lib.review.bias.checks import bias_problems
from workflow.lib.review.bias.table import assessments, judgement_rows

RECORDS = read_instruments("nowhere")
CONFIG = {"outcomes": {"pain": {}, "sleep": {}}}
WHO = "A. Person (made up)"
OTHER = "B. Person (made up)"
LOW = {
    **{"1.1": "Y", "1.2": "Y", "1.3": "N", "2.1": "N", "2.2": "PN", "2.6": "Y"},
    **{"3.1": "Y", "4.1": "N", "4.2": "N", "4.3": "N", "5.1": "Y", "5.2": "N", "5.3": "N"},
}
JBI = {f"Q{n}": "Yes" for n in range(1, 11)} | {"overall": "Low"}


def study(name="s1", design="randomised_trial", role="pooled"):
    return {"study": name, "slab": name.upper(), "design": design, "role": role}


def row(item, *, study="s1", instrument="rob2_2019", who=WHO, stage="independent", **words):
    cells = dict.fromkeys(COLUMNS, "") | {"support": "made up", "source": "made up"}
    own = {"study": study, "instrument": instrument, "item": item, "assessor": who, "stage": stage}
    return cells | own | words


def rob2(answers=(), **words):
    """Rows of RoB 2 with every answer at little bias, but for `answers`."""
    return [row(item, answer=answer, **words) for item, answer in (LOW | dict(answers)).items()]


def judged(judgements, instrument, **words):
    """Rows of an instrument whose domains a person judges."""
    return [
        row(item, judgement=judgement, instrument=instrument, **words)
        for item, judgement in judgements.items()
    ]


def problems(rows, *, studies=None, records=RECORDS, config=CONFIG):
    return bias_problems(rows, studies=studies or [study()], instruments=records, config=config)


def settled(rows, studies=None, rules=()):
    """domain -> row of the judgements that stand, for one study."""
    assert problems(rows, studies=studies, config=CONFIG | _config(rules)) == []
    found = assessments(rows, instruments=RECORDS, rules=dict(rules))
    return {one["domain"]: one for one in judgement_rows(found, studies or [study()])}


def _config(rules):
    return {"risk_of_bias": {"overall": dict(rules)}} if rules else {}
