"""The raw tables of the made-up review: what made-up extractors, screeners and assessors typed."""

from statistics import NormalDist

from scipy.stats import t

from tests.projects.bias_made_up import made_up_ratings
from tests.projects.certainty_made_up import protocol, snapshot
from tests.projects.double_extraction_made_up import decision, second_extraction
from tests.projects.full.trials import (
    HUNDRED,
    INTERVALS,
    LAMP,
    MEDIANS,
    NOT_POOLED,
    SHAM,
    TIMES,
)

REVIEW = "pretend2025"
RETRACTED = 10  # place of the trial that the snapshot lists
WHO, DAY = "M. A. Deup (made up)", "2026-01-31"
SAID = "made up"
REASONS = {
    "no_sd": ("no_sd", "prints means without any measure of spread"),
    "percent": ("percent_only", "prints percent decreases without the scores"),
    "no_comparator": ("no_comparator", "prints the scores of the lamp arm only"),
}
DIFFER = {
    "lamp-12weeks-mean": 0,
    "dark_lamp-12weeks-sd": 2,
    "lamp-baseline-n": 4,
}  # cell -> place of the trial


# --- studies and extraction


def study_rows(trials):
    """studies.csv: the published review and its trials, with moderators of its own."""
    review = {
        **{"study": REVIEW, "slab": "Pretend et al. 2025", "year": "2025"},
        **{"design": "systematic_review", "role": "review", "reason_code": "", "reason": ""},
        **{"registration": "MADE-UP-1", "reference": "made up: no such review exists"},
        **{"doi": "", "pmid": "", "region": "", "hours": ""},
    }
    return [review, *(_study_row(trial) for trial in trials)]


def _study_row(trial):
    code, reason = REASONS[NOT_POOLED[trial.place]] if not trial.pooled else ("", "")
    return {
        **{"study": trial.study, "slab": trial.slab, "year": str(trial.work.year)},
        **{"design": "randomised_trial", "role": "pooled" if trial.pooled else "narrated"},
        **{"reason_code": code, "reason": f"{reason} ({SAID})" if reason else ""},
        **{"registration": f"MADE-UP-{trial.place + 100}"},
        **{"reference": f"{trial.work.title} ({SAID}; no such paper)"},
        **{"doi": trial.work.doi, "pmid": trial.work.pmid},
        **{"region": trial.region, "hours": str(trial.hours)},
    }


def extraction_rows(trials):
    """extraction.csv: what each trial prints, in the form in which it prints it."""
    return [row for trial in trials for row in _trial_rows(trial)]


def _trial_rows(trial):
    form = NOT_POOLED.get(trial.place)
    for name, arm in trial.arms.items():
        if form == "no_comparator" and name == SHAM:
            continue
        yield _row(trial, name, "baseline", "n", str(arm.n), "patients")
        yield _row(trial, name, TIMES[-1], "events", str(arm.events), "patients", outcome="adverse")
        yield _row(trial, name, TIMES[-1], "n", str(arm.n), "patients", outcome="adverse")
        for time, (mean, sd) in zip(("baseline", *TIMES), (arm.before, *arm.after), strict=True):
            if time != "baseline":
                yield _row(trial, name, time, "n", str(arm.n), "patients")
            yield from _scores(trial, name, time, mean, sd, form)


def _scores(trial, arm, time, mean, sd, form):
    """The rows of one mean and its spread."""
    times, unit = (10, "VAS 0-100") if trial.place in HUNDRED else (1, "VAS 0-10")
    if form == "percent":
        if time == TIMES[-1]:
            yield _row(trial, arm, time, "percent_decrease", f"{45 if arm == LAMP else 20}", "%")
        return
    for quantity, value in _printed(trial, arm, mean, sd, form).items():
        digits = 0 if times == 10 else 1
        yield _row(trial, arm, time, quantity, f"{value * times:.{digits}f}", unit)


def _printed(trial, arm, mean, sd, form):
    """quantity -> value on 0 to 10, by what the trial prints."""
    if form == "no_sd":
        return {"mean": mean}
    if trial.place in MEDIANS:
        half = NormalDist().inv_cdf(0.75) * sd
        return {"median": mean, "q1": round(mean - half, 1), "q3": round(mean + half, 1)}
    if trial.place in INTERVALS:
        n = trial.arms[arm].n
        half = t.ppf(0.975, n - 1) * sd / n**0.5
        return {
            "mean": mean,
            "mean_ci_lb": round(mean - half, 1),
            "mean_ci_ub": round(mean + half, 1),
        }
    return {"mean": mean, "sd": sd}


def _row(trial, arm, time, quantity, value, unit, *, outcome="pain"):
    words = f"{arm.replace(' ', '_')}-{time.replace(' ', '')}-{quantity}"
    name = f"{trial.study}-{words}" if outcome == "pain" else f"{trial.study}-{outcome}-{words}"
    return {
        **{"id": name, "study": trial.study, "outcome": outcome, "arm": arm, "time_point": time},
        **{"patient": "", "quantity": quantity, "value": value, "unit": unit, "reason": ""},
        **{"source": f"doi:{trial.work.doi} ({SAID})", "source_kind": SAID, "page": "table 2"},
        **{
            "quote": f"{SAID}: {arm}, {time}, {quantity} {value}",
            "extractor": "N. O. Body (made up)",
        },
        "note": "",
    }


