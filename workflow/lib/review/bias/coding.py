"""From the words of risk_of_bias.csv to the codes of its instruments; a word that none has is refused."""

import difflib

from workflow.lib.review.bias.instrument import OVERALL
from workflow.lib.review.bias.ratings import FILE, Row


def code_rows(rows, instruments):
    """(Rows, problems): each row with answer and judgement in the codes of its instrument.

    A code or its words are accepted, whatever their capitals; nothing else is guessed.
    """
    coded, problems = [], []
    for number, cells in enumerate(rows, 2):
        row, found = _code(number, cells, instruments)
        coded += [row] if row else []
        problems += [f"{FILE}, row {number} ({cells['study']}), {problem}" for problem in found]
    return coded, problems


def _code(number, cells, instruments):
    """(Row or None, problems) of one row."""
    instrument = instruments.get(cells["instrument"])
    if instrument is None:
        near = _nearest(cells["instrument"], {one: one for one in instruments})
        return None, [f"instrument: '{cells['instrument']}' is not known{near}"]
    items = _items(instrument)
    names = {name: name for name in items}
    item = _match(cells["item"], names)
    if item is None:
        near = _nearest(cells["item"], names)
        return None, [f"item: {instrument.name} has no '{cells['item']}'{near}"]
    cells = cells | {"item": item}
    part = items[item]
    coder = _coded_question if hasattr(part, "answers") else _coded_domain
    answer, judgement, problems = coder(cells, part, instrument)
    return (Row(number, cells, answer, judgement) if not problems else None), problems


def _items(instrument):
    """Item -> Domain or Question."""
    questions = {one.id: one for domain in instrument.domains for one in domain.questions}
    return (
        {domain.id: domain for domain in instrument.domains}
        | questions
        | {OVERALL: instrument.overall}
    )


def _coded_question(cells, question, instrument):
    problems = []
    known = {one: instrument.answers.get(one, one) for one in question.answers}
    codes = {one: one for one in known}
    answer = _match(cells["answer"], known)
    if not cells["answer"]:
        problems.append(f"answer: empty; {question.id} admits: {', '.join(known)}")
    elif answer is None:
        near = _nearest(cells["answer"], {said: one for one, said in known.items()} | codes)
        problems.append(f"answer: '{cells['answer']}' is no answer to {question.id}{near}")
    if cells["judgement"]:
        problems.append(
            f"judgement: {question.id} is a signalling question; judge the domain in a row of its own"
        )
    return answer or "", "", problems


def _coded_domain(cells, domain, instrument):
    problems = []
    known = {one.id: one.label for one in domain.judgements}
    judgement = _match(cells["judgement"], known)
    if cells["judgement"] and judgement is None:
        labels = {label: label for label in known.values()}
        near = _nearest(cells["judgement"], known | labels)
        problems.append(
            f"judgement: '{cells['judgement']}' is no judgement of {domain.id} in {instrument.name}{near}"
        )
    if cells["answer"]:
        problems.append(f"answer: {domain.id} is no signalling question; type it under judgement")
    return "", judgement or "", problems


def _plain(text):
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _match(text, known):
    """The code whose own text or words these are; None if there is none."""
    plain = _plain(text)
    found = [code for code, words in known.items() if plain in (_plain(code), _plain(words))]
    return found[0] if found else None


def _nearest(text, options):
    """'; did you mean 'Some concerns'?' or all that is admissible; `options` maps a spelling to what is shown."""
    shown = {_plain(str(one)): str(said) for one, said in options.items()}
    plain = _plain(text)
    alike = [
        one for one in shown if one and (plain.startswith(f"{one} ") or one.startswith(f"{plain} "))
    ]
    near = alike or difflib.get_close_matches(plain, shown, 1)
    if near and plain:
        return f"; did you mean '{shown[near[0]]}'?"
    return f"; admissible: {', '.join(dict.fromkeys(shown.values()))}"
