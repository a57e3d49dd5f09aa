"""The judgements that stand, one row per result and domain: suggested, judged, overridden and by whom."""

from workflow.lib.review.bias.coding import code_rows
from workflow.lib.review.bias.instrument import OVERALL, instrument_of
from workflow.lib.review.bias.ratings import CONSENSUS, assessments_of

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
    behind = rows  # what follows from the domains rests on their rows, and on who judged them
    if not rows:
        behind = [row for part in one.instrument.domains for row in one.deciding(part)]
    admitted = {each.id: each for each in domain.judgements}
    own = [row for row in rows if row.cells["item"] == domain.id]
    return {
        **{name: study[name] for name in ("study", "slab", "design")},
        "outcome": one.outcome,
        "instrument": one.instrument.id,
        "name": one.instrument.name,
        "domain": domain.id,
        "label": domain.label,
        "suggested": suggestion,
        "judgement": judgement,
        "words": admitted[judgement].label,
        "level": admitted[judgement].level,
        "overridden": bool(suggestion) and suggestion != judgement,
        "reason": next((row.cells["reason"] for row in own if row.cells["reason"]), ""),
        "assessor": _judges(one, domain, rows),
        "answers": JOIN.join(_answers(domain, rows)),
        **{name: _first(rows, name) for name in ("support", "source", "page")},
        "basis": JOIN.join(dict.fromkeys(_safe(row.key) for row in behind)),
    }


def _judges(one, domain, rows):
    """Who judged: the person who settled the domain; else the assessors, and who settled an answer."""
    settled = [row.cells for row in rows if row.cells["stage"] == CONSENSUS]
    for cells in settled:
        if cells["item"] == domain.id:
            return cells["assessor"]
    both = [rating.assessor for rating in one.ratings]
    others = dict.fromkeys(cells["assessor"] for cells in settled)
    return ", ".join([*both, *(f"settled by {who}" for who in others)])


def _safe(key):
    """A key as one piece of a cell that joins pieces by a semicolon."""
    return key.replace(JOIN, ",")


def _answers(domain, rows):
    """'1.1=Y' of each signalling question: the answer of the consensus, else of the first assessor."""
    for question in domain.questions:
        row = next((row for row in rows if row.cells["item"] == question.id), None)
        if row:
            yield f"{question.id}={row.answer}"


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
            design, wanted = (
                ", ".join(one).replace("_", " ") for one in ([row["design"]], made_for)
            )
            found[row["study"], row["instrument"]] = (
                f"{row['slab']} has the design {design}; {row['name']} is made for: {wanted}."
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


def overall_levels(rows, outcome):
    """Study -> light of its overall judgement for an outcome."""
    return {study: own[OVERALL]["level"] for study, own in of_outcome(rows, outcome).items()}


def judged_columns(rows):
    """Names of the columns that study_columns adds, from rows of risk_of_bias.csv: rob_overall, rob_d1, ..."""
    items = dict.fromkeys(row["item"].lower() for row in rows)
    domains = [item for item in items if not item[:1].isdigit() and item != OVERALL]
    return [f"rob_{item}" for item in ((OVERALL, *domains) if rows else ())]


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


def lights_note(rows, outcome, lights, symbols):
    """The row of a forest plot that says what its lights mean, in a list; empty without lights.

    `lights` is what study_lights gives; `symbols` maps a light to its sign.
    """
    rated = of_outcome(rows, outcome)
    lit = [row for study in lights for row in rated[study].values()]
    if not lit:
        return []
    one = len({row["instrument"] for row in lit}) == 1
    shown = lit if one else [row for row in lit if row["domain"] == OVERALL]
    domains = {row["domain"]: row["label"] for row in shown if row["domain"] != OVERALL}
    said = [f"{name}\u00a0{label}" for name, label in domains.items()]
    signs = {}
    for row in shown:
        signs.setdefault(symbols[row["level"]], {})[row["words"]] = None
    said += [
        f"{sign}\u00a0{' or '.join(signs[sign])}" for sign in symbols.values() if sign in signs
    ]
    names = ", ".join(dict.fromkeys(row["name"] for row in lit))
    return [{"kind": "note", "slab": f"Risk of bias ({names}): {'; '.join(said)}"}]
