"""Tables of the report as markdown: numbers by their id, text from data cells made harmless."""

import re

from workflow.lib.render.answer import badge, lacks
from workflow.lib.render.facts import DESIGNS, num, other_test, read_as
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

ID_IN_BRACES = re.compile(r"\{([A-Za-z0-9_.]+)\}")
UNTOLD = {"not stated", "not reported", "not given", ""}
TEST_WORDS = {
    "z": "Wald, normal",
    "t": "Wald, t",
    "knha": "Knapp-Hartung",
    "adhoc": "Knapp-Hartung, ad hoc",
}


def claims_table(facts):
    """Published claims with verdict, arithmetic, and what is missing."""
    rows = [
        [
            esc(row["sentence"]),
            badge(row["verdict"]),
            esc(row["printed"])
            if row["quantity"] == "words"
            else num(f"claims.{row['claim']}.printed"),
            _arithmetic(row),
        ]
        for row in facts.claims
    ]
    if not rows:
        return "No published claims are under audit.\n"
    header = ["Claim", "Verdict", "Printed", "Arithmetic"]
    return pipe_table(
        header, rows, caption="Published claims and what the arithmetic says", label="claims"
    )


def _arithmetic(row):
    """The arithmetic behind a verdict, numbers by their id, and what is missing, or why it differs."""
    said = [ID_IN_BRACES.sub(lambda match: num(match[1]), row["arithmetic"] or "")]
    if row["missing"]:
        said.append(f"{lacks(row['verdict'])}: {esc(row['missing'])}")
    return "; ".join(filter(None, said))


def characteristics_table(facts):
    """Studies with design, role, patients, follow-up and what they report."""
    rows = [
        [
            facts.marked(study["study"]),
            DESIGNS[study["design"]],
            esc(study["role"]),
            _patients(facts, study["study"]),
            _follow_up(facts, study["study"]),
            esc(study["reference"]),
        ]
        for study in facts.studies
        if study["role"] != "review"
    ]
    header = ["Study", "Design", "Role", "Persons", "Last follow-up", "Source"]
    caption = "Characteristics of the studies"
    header, rows = _told(header, rows, ("Persons", "Last follow-up"))
    return pipe_table(header, rows, caption=caption, label="characteristics")


def _told(header, rows, columns):
    """The table without those of `columns` in which no row says anything."""
    silent = [
        place
        for place, name in enumerate(header)
        if name in columns and all(row[place] in UNTOLD for row in rows)
    ]
    kept = [place for place in range(len(header)) if place not in silent]
    return [header[i] for i in kept], [[row[i] for i in kept] for row in rows]


def _patients(facts, study):
    """n per arm, as first reported; where no source prints it, the persons of the primary analysis."""
    found = {}
    for row in facts.extraction:
        if row["study"] == study and row["quantity"] == "n" and row["value"]:
            found.setdefault(row["arm"], f"{num('reported.' + row['id'])} ({esc(row['arm'])})")
    counted = f"study.{facts.config['headline']['primary']}.{facts.names[study]}.ni"
    if not found and counted in facts.numbers:
        return num(counted)
    return ", ".join(found.values()) or "not reported"


def _follow_up(facts, study):
    """The last time point that any effect table uses for the study."""
    for effects in facts.effects.values():
        for row in effects:
            if row["study"] == study and row["time_point"]:
                return esc(row["time_point"])
    return "not reported"


def narrated_table(facts):
    """Studies that are told and not pooled, with their reason."""
    rows = []
    for row in facts.narrated:
        base = f"narrated.{facts.names[row['study']]}"
        reports = {
            "score": f"{num(f'{base}.before')} to {num(f'{base}.after')} in one patient",
            "percent": f"mean decrease {num(f'{base}.percent_decrease')}",
            "none": "no single number",
        }[row["kind"]]
        if row["sd_percent"] is not None:
            reports += f", SD {num(f'{base}.sd_percent')}, median {num(f'{base}.median_percent')}"
        label, design = facts.marked(row["study"]), DESIGNS[row["design"]]
        rows.append([label, design, reports, esc(row["reason"])])
    if not rows:
        return "No study stands apart from the pools.\n"
    header = ["Study", "Design", "Reports", "Why it is not pooled"]
    return pipe_table(
        header, rows, caption="Studies that are told and not pooled", label="narrated"
    )


def studies_table(facts, model):
    """Effect sizes of the pooled studies of one analysis; logarithms as ratios."""
    name, end = model["analysis"], read_as(model)
    rows = []
    for row in facts.effects[name]:
        if row["status"] == "pooled":
            base = f"study.{name}.{facts.names[row['study']]}"
            items = (f"yi{end}", "sei", f"ci_lb{end}", f"ci_ub{end}", "weight")
            cells = [num(f"{base}.{item}") for item in items]
            cells.insert(0, _size(facts, f"{base}.ni"))
            rows.append(
                [facts.marked(row["study"]), esc(row["role"]), esc(row["time_point"]), *cells]
            )
    if not rows:
        return ""
    header = ["Study", "Role", "Follow-up", "n", *_heads(model), "CI from", "CI to", "Weight"]
    header, rows = _told(header, rows, ("Follow-up", "n"))
    align = [None if name in ("Study", "Role", "Follow-up") else "right" for name in header]
    caption = f"Effect sizes: {esc(model['title'])}"
    return pipe_table(header, rows, align=align, caption=caption, label=f"effects-{label(name)}")


