"""The judgements that stand, one row per result and domain: suggested, judged, overridden and by whom."""

from workflow.lib.review.bias.coding import code_rows
from workflow.lib.review.bias.instrument import OVERALL, instrument_of
from workflow.lib.review.bias.ratings import assessments_of

JOIN = ";"


def assessments(rows, *, instruments, rules):
    """Assessments of checked rows of risk_of_bias.csv; `rules` are the review's own overall rules."""
    known = {name: instrument_of(record, rules.get(name)) for name, record in instruments.items()}
    coded, _ = code_rows(rows, known)
    return assessments_of(coded, known)


def judgement_rows(found, studies):
    """Rows of results/tables/risk_of_bias.csv in the order of studies.csv, overall last in each result."""
    by_study = {}
    for one in found:
        by_study.setdefault(one.study, []).append(one)
    return [
        _row(one, domain, study)
        for study in studies
        for one in by_study.get(study["study"], ())
        for domain in one.instrument.parts
    ]


def _row(one, domain, study):
    suggestion, judgement = one.settled(domain)
    rows = one.deciding(domain)
    if domain.id == OVERALL and not rows:  # it follows from the domains, and from who judged them
        rows_behind = [row for part in one.instrument.domains for row in one.deciding(part)]
    else:
        rows_behind = rows
    admitted = {each.id: each for each in domain.judgements}
    own = [row for row in rows if row.cells["item"] == domain.id]
    return {
        **{name: study[name] for name in ("study", "slab", "design")},
        "outcome": one.outcome,
        "instrument": one.instrument.id,
        "domain": domain.id,
        "label": domain.label,
        "suggested": suggestion,
        "judgement": judgement,
        "words": admitted[judgement].label,
        "level": admitted[judgement].level,
        "overridden": bool(suggestion) and suggestion != judgement,
        "reason": next((row.cells["reason"] for row in own if row.cells["reason"]), ""),
        "assessor": _distinct(rows_behind, "assessor"),
        "answers": JOIN.join(f"{row.cells['item']}={row.answer}" for row in _answers(rows)),
        **{name: _first(rows, name) for name in ("support", "source", "page")},
        "basis": JOIN.join(dict.fromkeys(_safe(row.key) for row in rows_behind)),
    }


def _safe(key):
    """A key as one piece of a cell that joins pieces by a semicolon."""
    return key.replace(JOIN, ",")


def _answers(rows):
    """The first row of each signalling question: that of the consensus, if there is one."""
    return {row.cells["item"]: row for row in reversed(rows) if row.answer}.values()


def _distinct(rows, name):
    return ", ".join(dict.fromkeys(row.cells[name] for row in rows))


def _first(rows, name):
    """The support that is told with a judgement: the first that says something, and where it is from."""
    told = next((row for row in rows if row.cells["support"]), None)
    return told.cells[name] if told else ""


def remarks(rows, instruments):
    """Sentences on instruments that were not made for the design of a study; one per study."""
    found = {}
    for row in rows:
        made_for = instruments[row["instrument"]]["designs"]
        if made_for and row["design"] not in made_for:
            found[row["study"], row["instrument"]] = (
                f"{row['slab']} is a {row['design'].replace('_', ' ')}; {instruments[row['instrument']]['name']} "
                f"is made for: {', '.join(one.replace('_', ' ') for one in made_for)}."
            )
    return list(found.values())


def of_outcome(rows, outcome):
    """Study -> domain -> row of the rating that counts for an outcome: its own, or that of the study."""
    found = {}
    for wanted in ("", outcome):
        own = {}
        for row in rows:
            if row["outcome"] == wanted:
                own.setdefault(row["study"], {})[row["domain"]] = row
        found |= own
    return found


def study_columns(studies, rows, outcome):
    """Rows of studies.csv with columns rob_overall, rob_d1, ...: judgements in words, or not rated.

    What a moderator or a subgroup of an analysis of `outcome` can be.
    """
    rated = of_outcome(rows, outcome)
    domains = dict.fromkeys(domain for row in rated.values() for domain in row)
    names = dict.fromkeys([OVERALL, *domains])
    return [
        study
        | {
            f"rob_{name.lower()}": rated.get(study["study"], {})
            .get(name, {})
            .get("words", "not rated")
            for name in names
        }
        for study in studies
    ]


def study_lights(rows, outcome, studies):
    """Study -> 'D1=low;D2=some;overall=high' of `studies`, for the lights beside a forest plot.

    Domains stand side by side only where all of these studies are judged with one instrument;
    otherwise only the overall judgement does.
    """
    rated = {study: row for study, row in of_outcome(rows, outcome).items() if study in studies}
    one = len({row[OVERALL]["instrument"] for row in rated.values()}) == 1
    return {
        study: JOIN.join(
            f"{domain}={row[domain]['level']}" for domain in row if one or domain == OVERALL
        )
        for study, row in rated.items()
    }
