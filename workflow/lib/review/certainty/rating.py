"""From suggestions and a person's judgements to the certainty of each analysis: rated, or not rated."""

from workflow.lib.review.certainty.case import case_of
from workflow.lib.review.certainty.suggest import (
    gravest,
    publication_bias,
    suggestions,
    weights_by_risk,
)
from workflow.lib.review.certainty.words import DOWNGRADES, LEVELS, NOT_RATED, STEPS, UPGRADES

OVERALL = "overall"  # the domain of a study's overall judgement
SHARES = ("low", "some", "high", "unjudged")  # of the weight, by risk of bias


def domain_rows(case, suggested, judged):
    """Rows of results/tables/certainty.csv for one analysis.

    `suggested` are its Suggestions; `judged` maps a domain to its row of data/raw/certainty.csv.
    """
    own = {one.domain: one for one in suggested}
    rows = []
    for domain in (*DOWNGRADES, *(one for one in UPGRADES if one in judged)):
        one, person = own.get(domain), judged.get(domain)
        suggestion = one.judgement if one else None
        words = {key: (person or {}).get(key) or "" for key in ("footnote", "who", "date")}
        before = (person or {}).get("suggested") or ""
        rows.append(
            {
                **{"analysis": case.analysis, "domain": domain, "suggestion": suggestion or ""},
                "reason": one.reason if one else "",
                "judgement": person["judgement"] if person else "",
                **words,
                "status": _status(suggestion, person),
                "outdated": "yes" if before and before != suggestion else "",
            }
        )
    return rows


def _status(suggestion, person):
    if person is None:
        return "suggested" if suggestion else "open"
    if suggestion is None:
        return "judged"
    if _is_unexplained(suggestion, person):
        return "unexplained"
    return "accepted" if person["judgement"] == suggestion else "overridden"


def _is_unexplained(suggestion, person):
    """Whether a person sets a suggestion aside in silence; one that was as suggested then is none."""
    differs = suggestion is not None and person["judgement"] != suggestion
    then = person.get("suggested") or ""
    return differs and not person["footnote"] and then != person["judgement"]


def certainty_of(start, judged):
    """The level after every judgement, or not_rated while a domain is without a person's judgement."""
    if start is None or any(domain not in judged for domain in DOWNGRADES):
        return NOT_RATED
    steps = sum(STEPS[domain][row["judgement"]] for domain, row in judged.items())
    place = LEVELS.index(start) + steps
    return LEVELS[min(max(place, 0), len(LEVELS) - 1)]


def finding(case, suggested, judged, *, shares, egger_pval):
    """The row of results/tables/findings.csv for one analysis."""
    certainty = certainty_of(case.start, judged)
    rated = certainty != NOT_RATED
    down = [STEPS[one.domain][one.judgement] for one in suggested if one.judgement]
    absolute, size = case.absolute, case.size
    risks = ("risk", "risk_lb", "risk_ub", "difference", "difference_lb", "difference_ub")
    return {
        **{"analysis": case.analysis, "title": case.model["title"]},
        **{"measure": case.model["measure"], "k": case.model["fit"]["k"]},
        **{name: getattr(case, name) for name in ("participants", "missing", "events")},
        **{"start": case.start or "", "start_reason": case.start_reason},
        "suggested_down": -sum(down),
        "open": ";".join(domain for domain in DOWNGRADES if domain not in judged),
        "certainty": certainty,
        "who": "; ".join(dict.fromkeys(row["who"] for row in judged.values())) if rated else "",
        "date": max((row["date"] for row in judged.values()), default="") if rated else "",
        **{"ois": size.total if size else None, "ois_tag": size.tag if size else case.size_reason},
        **{f"weight_{name}": (shares or {}).get(name) for name in SHARES},
        "egger_pval": egger_pval,
        "assumed": absolute.assumed if absolute else None,
        **{name: getattr(absolute, name) if absolute else None for name in risks},
        "absolute_reason": case.absolute_reason,
        "risk_source": case.risk_source,
        "sd": case.sd if case.standardised else None,
    }


def rated(models, effects, settings, *, judged, bias, means):
    """(findings, domains): rows of both tables for all analyses, those of the headline first.

    `models` and `effects` are by analysis; `settings` are analyses, headline, thresholds and
    certainty of config.yaml; `judged` are rows of data/raw/certainty.csv; `bias` those of
    results/tables/risk_of_bias.csv, or None; `means` are Means.
    """
    first = [name for name in settings["headline"].values() if name in models]
    findings, domains = [], []
    for name in dict.fromkeys([*first, *sorted(models)]):
        analysis = dict(settings["analyses"][name])
        if "threshold" in analysis:
            analysis["mid"] = settings["thresholds"][analysis["threshold"]]["value"]
        case = case_of(models[name], effects[name], analysis, settings["certainty"], means)
        judgements = None if bias is None else overall_lights(bias, analysis["outcome"])
        suggested = suggestions(case, judgements, means.egger_test)
        own = {row["domain"]: row for row in judged if row["analysis"] == name}
        shares = weights_by_risk(case, judgements) if judgements and case.pooled else None
        pval = publication_bias(case, means.egger_test)[2] if case.pooled else None
        said = {one.domain: one.judgement for one in suggested}
        counts = {
            domain: row for domain, row in own.items() if not _is_unexplained(said.get(domain), row)
        }
        findings.append(finding(case, suggested, counts, shares=shares, egger_pval=pval))
        domains += domain_rows(case, suggested, own)
    return findings, domains


def overall_lights(bias, outcome):
    """study -> light of its overall judgement for this outcome; else for the study as a whole.

    Of several instruments the gravest counts.
    """
    found = {}
    for row in bias:
        if row["domain"] == OVERALL and row["outcome"] in ("", outcome):
            found.setdefault(row["study"], {}).setdefault(row["outcome"], []).append(row["level"])
    return {study: gravest(own.get(outcome) or own[""]) for study, own in found.items()}
