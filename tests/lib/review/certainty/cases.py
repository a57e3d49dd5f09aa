"""Made-up pools for tests of certainty: one model record and its effect rows."""

from dataclasses import asdict

from workflow.lib.review.certainty.case import Means, case_of
from workflow.lib.stats.certainty.absolute_effects import FORMULAS, absolute_effect
from workflow.lib.stats.certainty.information_size import one_mean, two_means, two_proportions
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.regression_test import egger_test

MEANS = Means(MEASURES, two_proportions, two_means, one_mean, absolute_effect, egger_test, FORMULAS)


def effects_of(yi, vi, *, measure="MD", ni=100, design="randomised_trial", inputs=""):
    """Effect rows of made-up studies s1, s2, ..."""
    return [
        {
            **{"study": f"s{n}", "slab": f"S{n}", "design": design, "status": "pooled"},
            **{"yi": y, "vi": v, "ni": ni, "measure": measure, "inputs": inputs},
            **{"ni_rows": f"s{n}-n", "yi_rows": f"s{n}-y", "vi_rows": f"s{n}-v"},
            **{"decision_rows": "", "basis": f"studies:s{n}"},
        }
        for n, (y, v) in enumerate(zip(yi, vi, strict=True), 1)
    ]


def model_of(effects, *, measure="MD", test="z", name="a"):
    """The model record of these effects."""
    fit = random_effects([row["yi"] for row in effects], [row["vi"] for row in effects], test=test)
    return {
        **{"analysis": name, "title": "Made up", "measure": measure},
        "unit": MEASURES[measure].scale,
        "fit": asdict(fit),
        "studies": [row["study"] for row in effects],
        "yi_rows": [row["yi_rows"] for row in effects],
        "vi_rows": [row["vi_rows"] for row in effects],
        "decision_rows": [],
        "basis": ["config:analyses.a"],
    }


def case(yi, vi, *, settings=None, mid=None, measure="MD", test="z", **words):
    """A Case; `settings` is `certainty` of config.yaml, `mid` the threshold of the analysis."""
    effects = effects_of(yi, vi, measure=measure, **words)
    analysis = {} if mid is None else {"mid": mid}
    model = model_of(effects, measure=measure, test=test)
    return case_of(model, effects, analysis, settings or {}, MEANS)
