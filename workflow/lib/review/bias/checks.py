"""The check of risk_of_bias.csv: whole, in the words of its instruments, and settled by named people."""

import difflib

from workflow.lib.review.bias.coding import code_rows
from workflow.lib.review.bias.instrument import (
    instrument_of,
    instrument_problems,
    overall_problems,
    unanswered,
)
from workflow.lib.review.bias.ratings import CONSENSUS, FILE, assessments_of

MOST = 2  # assessors of one result
LEVELS = ("low", "some", "high", "critical", "unclear")  # of an overall judgement


def bias_problems(rows, *, studies, instruments, config):
    """Every problem of risk_of_bias.csv, of the instruments that it uses and of the rules for them.

    `instruments` maps an id to its record, or is None where they could not be read; `config` may
    state overall rules of the review's own.
    """
    problems = list(_asked_for(config, kept=bool(rows)))
    if instruments is None or problems:
        return problems
    problems = [
        problem
        for name, record in instruments.items()
        for problem in instrument_problems(record, f"instruments/{name}.yaml")
    ]
    if problems:
        return problems
    rules = own_rules(config)
    known = {name: instrument_of(record) for name, record in instruments.items()}
    problems = [*_rule_problems(rules, known)]
    if problems:
        return problems
    known = {name: instrument_of(record, rules.get(name)) for name, record in instruments.items()}
    problems = _place_problems(rows, studies, config) + _mixed_problems(rows)
    coded, found = code_rows(rows, known)
    spoilt = {_result(rows[number]) for number in _lost(rows, coded)}
    for one in assessments_of(coded, known):
        if (one.study, one.outcome) not in spoilt:  # what is missing there is not known yet
            problems += _assessment_problems(one)
    return problems + found


def _asked_for(config, *, kept):
    """Risk of bias that the multiverse asks for and that is not kept, or is no light."""
    place = "config.yaml: multiverse.decisions.inclusion"
    for option in config.get("multiverse", {}).get("decisions", {}).get("inclusion", ()):
        value = option["value"] if isinstance(option["value"], dict) else {}
        wanted = value.get("risk_of_bias", ())
        if wanted and not kept:
            yield f"{place}: asks for risk of bias, and data/raw/{FILE} is not there; write it or drop the option"
        for one in (one for one in wanted if one not in LEVELS):
            yield f"{place}: risk_of_bias: '{one}' is not one of: {', '.join(LEVELS)}"


def own_rules(config):
    """Instrument -> the review's own overall rule, from config.yaml."""
    return config.get("risk_of_bias", {}).get("overall", {})


def _result(cells):
    return cells["study"], cells["outcome"]


def _lost(rows, coded):
    """Places of the rows that could not be coded."""
    kept = {row.number for row in coded}
    return [place for place in range(len(rows)) if place + 2 not in kept]


def _rule_problems(rules, known):
    for name, rule in rules.items():
        place = f"config.yaml: risk_of_bias.overall.{name}"
        if name not in known:
            yield f"{place}: there is no such instrument; known are {', '.join(known)}"
            continue
        yield from overall_problems(place, rule["lines"], known[name])


def _place_problems(rows, studies, config):
    """Studies and outcomes that the review does not have."""
    known = [row["study"] for row in studies if row["role"] not in ("review", "excluded")]
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"{FILE}, row {number} ({row['study']})"
        if row["study"] not in known:
            near = _near(row["study"], known)
            problems.append(f"{here}, study: not an included study of studies.csv{near}")
        if row["outcome"] and row["outcome"] not in config["outcomes"]:
            names = ", ".join(config["outcomes"])
            problems.append(
                f"{here}, outcome: '{row['outcome']}' is not in config.yaml; known: {names}; "
                "empty for the study as a whole"
            )
    return problems


def _near(name, known):
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean '{near[0]}'?" if near else "; add it there or correct the key"


def _mixed_problems(rows):
    """One result is judged with one instrument, by at most two assessors, and settled once."""
    first, raters, seen, problems = {}, {}, {}, []
    for number, row in enumerate(rows, 2):
        key, here = _result(row), f"{FILE}, row {number} ({row['study']})"
        name = first.setdefault(key, row["instrument"])
        if row["instrument"] != name:
            problems.append(
                f"{here}, instrument: '{row['instrument']}', but rows above judge this result with "
                f"'{name}'; one result has one instrument"
            )
        mark = CONSENSUS if row["stage"] == CONSENSUS else row["assessor"]
        before = seen.setdefault((*key, mark, row["item"].casefold()), (number, row))
        if before[0] != number and before[1]["item"] + mark != row["item"] + row["assessor"]:
            problems.append(
                f"{here}, item: {row['item']} by {mark} stands in row {before[0]} already; delete one"
            )
        if row["stage"] != CONSENSUS:
            names = raters.setdefault(key, [])
            if row["assessor"] not in names:
                names.append(row["assessor"])
                if len(names) == MOST + 1:
                    problems.append(
                        f"{here}, assessor: '{row['assessor']}' is a third; two assess and a "
                        "consensus row settles what they see differently"
                    )
    return problems


