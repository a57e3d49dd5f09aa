"""Made-up judgements of risk of bias for given studies: every answer, quote and name here is made up."""

import random

from workflow.lib.files.instruments import read_instruments
from workflow.lib.review.bias.instrument import asked, instrument_of, suggested, suggested_overall

COLUMNS = [
    *("study", "outcome", "instrument", "item", "answer", "judgement", "reason"),
    *("support", "source", "page", "assessor", "stage"),
]
BY_DESIGN = {
    "randomised_trial": "rob2_2019",
    "controlled_study": "robins_i_v2",
    "single_arm": "jbi_case_series_2020",
    "case_series": "jbi_case_series_2020",
    "case_report": "jbi_case_report_2020",
}
ASSESSORS = ("M. A. Deup (made up)", "N. O. Body (made up)")
QUOTE = "made up for a test; no report says this"
MILD = 0.8  # share of answers and judgements that speak for little bias


def made_up_ratings(studies, *, seed=1, outcome="", doubled=0.3, overridden=0.1):
    """Rows of risk_of_bias.csv (dicts of text) for rows of studies.csv: the same for the same seed.

    `doubled` is the share of studies that two people assess, with a consensus where they differ;
    `overridden` the share in which a person does not accept a suggestion.
    """
    dice = random.Random(seed)
    records = read_instruments("none")
    rows = []
    for study in studies:
        if study["design"] in BY_DESIGN and study["role"] not in ("review", "excluded"):
            instrument = instrument_of(records[BY_DESIGN[study["design"]]])
            base = {"study": study["study"], "outcome": outcome, "instrument": instrument.id}
            rows += _study(dice, base, instrument, doubled, overridden)
    return rows


def _study(dice, base, instrument, doubled, overridden):
    people = ASSESSORS if dice.random() < doubled else ASSESSORS[:1]
    raters = [_rating(dice, instrument) for _ in people]
    if len(people) == 2 and dice.random() < 0.5:
        raters[1] = raters[0]
    rows = []
    for who, (answers, judged) in zip(people, raters, strict=True):
        for item, answer in answers.items():
            rows.append(_row(base, item, who, answer=answer, support=QUOTE))
        for item, judgement in judged.items():
            rows.append(_row(base, item, who, judgement=judgement, support=QUOTE))
    return rows + _settle(dice, base, instrument, raters, people, overridden)


def _rating(dice, instrument):
    """(question -> answer, item -> judgement that a person types) of one assessor."""
    answers, judged = {}, {}
    for domain in instrument.domains:
        for question in domain.questions:
            if asked(question, answers):
                answers[question.id] = _answer(dice, question)
        if not domain.tables:
            judged[domain.id] = _judgement(dice, domain)
    if not instrument.lines:
        judged[instrument.overall.id] = _judgement(dice, instrument.overall)
    return answers, judged


GOOD = {
    "1.1": "Y",
    "1.2": "Y",
    "2.6": "Y",
    "3.1": "Y",
    "5.1": "Y",
}  # where yes speaks for little bias


def _answer(dice, question):
    mild = GOOD.get(question.id, "N")
    if dice.random() < MILD:
        return mild if dice.random() < 0.7 else f"P{mild}"
    return dice.choice([one for one in question.answers if one != "NA"])


def _judgement(dice, domain):
    admitted = [one for one in domain.judgements if one.level != "none"]
    return admitted[0].id if dice.random() < MILD else dice.choice(admitted).id


def _settle(dice, base, instrument, raters, people, overridden):
    """Consensus rows where two differ, and now and then a judgement that is not the suggested one."""
    own = [_judged(instrument, *rater) for rater in raters]
    final, rows = {}, []
    who = people[0] if len(people) == 1 else " and ".join(people)
    stage = "independent" if len(people) == 1 else "consensus"
    for domain in instrument.domains:
        said = [one[domain.id] for one in own]
        final[domain.id] = said[0]
        typed = len(set(said)) > 1
        turn = domain.tables and dice.random() < overridden / len(instrument.domains)
        if typed or turn:
            if turn:
                final[domain.id] = domain.judgements[-1].id
            words = {
                "judgement": final[domain.id],
                "reason": "made up: a reason that a person would give",
            }
            rows.append(_row(base, domain.id, who, stage=stage, support=QUOTE, **words))
    typed = [judged.get("overall") for _, judged in raters]
    if len(set(typed)) > 1:
        words = {"judgement": typed[0], "reason": "made up: settled between the two"}
        rows.append(_row(base, "overall", who, stage=stage, **words))
    return rows


def _judged(instrument, answers, judged):
    """Domain -> judgement of one assessor: typed or suggested."""
    found = {
        one.id: judged.get(one.id)
        or suggested(one, {q.id: answers[q.id] for q in one.questions if q.id in answers})
        for one in instrument.domains
    }
    return found | {
        "overall": judged.get("overall") or suggested_overall(instrument, list(found.values()))
    }


def _row(base, item, who, *, stage="independent", **words):
    source = {"source": "made up", "page": "none"} if words.get("support") else {}
    empty = dict.fromkeys(COLUMNS, "")
    return empty | base | source | {"item": item, "assessor": who, "stage": stage} | words
