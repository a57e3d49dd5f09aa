"""What the sentences and tables are made from, and the few phrases they share."""

from dataclasses import dataclass, field
from functools import cached_property

from workflow.lib.render.markdown import escape_markdown

LOG = "log "  # how the unit of a logarithm begins
READ = {  # other units that are read on another scale -> (end of the ids, words)
    "Fisher's z": ("_ztor", "correlation"),
    "log odds": ("_ilogit", "proportion"),
}
LEVELS = {  # measures of one group that compare nothing: no value stands for no effect
    *("PR", "PLN", "PLO", "PRZ", "PAS", "PFT", "IR", "IRLN", "IRS", "IRFT"),
    *("MN", "MNLN", "SDLN", "CVLN", "ARAW", "AHW", "ABT", "R2", "ZR2", "R2F", "ZR2F"),
}
ONE_GROUP = LEVELS | {"SMN"}  # of one group, too, but zero is a value of its own
ASSOCIATIONS = {  # correlations that are read as they are; Fisher's z has a unit of its own
    *("COR", "UCOR", "PCOR", "SPCOR", "RPB", "RBIS", "PHI", "YUQ", "YUY", "RTET"),
}
VERDICTS = {
    "reproduced": "reproduced",
    "consistent": "consistent",
    "contradicted": "contradicted",
    "not_checkable": "not checkable",
}
TESTS = {
    "z": "Wald",
    "t": "Wald with t",
    "knha": "Knapp-Hartung without the ad hoc correction",
    "adhoc": "Knapp-Hartung",
}
DESIGNS = {
    "randomised_trial": "randomised trial",
    "controlled_study": "controlled study",
    "single_arm": "single-arm study",
    "case_series": "case series",
    "case_report": "case report",
    "systematic_review": "systematic review",
}


@dataclass(frozen=True)
class Facts:
    """The tables and records of a run, as the sentences need them."""

    numbers: dict
    config: dict
    models: dict
    effects: dict
    leave_one_out: dict
    claims: list
    studies: list
    extraction: list
    flow: list
    narrated: list
    cleaning_log: list
    inputs: dict  # raw files with their sums, software
    remarks: list  # on how raw tables were read
    examined: dict  # analysis -> record of its examinations
    forensics: list  # what does not fit among the printed values
    names: dict  # study -> its piece of a number's id
    guards: dict = field(default_factory=dict)  # guard-rail -> (its words, key of its source)
    findings: list = field(default_factory=list)  # summary of findings, one row per analysis
    books: dict = field(default_factory=dict)  # optional book -> its section of the report
    sources: tuple = ()  # rows of the search record
    tools: tuple = ()  # instruments that risk of bias was judged with
    lock: dict = field(default_factory=dict)  # sum of the accepted numbers; whether these are they
    marks: dict = field(default_factory=dict)  # study -> retracted, or doubted
    raw_flow: list = field(default_factory=list)  # the boxes as transcribed, with their sources
    history: tuple = ()  # updates of a living review
    used: tuple = ()  # ids that the report's own prose prints

    @cached_property
    def slabs(self):
        """study -> label, ready for markdown."""
        return {row["study"]: escape_markdown(row["slab"]) for row in self.studies}

    def marked(self, study):
        """The label of a study in a table, with what a reader must know of its paper."""
        mark = self.marks.get(study)
        return f"{self.slabs[study]} (**{mark}**)" if mark else self.slabs[study]

    def headline(self, part):
        """The model of one part of the headline (primary, points, ...), or None."""
        return self.models.get(self.config["headline"].get(part))

    def finding(self, analysis):
        """The row of the summary of findings of one analysis, or None."""
        return next((row for row in self.findings if row["analysis"] == analysis), None)

    def outcome(self, model):
        """The configured outcome of a model."""
        return self.config["outcomes"][model["outcome"]]

    def published(self):
        """quantity -> claim of the published result that stands beside the primary pool; or empty."""
        target = f"pooled.{self.config['headline']['primary']}.beta"
        beside = [c for c in self.claims if c["counterpart"] == target]
        group = next((c["group"] for c in beside if c["quantity"] == "estimate"), None)
        own = [c for c in self.claims if group is not None and c["group"] == group]
        return {c["quantity"]: c for c in own if not c.get("study")}  # lines of studies aside

    def says(self, claim):
        """Who prints a claim: the review that is rerun, or the documentation that has it from there."""
        who = escape_markdown(claim["source"])
        return f"As printed in the {who}:" if is_retold(claim) else f"{self.review()} reports"

    def groups(self, model):
        """'in the first group (vaccinated) than in the second (not vaccinated)', as config.yaml names them."""
        own = self.config["analyses"].get(model["analysis"], {})
        first, second = (
            " or ".join(map(escape_markdown, own.get(part, []))) for part in ("arms", "comparator")
        )
        if second:
            return f"in the first group ({first}) than in the second ({second})"
        plain = "in the first group than in the second"
        if set(own.get("arms", [])) & set(self.config["arms"]["contrast"]):
            return f"{plain} ({first})"
        return f"{plain}, or above zero on its scale where there is one group"

    def is_one_group(self, model):
        """Whether the pool is of one group's values, or of printed ones (GEN) of an arm alone."""
        if model["measure"] != "GEN":
            return model["measure"] in ONE_GROUP
        own = self.config["analyses"].get(model["analysis"], {})
        arms, second = set(own.get("arms", [])), own.get("comparator", [])
        return bool(arms) and not second and not arms & set(self.config["arms"]["contrast"])

    def review(self):
        """Label of the review that is being rerun."""
        return self.slabs[self.config["review"]["study"]]


