"""How the library answers the reference cases of conversions, predictions and transformations."""

import math
import re

import numpy as np

from tests.agreement import load
from tests.deliberate import AT_ZERO
from workflow.lib.stats.diagnostics.blup import blup, ranef
from workflow.lib.stats.measures import transforms, translations
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.reported import transforms as expectations
from workflow.lib.stats.reported.delta import delta_method
from workflow.lib.stats.reported.fivenum import means_and_sds
from workflow.lib.stats.reported.summary import NAMES
from workflow.lib.stats.reported.tables import tables_from
from workflow.lib.stats.reported.wald import wald_variances

RULES = AT_ZERO
STATISTICS = {"ori": "OR", "ri": "PHI", "x2i": "X2"}
ROW = re.compile(r"row(\d+)(min|q1|median|q3|max)([\d.]+)")  # a changed cell, told in the id
ARGUMENTS = {"n1i": "n1", "n2i": "n2", "ni": "n", "ti": "time"}


def answer(case, reference):
    """Dispatch on the kind of case, the first part of its id."""
    return ANSWERS[re.split(r"[./]", case["id"])[0]](case, reference)


def _conversion(case, reference):
    return CONVERSIONS[case["id"].split("/")[0]](case, reference)


def _fivenum(case, reference):
    table, options = reference.table(case["dataset"]), dict(case["args"] or {})
    columns = {name: list(table[name]) for name in NAMES}
    for row, name, value in ROW.findall(case["id"]):
        columns[name][int(row) - 1] = float(value)
    found = means_and_sds(columns, table["n"], **options)
    return {name: list(getattr(found, name)) for name in case["expected"]}


def _wald(case, reference):
    table, options = reference.table(case["dataset"]), case["args"]
    names = {"est": options.get("out", "yi")}
    names |= {name: options.get(name, name) for name in ("ci_lb", "ci_ub", "zval", "pval")}
    printed = {key: table[name] for key, name in names.items() if name in table}
    transf = math.log if options.get("transf") == "log" else None
    level = table.get("level", options.get("level", 95.0))
    found = wald_variances(printed, level=level, transf=transf)
    return {"yi": list(found.yi), "vi": list(found.vi)}


def _two_by_two(case, reference):
    arguments = case["args"]
    given = next(name for name in STATISTICS if name in arguments)
    margins = {name: arguments[name] for name in ("ni", "n1i", "n2i")}
    correct = arguments.get("correct", True)
    found = tables_from(STATISTICS[given], arguments[given], **margins, correct=correct)
    return {
        name: [table and getattr(table, name) for table in found.values]
        for name in ("ai", "bi", "ci", "di")
    }


def _delta(case, reference):
    yi, vi = (case["args"][name] for name in ("yi", "vi"))
    found = delta_method(yi, vi, _function(case["args"]["transf"]))
    return {"yi": list(found.yi), "vi": list(found.vi)}


def _blup(case, reference):
    yi, vi, _ = reference.effects(case["effects"])
    designs = {design["id"]: design["X"] for design in load("metareg")["designs"]}
    model = linear_model(
        yi, vi, np.array(designs[case["design"]], float) if "design" in case else None
    )
    options = {name: case[name] for name in ("method", "test", "level") if name in case}
    effects, random = blup(model, **options), ranef(model, **options)
    names = ("pred", "se", "pi_lb", "pi_ub")
    found = {name: getattr(effects, name) for name in names}
    found |= {f"ranef_{name}": getattr(random, name) for name in names}
    return {name: list(values) for name, values in found.items()} | {"ranef": list(random.pred)}


def _transf(case, reference):
    options = dict(case["args"])
    x, further = np.array(options.pop("xi"), float), options.pop("targs", {})
    further = {ARGUMENTS.get(name, name): value for name, value in (options | further).items()}
    found = _function(case["id"].split("/")[0])(x, **further)
    return np.asarray(found).tolist()


def _function(name: str):
    """A transformation by metafor's name."""
    name = name.removeprefix("transf.").replace(".", "_")
    plain = {"log": np.log, "exp": np.exp}
    rooms = (expectations, transforms, translations)
    return plain.get(name) or next(vars(room)[name] for room in rooms if name in vars(room))


CONVERSIONS = {
    "conv.fivenum": _fivenum,
    "conv.wald": _wald,
    "conv.2x2": _two_by_two,
    "conv.delta": _delta,
}
ANSWERS = {"conv": _conversion, "blup": _blup, "transf": _transf}
