"""The same fits by three programs side by side: this library, R metafor and statsmodels."""

QUANTITIES = (
    *("k", "beta", "se", "stat", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "se_tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q", "H2", "QE", "QEp"),
)
CONFIGURED, SHARED = "configured", "shared"
SHARED_FITS = (("DL", "z"), ("PM", "knha"))  # what all three programs have
ENGINES = ("metafor", "statsmodels")
ONLY_OURS = {"metafor": {"I2_Q": "metafor gives I2 from tau2 only: see I2"}, "statsmodels": {}}
AS_PRINTED = "the source prints it; nothing is computed here that could be compared"
NOT_GIVEN = "{} does not give it for this fit"


def fits_of(models, effects, random_effects):
    """The fits to compare, one dict each: analysis, fit, yi, vi, method, test, level, ours, printed.

    `models` are records of models and `effects` maps an analysis to its effect rows; beside the
    configured fit of each analysis of two or more studies stand those that all programs have,
    by `random_effects` of stats.pooling.
    """
    found = []
    for model in models:
        pooled = [row for row in effects[model["analysis"]] if row["status"] == "pooled"]
        fit, yi, vi = model["fit"], [row["yi"] for row in pooled], [row["vi"] for row in pooled]
        own = {name: fit[name] for name in ("method", "test", "level")}
        base = {"analysis": model["analysis"], "yi": yi, "vi": vi}
        printed = frozenset(model["own_rows"])
        found.append(base | own | {"fit": CONFIGURED, "ours": fit, "printed": printed})
        for method, test in SHARED_FITS:
            if len(yi) > 1 and (method, test) != (fit["method"], fit["test"]):
                options = {"method": method, "test": test, "level": fit["level"]}
                other = random_effects(yi, vi, **options)
                ours = {name: getattr(other, name) for name in QUANTITIES}
                found.append(base | options | {"fit": SHARED, "ours": ours, "printed": frozenset()})
    return found


def engine_rows(fits, found, versions):
    """Rows of results/audit/engines.csv: one per fit and quantity.

    `found` maps an engine to one (values, reasons) per fit, both by quantity; the reason under ""
    holds for every quantity. `versions` maps a program to its version.
    """
    for number, fit in enumerate(fits):
        for quantity in QUANTITIES:
            ours = fit["ours"][quantity]
            row = {name: fit[name] for name in ("analysis", "fit", "method", "test", "level")}
            row |= {"k": len(fit["yi"]), "quantity": quantity, "ours": ours}
            for engine in ENGINES:
                row |= _beside(engine, quantity, found[engine][number], fit)
            if any(row[name] is not None for name in ("ours", *ENGINES)):
                yield row | {f"{name.lower()}_version": text for name, text in versions.items()}


def _beside(engine, quantity, answer, fit):
    """What one program says of one quantity, its difference from ours, or why there is none."""
    values, reasons = answer
    ours, theirs = fit["ours"][quantity], values.get(quantity)
    if quantity in fit["printed"]:
        theirs, reason = None, AS_PRINTED
    else:
        known = ONLY_OURS[engine] | reasons
        reason = known.get(quantity) or (known.get("") if theirs is None else "") or ""
        if theirs is None and not reason:
            reason = NOT_GIVEN.format(engine)
    both = theirs is not None and ours is not None
    return {
        engine: theirs,
        f"{engine}_difference": theirs - ours if both else None,
        f"{engine}_reason": reason if theirs is not None or ours is not None else "",
    }


def engine_lines(rows):
    """The three-way table as lines of text, one per quantity, under one heading per fit."""
    lines, last = [], None
    for row in rows:
        fit = f"{row['analysis']}: {row['method']}, {row['test']}, k = {row['k']}"
        if fit != last:
            lines += ["", f"{fit} ({row['fit']})", _line("", ("ours", *_HEADS))]
            last = fit
        cells = [_shown(row["ours"])]
        for engine in ENGINES:
            cells += [_shown(row[engine]), _shown(row[f"{engine}_difference"], ".1e")]
        lines.append(_line(row["quantity"], cells))
    return [*lines, "", *_reason_lines(rows)]


_HEADS = tuple(text for engine in ENGINES for text in (engine, "difference"))


def _line(name, cells):
    return f"  {name:<8}" + "".join(f"{cell:>14}" for cell in cells)


def _shown(value, form=".7g"):
    return "" if value is None else format(value, form)


def _reason_lines(rows):
    """Each reason once, with the quantities it holds for."""
    found = {}
    for row in rows:
        for engine in ENGINES:
            if row[f"{engine}_reason"]:
                found.setdefault(row[f"{engine}_reason"], {})[row["quantity"]] = None
    return [f"{', '.join(quantities)}: {reason}" for reason, quantities in found.items()]


def skipped_lines(found):
    """One clear line for each program that did nothing at all, with its reason."""
    lines = []
    for engine, answers in found.items():
        reasons = {reasons.get("", "") for values, reasons in answers if not values}
        if answers and not any(values for values, _ in answers) and len(reasons) == 1:
            lines.append(f"{engine} is skipped: {reasons.pop()}")
    return lines
