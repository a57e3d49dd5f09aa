"""Numbers of the registry about the correlation before and after: whose it is, and where it tips."""

from workflow.lib.audit.registry import COUNT, Number, deciding, ids_of, text_of

ROOT = "tipping"
END, OF_END = {"low": "from", "high": "to"}, ("config:r_tipping.analysis",)
MADE = {"rule": "trace_correlation", "file": "results/robustness/tipping.json"}


def tipping_numbers(record, names):
    """tipping.studies, .imputed, .<test>.<end>.<field>, .<test>.flip.<n> and .study.<study>.<field>,
    .study.<study>.comparator.<field> of the arm that it is compared with.

    `record` is results/robustness/tipping.json; `names` maps a study to its piece of an id.
    """
    yield from _counts(record)
    for test in record["ends"]:
        yield from _ends(record, test)
        yield from _flips(record, test)
    for study in record["ladder"]:
        for field in ("r", "r_if_paired", "r_if_paired_lb", "r_if_paired_ub"):
            if study[field] is not None:
                yield _of_study(record, name_of(study, names), study, field)


def name_of(study, names):
    """The piece of an id for one row of the ladder; `names` maps a study to its own."""
    name = names[study["study"]]
    return f"{name}.comparator" if study["group"] == "comparator" else name


def _lineage(record, *, moves=True):
    """What the numbers of the pool rest on; where it does not move them, its rows stand as a count."""
    every = (*record["rows"], *record["decided"])
    still = deciding(_only_decided(record)) if moves else dict.fromkeys(every, COUNT)
    return {"rows": every, "basis": _basis(record), "stands": still}


def _only_decided(record):
    """What only decided which studies are pooled, and the assumptions whose place a declared r takes."""
    pooled = {f"studies:{study['study']}" for study in record["ladder"]}
    others = (e for e in record["basis"] if e.startswith("studies:") and e not in pooled)
    assumed = (e for s in record["ladder"] if s["rung"] == "imputed" for e in ids_of(s["basis"]))
    return [*record["decided"], *others, *assumed]


def _basis(record):
    """The settings, studies and assumptions behind the pool."""
    return ("config:r_tipping", f"config:analyses.{record['analysis']}", *record["basis"])


def _decided(record, rows, basis):
    """A lineage of these rows and this basis; all else behind the pool decided that it is asked."""
    every = (*record["rows"], *record["decided"], *_basis(record))
    return {"rows": rows, "basis": basis, "stands": deciding(every, rows, basis)}


def _counts(record):
    """How many studies are pooled, and how many of them rest on an assumption."""
    told = {"studies": "pooled studies", "imputed": "pooled studies whose r is assumed"}
    for name, words in told.items():
        made = (f"{ROOT}.{name}", record[name], str(record[name]), "studies", "count", words)
        yield Number(*made, **MADE, **_lineage(record, moves=False))


def _ends(record, test):
    """The pool at the lowest and at the highest correlation."""
    for end, result in record["ends"][test].items():
        words = f"{record['method']}, {test}, r {result['r']:g} in place of what is assumed"
        for field in ("r", "beta", "ci_lb", "ci_ub"):
            value, unit = result[field], "correlation" if field == "r" else "effect size"
            made = (f"{ROOT}.{test}.{end}.{field}", value, text_of(value, "effect"), unit, unit)
            declared = _decided(record, (), (f"config:r_tipping.{END[end]}",))
            pooled = _lineage(record, moves=value is not None)
            pooled["basis"] = (*OF_END, f"config:r_tipping.{END[end]}", *pooled["basis"][1:])
            yield Number(*made, words, **MADE, **(declared if field == "r" else pooled))


def _flips(record, test):
    """The correlations at which the interval begins or ceases to exclude zero."""
    words = f"{record['method']}, {test}: r at which the interval begins or ceases to exclude zero"
    for number, one in enumerate(record["flips"][test], 1):
        made = (f"{ROOT}.{test}.flip.{number}", one["r"], text_of(one["r"], "effect"))
        yield Number(*made, "correlation", "correlation", words, **MADE, **_lineage(record))


def _of_study(record, name, study, field):
    """The correlation of one study, or the one that its interval would imply."""
    kind = "" if field == "r" else "paired_"
    return Number(
        *(f"{ROOT}.study.{name}.{field}", study[field], text_of(study[field], "effect")),
        *("correlation", "correlation", study["method"] if field == "r" else "not used: if paired"),
        "trace_correlation",
        "results/tables/correlation.csv",
        **_decided(record, ids_of(study[f"{kind}rows"]), ids_of(study[f"{kind}basis"])),
    )