def extractors(trials, rows):
    """extraction_a, extraction_b and adjudication: a few slips of either, each decided."""
    known = {row["id"]: row for row in rows}
    ids = [f"{trials[place].study}-{words}" for words, place in DIFFER.items()]
    slips = {ids[0]: "4.9", ids[1]: "0.3"}
    second = second_extraction(rows, differ=slips, decimals=[], missing=[ids[2]])
    first = [
        dict(row, value="44") if row["id"] == f"{trials[6].study}-lamp-baseline-n" else row
        for row in rows
    ]
    decided = [
        decision(known[one], "a", why="the other read the wrong line (made up)") for one in ids
    ]
    wrong = known[f"{trials[6].study}-lamp-baseline-n"]
    decided.append(
        decision(wrong, "b", why="44 are those who were asked, not those who began (made up)")
    )
    return {"extraction_a": first, "extraction_b": second, "adjudication": decided}


# --- claims


def claim_rows(printed):
    """claims.csv of the published review; `printed` maps a claim to the digits that it prints."""
    return [
        *(_claim(name, "flow", name, printed[name], sentence=SENTENCES[name])
          for name in ("records_identified", "studies_included", "studies_pooled")),
        *(_claim(f"pain_{name}", "published_pool", name, printed[f"pain_{name}"], counterpart=ours)
          for name, ours in POOL.items()),
        *(_claim(f"points_{name}", "published_points", name, printed[f"points_{name}"])
          for name in ("estimate", "ci_lb", "ci_ub", "pval")),
        _claim("adverse_estimate", "published_adverse", "estimate", printed["adverse_estimate"]),
        _claim("large", "published_words", "words", "a large and lasting effect"),
    ]  # fmt: skip


SENTENCES = {
    "records_identified": "The searches found this many records.",
    "studies_included": "This many trials were included.",
    "studies_pooled": "This many of them were pooled.",
}
WORDS = {
    "published_pool": "Pain under the lamp, standardised",
    "published_points": "Pain under the lamp, in points",
    "published_adverse": "Adverse events under the lamp",
    "published_words": "Pain under the lamp",
}
QUANTITIES = {
    **{"estimate": "the difference", "ci_lb": "lower limit of its interval", "words": "in words"},
    **{"ci_ub": "upper limit of its interval", "pval": "its p value"},
}
POOL = {
    **{"estimate": "pooled.primary.beta", "ci_lb": "pooled.primary.ci_lb"},
    **{"ci_ub": "pooled.primary.ci_ub", "pval": "pooled.primary.pval"},
}


def _claim(name, group, quantity, printed, *, counterpart="", sentence=""):
    words = sentence or f"{WORDS[group]}: {QUANTITIES[quantity]}."
    return {
        **{"id": name, "group": group, "quantity": quantity, "printed": printed},
        **{"level": "95" if quantity in ("ci_lb", "ci_ub") else "", "counterpart": counterpart},
        **{"convention": "stated", "missing": "the data behind it (made up)", "sentence": words},
        **{"source": "made up: Pretend et al. 2025", "page": "abstract"},
        "quote": f"made up: {name} {printed}",
    }


# --- bias, certainty, checklist, protocol, retractions


def bias_rows(trials):
    """risk_of_bias.csv: RoB 2 of every trial, most of them by two people."""
    return made_up_ratings(study_rows(trials), seed=5, doubled=0.7, overridden=0.3)


FOOTNOTES = {
    ("primary", "risk_of_bias"): (
        "serious",
        "Many trials did not conceal who had the lamp (made up).",
    ),
    ("primary", "inconsistency"): (
        "serious",
        "Effects differ more than chance explains (made up).",
    ),
    ("primary", "indirectness"): ("none", ""),
    ("primary", "imprecision"): (
        "none",
        "Any effect inside the interval would be welcome (made up).",
    ),
    ("primary", "publication_bias"): ("none", ""),
    ("adverse", "risk_of_bias"): (
        "none",
        "Events were counted by people who did not know the lamp (made up).",
    ),
    ("adverse", "inconsistency"): ("none", ""),
    ("adverse", "indirectness"): (
        "serious",
        "Events were counted for twelve weeks only (made up).",
    ),
    ("adverse", "imprecision"): (
        "serious",
        "The interval includes little and much harm (made up).",
    ),
    ("adverse", "publication_bias"): ("none", ""),
}


def certainty_rows():
    """certainty.csv: all five domains of two analyses."""
    return [
        {"analysis": analysis, "domain": domain, "judgement": said, "footnote": words, "who": WHO, "date": DAY}
        for (analysis, domain), (said, words) in FOOTNOTES.items()
    ]  # fmt: skip


STATED = {
    **{"3": "Lamps are sold for pain without a review of their trials", "4": "Does the lamp help?"},
    **{
        "5": "Randomised trials in adults, any lamp",
        "14": "Funnel plots and Egger's test were planned",
    },
    **{"24a": "MADE-UP-1", "25": "No money: nobody exists", "26": "The authors do not exist"},
}


def checklist_rows():
    """checklist.csv: items that a person answers."""
    return [
        {"checklist": "main", "item": item, "where": "", "note": f"{note} (made up)."}
        for item, note in STATED.items()
    ]


METHOD = "analyses.primary.model.method"


def protocol_tables(config):
    """protocol.csv, from which one decision differs, and deviations.csv, which says why."""
    reason = "REML has come to be preferred since the protocol was written (made up)"
    return {
        "protocol": protocol(config, changes={METHOD: "DL"}),
        "deviations": [{"path": METHOD, "reason": reason, "who": WHO, "date": DAY}],
    }


def retraction_snapshot(trials):
    """Bytes of a made-up snapshot in which one included trial is retracted and another has a correction."""
    listed = [
        (trials[RETRACTED].work.doi, "0", "Retraction"),
        ("", trials[2].work.pmid, "Correction"),
    ]
    return snapshot(listed)