def _assessment_problems(one):
    """What one result lacks: assessors, domains, answers, judgements, reasons, consensus."""
    if not one.ratings:
        row = next(iter(one.consensus.rows.values()))
        return [
            f"{_here(row)}, stage: a consensus without assessors; a single assessor is 'independent'"
        ]
    problems = [problem for rating in one.ratings for problem in _rating_problems(one, rating)]
    if one.consensus:
        if len(one.ratings) < MOST:
            row = next(iter(one.consensus.rows.values()))
            problems.append(f"{_here(row)}, stage: a consensus needs two assessors; there is one")
        problems += _override_problems(one, one.consensus)
    return problems or list(_open_problems(one))


def _here(row):
    return f"{FILE}, row {row.number} ({row.cells['study']})"


def _rating_problems(one, rating):
    """What one assessor has left open."""
    row = next(iter(rating.rows.values()))
    here = f"{FILE}, from row {row.number} ({one.study}, {rating.assessor})"
    problems = []
    missing = [d.id for d in one.instrument.domains if not _touched(rating, d)]
    if missing:
        problems.append(
            f"{here}, item: {one.instrument.name} has no row for {', '.join(missing)}; judge every domain"
        )
    for domain in one.instrument.domains:
        if domain.id not in missing:
            problems += _domain_problems(one, rating, domain, here)
    if not missing and not problems and _lacks_overall(one, rating):
        problems.append(
            f"{here}, item: no row for overall; {one.instrument.name} has no rule for it: judge it, "
            "or state a rule in config.yaml under risk_of_bias.overall"
        )
    return [*problems, *_override_problems(one, rating)]


def _lacks_overall(one, rating):
    """Whether nobody and no rule says what the domains come to."""
    overall, settled = one.instrument.overall, one.consensus
    typed = rating.typed(overall) or (settled and settled.typed(overall))
    return not one.instrument.lines and not typed


def _touched(rating, domain):
    return domain.id in rating.rows or rating.answers(domain)


def _domain_problems(one, rating, domain, here):
    """Answers, judgement and support of one domain."""
    answers = rating.answers(domain)
    open_questions = unanswered(domain, answers) if answers else []
    if open_questions:
        yield (
            f"{here}, item: {domain.id} is answered in part; answer {', '.join(open_questions)}, too"
        )
    elif not one.own(rating, domain):
        what = "answer its signalling questions" if domain.questions else "type it"
        number = rating.rows[domain.id].number if domain.id in rating.rows else "?"
        yield f"{here}, judgement: {domain.id} has none (row {number}); {what}"
    items = [domain.id, *(question.id for question in domain.questions)]
    rows = [rating.rows[item] for item in items if item in rating.rows]
    if not any(row.cells["support"] for row in rows):
        yield (
            f"{FILE}, row {rows[0].number} ({one.study}), support: empty for {domain.id}; quote what the "
            "report says, or say that it says nothing"
        )


def _override_problems(one, rating):
    """Judgements that are not the suggested one and do not say why."""
    for domain in one.instrument.parts:
        row, typed = rating.rows.get(domain.id), rating.typed(domain)
        suggestion = _suggestion(one, rating, domain)
        if row and typed and suggestion and typed != suggestion and not row.cells["reason"]:
            yield (
                f"{_here(row)}, reason: empty; '{_word(domain, typed)}' is judged for {domain.id} where "
                f"the algorithm suggests '{_word(domain, suggestion)}': say why"
            )


def _suggestion(one, rating, domain):
    return one.settled(domain)[0] if rating is one.consensus else one.suggestion(rating, domain)


def _word(domain, judgement):
    return next((one.label for one in domain.judgements if one.id == judgement), judgement)


def _open_problems(one):
    """Domains on which the assessors differ and nothing settles it."""
    opened = [domain for domain in one.instrument.parts if not one.settled(domain)[1]]
    typed = any(rating.typed(one.instrument.overall) for rating in one.ratings)
    for domain in opened:
        if domain is one.instrument.overall and opened[:-1] and not typed:
            continue  # it is open only because a domain is
        rows = [rating.rows[domain.id] for rating in one.ratings if domain.id in rating.rows]
        first = rows or one.deciding(domain) or list(one.ratings[0].rows.values())
        said = ", ".join(
            f"{rating.assessor}: '{_word(domain, one.own(rating, domain)) or 'nothing'}'"
            for rating in one.ratings
        )
        yield (
            f"{_here(first[0])}, judgement: {domain.id} is not settled ({said}); "
            "add a row with stage consensus"
        )