def is_retold(row):
    """Whether a row was read in the documentation or tests of software, not in the paper itself."""
    return row["source"].startswith(("documentation ", "test suite "))


def is_association(model):
    """Whether the numbers say how two things go together."""
    return model["measure"] in ASSOCIATIONS or read_as(model) == "_ztor"


def num(number_id):
    """The shortcode that prints a number."""
    return f"{{{{< num {number_id} >}}}}"


def value(facts, number_id):
    """The value of a number, to decide which sentence is true."""
    return facts.numbers[number_id]["value"]


def read_as(model):
    """How the ids of a pool's effects end as they are read: a logarithm as the ratio behind it."""
    return end_of(model["unit"])


def end_of(unit):
    """How the ids of effects in this unit end as they are read."""
    return READ[unit][0] if unit in READ else "_exp" if unit.startswith(LOG) else ""


def no_effect(model):
    """The value of no effect in words, on the scale that the effects are read on."""
    return "one" if read_as(model) == "_exp" else "zero"


def interval(base, *, level=True, end=""):
    """'95% CI 0.11 to 2.22' of the limits <base>.ci_lb and <base>.ci_ub; `end` as `read_as`."""
    root = ".".join(base.split(".")[:2])
    words = f"{num(f'{root}.level')}% CI " if level else ""
    return f"{words}{num(f'{base}.ci_lb{end}')} to {num(f'{base}.ci_ub{end}')}"


def p_words(facts, number_id):
    """'p = 0.02' or 'p <0.001', or that there is none."""
    text = facts.numbers[number_id]["text"]
    if value(facts, number_id) is None:
        return "p not estimable"
    return f"p {'' if text.startswith('<') else '= '}{num(number_id)}"


def other_test(test):
    """The interval that stands beside that of `test`: Knapp-Hartung beside Wald, Wald beside it."""
    return "adhoc" if test in ("z", "t") else "z"


def both_intervals(facts, model):
    """The configured interval and the other one, each with its p: they always stand together."""
    base, test, end = f"pooled.{model['analysis']}", model["fit"]["test"], read_as(model)
    said = []
    for one in (test, other_test(test)):
        p = "" if model["measure"] in LEVELS else f"{p_words(facts, f'{base}.{one}.pval')}, "
        said.append(f"{interval(f'{base}.{one}', level=one == test, end=end)}, {p}by {TESTS[one]}")
    return "; ".join(said)


def unit_words(model):
    """The unit of a pool's estimate in words, as it is read."""
    unit = model["unit"]
    return escape_markdown(READ[unit][1] if unit in READ else unit.removeprefix(LOG))


def design_of(facts, study):
    """The design of one study, as studies.csv has it."""
    return next(row["design"] for row in facts.studies if row["study"] == study)


def listed(words):
    """'a, b and c'."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def plural(count, one, many=None):
    """'study' or 'studies' after a count."""
    return one if count == 1 else many or f"{one}s"
