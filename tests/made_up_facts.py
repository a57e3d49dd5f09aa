"""Made-up facts for tests of sentences and tables: every number here is made up."""

from collections import defaultdict

from workflow.lib.render.facts import Facts


class Registry(defaultdict):
    """Numbers with value 1.0 unless a test says otherwise."""

    def __init__(self, **values):
        super().__init__(lambda: {"value": 1.0, "text": "1.00", "rows": ["row"]})
        for name, value in values.items():
            self[name.replace("__", ".")] = {"value": value, "text": str(value), "rows": ["row"]}


def model(k, analysis="primary", *, candidates=0, **words):
    fit = {"k": k, "test": "adhoc", "se_tau2": 0.1, "pi_lb": 0.0, "level": 95}
    return {
        "analysis": analysis,
        "title": "Made-up analysis",
        "measure": "SMCR",
        "outcome": "pain",
        "unit": "standard deviations at baseline",
        "roles": {"candidate": candidates, "pooled": k - candidates},
        "studies": [f"s{number}" for number in range(k)],
        "direction": "improvement_positive",
        "own_rows": {},
        "probability": None,
        "fit": fit | words.pop("fit", {}),
        **words,
    }


def facts(*models, numbers=None, headline=None, **tables):
    studies = [
        {"study": f"s{number}", "slab": f"Made-up {number}", "design": "single_arm"}
        for number in range(5)
    ] + [{"study": "review", "slab": "Made-up review", "design": "systematic_review"}]
    config = {
        "review": {
            "study": "review",
            "title": "Made up",
            "question": "Does it help?",
            "intervention": "cold water",
        },
        "headline": headline or {"primary": "primary"},
        "outcomes": {"pain": {"label": "pain", "improvement": "decrease"}},
        "arms": {"treated": ["active"], "control": ["sham"], "contrast": ["active vs sham"]},
        "analyses": {},
        "yardsticks": {},
        "thresholds": {"two": {"citation": "made_up"}},
        **tables.pop("config", {}),
    }
    by_name = {one["analysis"]: one for one in models}
    given = {
        "numbers": Registry() if numbers is None else numbers,
        "config": config,
        "models": by_name,
        "effects": {name: [] for name in by_name},
        "studies": studies,
        "names": {row["study"]: row["study"] for row in studies},
        **dict.fromkeys(("leave_one_out", "inputs", "examined"), {}),
        **dict.fromkeys(
            ("claims", "extraction", "flow", "narrated", "cleaning_log", "remarks", "forensics"), []
        ),
    }
    return Facts(**given | tables)