HEADS = {  # how effects are read -> words over them and over their standard errors
    "_exp": ("Ratio", "SE of the logarithm"),
    "_ztor": ("Correlation", "SE of Fisher's z"),
    "_ilogit": ("Proportion", "SE of the log odds"),
}


def _heads(model):
    """Heads of an estimate and its standard error, which stays on the scale of the analysis."""
    return HEADS.get(read_as(model), ("Estimate", "SE"))


def _size(facts, number_id):
    """n of one study, and whether it is an assumption."""
    if number_id not in facts.numbers:
        return "not given"
    return num(number_id) + ("" if facts.numbers[number_id]["rows"] else " (assumed)")


def tests_table(model):
    """The same pool under each test."""
    base, end = f"pooled.{model['analysis']}", read_as(model)
    if model["fit"]["k"] < 2:
        return ""
    rows = [
        [TEST_WORDS[one["test"]], num(f"{base}.beta{end}")]
        + [num(f"{base}.{one['test']}.{item}") for item in ("se", "pval")]
        + [num(f"{base}.{one['test']}.{item}{end}") for item in ("ci_lb", "ci_ub")]
        for one in model["tests"]
    ]
    header = ["Interval", *_heads(model), "p", "CI from", "CI to"]
    caption = f"One pool, four intervals: {esc(model['title'])}"
    align = [None, *["right"] * 5]
    return pipe_table(
        header, rows, align=align, caption=caption, label=f"tests-{label(model['analysis'])}"
    )


def leave_one_out_table(facts, model):
    """The pool without each study in turn, with both intervals; one study has only that of Wald."""
    name, test, end = model["analysis"], model["fit"]["test"], read_as(model)
    tests, ends = (test, other_test(test)), (f"ci_lb{end}", f"ci_ub{end}")
    rows = []
    for row in facts.leave_one_out[name]:
        base = f"leave_one_out.{name}.{facts.names[row['without']]}"
        limits = [cell for one in tests for cell in _limits(base, one, one == test, row, ends)]
        cells = [num(f"{base}.{item}") for item in ("k", f"beta{end}")]
        rows.append([facts.slabs[row["without"]], *cells, *limits])
    header = ["Without", "Studies left", _heads(model)[0]]
    header += [f"{TEST_WORDS[one]}, {end}" for one in tests for end in ("from", "to")]
    align = [None, *["right"] * 6]
    caption = f"Leave-one-out: {esc(model['title'])}"
    return pipe_table(header, rows, align=align, caption=caption, label=f"loo-{label(name)}")


def _limits(base, test, own, row, ends):
    """The two cells of one interval: of the configured test, or of the one beside it."""
    if row["k"] == 1:
        return [num(f"{base}.{end}") if test in ("z", "t") else "none" for end in ends]
    return [num(f"{base}.{end}" if own else f"{base}.{test}.{end}") for end in ends]


def cleaning_table(facts):
    """Every conversion, check and refusal on the way from printed to prepared values."""
    rows = [
        [
            facts.slabs.get(row["study"], esc(row["study"])),
            esc(", ".join(filter(None, (row["arm"], row["time_point"])))),
            esc(row["step"]),
            esc(row["inputs"] or ""),
            "" if row["value"] is None else f"{row['value']:.4g}",
            esc("; ".join(filter(None, (row["formula"], row["source"])))),
            esc(": ".join(filter(None, (row["status"], row["message"])))),
        ]
        for row in facts.cleaning_log
    ]
    header = ["Study", "Arm, time", "Step", "Inputs", "Result", "Formula and source", "Status"]
    return pipe_table(header, rows, caption="Cleaning log", label="cleaning")


def assumptions_table(facts):
    """Assumptions with value, reason and source."""
    rows = [
        [
            f"`{name}`",
            num(f"assumption.{name}"),
            _whom(facts, item),
            esc(item["reason"]),
            esc(item["source"]),
        ]
        for name, item in facts.config["assumptions"].items()
    ]
    if not rows:
        return "No assumption was needed.\n"
    header = ["Assumption", "Value", "For", "Reason", "Source"]
    return pipe_table(header, rows, caption="Assumptions", label="assumptions")


def _whom(facts, item):
    """The study that an assumption is about, as it is labelled; all of them where it names none."""
    study = item.get("study")
    return "all studies" if study is None else facts.slabs.get(study, esc(study))


def methods_table(facts):
    """Method tags of every analysis."""
    rows = []
    for name, model in sorted(facts.models.items()):
        analysis = facts.config["analyses"][name]
        tags = {row["method"] for row in facts.effects[name] if row["method"]}
        rows.append([f"`{name}`", esc(model["title"]), esc("; ".join(sorted(tags)) or model["measure"]),
                     esc(f"{analysis['model']['method']}, {TEST_WORDS[analysis['model']['test']]}"),
                     esc(model["fit"]["tag"]), num(f"pooled.{name}.k")])  # fmt: skip
    header = ["Analysis", "Question", "Effect size", "Configured", "As it was computed", "Studies"]
    return pipe_table(header, rows, caption="Methods, analysis by analysis", label="methods")


def label(name):
    """A name as part of a cross-reference label."""
    return name.replace("_", "-")
