"""The pool of each analysis as one extraction would have it, by the very functions of the pipeline."""

from workflow.lib.errors import InputError, ReviewError
from workflow.lib.review.effect_rows import effect_rows
from workflow.lib.review.extraction import extraction_problems
from workflow.lib.review.model_record import model_record
from workflow.lib.review.narrate import single_scores
from workflow.lib.review.prepare import prepare
from workflow.lib.review.selection import select
from workflow.lib.review.values import value_rows

FIELDS = ("k", "beta", "ci_lb", "ci_ub", "pval", "tau2")


def usable(rows, *, studies, config):
    """(rows that the check of an extraction lets pass, number of the others), each row by itself."""
    kept = [
        row
        for row in rows
        if not extraction_problems([row], studies=studies, config=config, not_a_number=str)
    ]
    return kept, len(rows) - len(kept)


def pools_under(rows, *, studies, config, stats):
    """One dict per analysis: its pool from the extraction `rows`, or the reason why there is none.

    `stats` has conversions, measures, effects (level -> effect sizes) and engine (effects, analysis ->
    what pools them), as the scripts of the pipeline use them.
    """
    kept, left_out = usable(rows, studies=studies, config=config)
    values = value_rows(prepare(kept, config=config, convert=stats.conversions))
    found = []
    for name in sorted(config["analyses"]):
        try:
            pool = _pool(values, name, studies, config, stats)
        except (ReviewError, InputError) as error:
            pool = {"k": 0, "reason": str(error)}
        found.append({"analysis": name, "rows_left_out": left_out, **pool})
    return found


def _pool(values, name, studies, config, stats):
    """The pool of one analysis."""
    analysis = config["analyses"][name]
    improvement = config["outcomes"][analysis["outcome"]]["improvement"]
    selected = select(
        values,
        analysis,
        inputs=stats.measures[analysis["measure"]].inputs,
        improvement=improvement,
        skewness=config["conversions"]["skewness"],
    )
    effects = effect_rows(
        selected,
        studies,
        analysis,
        effect_sizes=stats.effects(level=analysis["model"]["level"]),
        score_change=single_scores(values, analysis["outcome"], improvement=improvement),
    )
    outcome, measure = config["outcomes"][analysis["outcome"]], stats.measures[analysis["measure"]]
    unit = analysis.get("unit", measure.scale)
    named = {"name": name, "scale": unit, "on_scale": "low" in outcome}
    engine, _ = stats.engine(effects, analysis)
    record = model_record(effects, analysis | named, threshold=None, pooling=engine)
    fit = record["fit"]
    return {
        **{field: fit[field] for field in FIELDS},
        "unit": record["unit"],
        "method": f"{analysis['measure']}; {fit['tag']}",
        "reason": "" if fit["k"] else "no study has the data that this analysis needs",
    }
