"""How the library answers the reference cases of mh_peto."""

from workflow.lib.stats.counts import mantel_haenszel, peto
from workflow.lib.stats.counts.tables import Zeros, person_time, two_by_two

# p of |z| = 11.7 or Q = 387 falls by exp(-x): 1e-14 in the statistic is 1e-11 in the tail
TOLERANCE = {}
DIFFERENCES = {}
FIELDS = ("se", "stat", "pval", "QE", "QEp", "I2", "H2", "k", "k_yi")
TESTS = ("MH", "MHp", "TA", "TAp", "BD", "BDp")


def tables_of(case, reference):
    """The case's columns as tables."""
    columns, args = reference.table(case["dataset"]), dict(case["args"])
    counts = _complete({name: columns[column] for name, column in args.items()})
    if "x1i" in args:
        return person_time(*(counts[name] for name in ("x1i", "t1i", "x2i", "t2i")))
    for rest, size, events in (("bi", "n1i", "ai"), ("di", "n2i", "ci")):
        if rest not in counts:
            pairs = zip(counts[size], counts[events], strict=True)
            counts[rest] = [n - x for n, x in pairs]
    return two_by_two(*(counts[name] for name in ("ai", "bi", "ci", "di")))


def _complete(counts):
    """Rows without a missing count: metafor leaves the others out, the library refuses them."""
    rows = [row for row in zip(*counts.values(), strict=True) if None not in row]
    return dict(zip(counts, zip(*rows, strict=True), strict=True))


def zeros_of(opts):
    """The case's treatment of empty cells; one value counts for the studies."""
    defaults = {"add": (0.5, 0.0), "to": ("only0", "none"), "drop00": (True, False)}
    found = {}
    for name, default in defaults.items():
        value = opts.get(name, default)
        value = value if isinstance(value, (list, tuple)) else (value, default[1])
        found[name] = (value[0], value[1] if len(value) > 1 else default[1])
    return Zeros(**found)


def answer(case, reference):
    tables, opts = tables_of(case, reference), case.get("opts", {})
    zeros, measure = zeros_of(opts), case.get("measure")
    room = peto if "peto" in case["fn"] else mantel_haenszel
    arguments = (tables,) if room is peto else (tables, measure)
    correct = {} if room is peto else {"correct": opts.get("correct", True)}
    fit = getattr(room, room.__name__.rsplit(".", 1)[-1])(*arguments, zeros=zeros, **correct)
    if case["fn"].startswith("leave1out"):
        left = room.leave_one_out(*arguments, zeros=zeros)
        names = {"estimate": "beta", "se": "se", "ci_lb": "ci_lb", "ci_ub": "ci_ub", "Q": "QE"}
        found = {name: getattr(left, field).tolist() for name, field in names.items()}
        return found | {"weights_pct": list(fit.weights)}
    found = {name: getattr(fit, name) for name in FIELDS}
    found |= {"b": fit.beta, "ci": [fit.ci_lb, fit.ci_ub]}
    if room is mantel_haenszel:
        found |= {name: getattr(fit, name) for name in TESTS} | {"CMH": None}
    if room is mantel_haenszel and measure == "IRR" and "CMH" in case["expected"]:
        found |= {"CMH": None}
    return found
