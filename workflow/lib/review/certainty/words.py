"""The words of GRADE: levels, domains, and what a judgement in each domain does to the level."""

LEVELS = ("very_low", "low", "moderate", "high")
DOWNGRADES = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
UPGRADES = ("large_effect", "dose_response", "confounding")
DOWN = {"none": 0, "serious": -1, "very_serious": -2}
STEPS = {  # domain -> judgement -> levels up or down
    **dict.fromkeys(DOWNGRADES, DOWN),
    "large_effect": {"none": 0, "large": 1, "very_large": 2},
    **dict.fromkeys(("dose_response", "confounding"), {"none": 0, "present": 1}),
}
NOT_RATED = "not_rated"
