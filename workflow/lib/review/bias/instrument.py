"""An instrument for risk of bias: its domains, the answers they admit, and what its algorithms suggest."""

from dataclasses import dataclass

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One admissible judgement and the light that it is drawn as."""

    id: str
    label: str
    level: str


@dataclass(frozen=True, slots=True)
class Question:
    """A signalling question; it is asked where one of the conditions in `asked` is met, or always."""

    id: str
    label: str
    answers: tuple[str, ...]
    asked: tuple[dict, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain: what it admits, and its decision tables (lines of conditions and a judgement)."""

    id: str
    label: str
    judgements: tuple[Judgement, ...]
    questions: tuple[Question, ...] = ()
    tables: tuple[tuple[dict, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of an instrument; `overall` is its last domain, judged from the others."""

    id: str
    name: str
    version: str
    scope: str
    citation: str
    designs: tuple[str, ...]
    answers: dict[str, str]
    domains: tuple[Domain, ...]
    overall: Domain
    lines: tuple[dict, ...]  # the overall algorithm; empty where a person judges
    rule: str  # whose algorithm it is: the instrument's, the review's own, or nobody's
    remark: str

    @property
    def parts(self):
        """All domains, overall last."""
        return (*self.domains, self.overall)


def instrument_of(record, own=None):
    """The Instrument of a record; `own` is the review's own overall rule from config.yaml, if any."""
    judgements = _judgements(record["judgements"])
    overall = record["overall"]
    lines = (own or overall).get("lines" if own else "algorithm", ())
    rule = f"the review's own rule: {own['words']}" if own else "algorithm of the instrument"
    admitted = _judgements(overall["judgements"]) if "judgements" in overall else _seen(record)
    return Instrument(
        **{name: record[name] for name in ("id", "name", "version", "scope", "citation")},
        designs=tuple(record["designs"]),
        answers=record.get("answers", {}),
        domains=tuple(_domain(one, judgements) for one in record["domains"]),
        overall=Domain(OVERALL, "Overall", admitted),
        lines=tuple(lines),
        rule=rule if lines else "judged by a person",
        remark=overall.get("remark", ""),
    )


def _judgements(entries):
    return tuple(Judgement(**entry) for entry in entries)


def _seen(record):
    """The judgements of the domains, in order: those of some domain and none that is not applicable."""
    return tuple(one for one in _judgements(record["judgements"]) if one.level != "none")


def _domain(record, judgements):
    admitted = record.get("judgements", [one.id for one in judgements])
    return Domain(
        record["id"],
        record["label"],
        tuple(one for one in judgements if one.id in admitted),
        tuple(
            Question(one["id"], one["label"], tuple(one["answers"]), tuple(one.get("asked", ())))
            for one in record.get("questions", ())
        ),
        tuple(tuple(table) for table in record.get("algorithm", ())),
    )


def asked(question, answers):
    """Whether a question is asked, given the answers (question -> answer) to the others."""
    return not question.asked or any(_fits(one, answers) for one in question.asked)


def _fits(conditions, answers):
    return all(answers.get(question) in admitted for question, admitted in conditions.items())


def unanswered(domain, answers):
    """Ids of the questions that are asked and have no answer that says anything."""
    reached = reached_answers(domain, answers)
    return [
        one.id
        for one in domain.questions
        if asked(one, reached) and reached.get(one.id) in (None, "NA")
    ]


def reached_answers(domain, answers):
    """The answers to the questions that are asked, in order; an answer beyond them says nothing."""
    reached = {}
    for question in domain.questions:
        if asked(question, reached) and question.id in answers:
            reached[question.id] = answers[question.id]
    return reached


def suggested(domain, answers):
    """The id of the judgement that a domain's algorithm suggests; empty without one or without answers.

    Of several decision tables the worst answer counts; in each the first line that fits.
    """
    if not domain.tables or unanswered(domain, answers):
        return ""
    reached = reached_answers(domain, answers)
    found = [
        next((line["then"] for line in table if _fits(line["when"], reached)), "")
        for table in domain.tables
    ]
    order = [one.id for one in domain.judgements]
    return max(found, key=order.index) if all(one in order for one in found) else ""


def suggested_overall(instrument, judgements):
    """The id of the overall judgement that follows from those of the domains, by counts; or empty."""
    if not instrument.lines or len(judgements) < len(instrument.domains):
        return ""
    counts = {one: list(judgements).count(one) for one in judgements}
    for line in instrument.lines:
        if all(counts.get(one, 0) >= least for one, least in line.get("at_least", {}).items()):
            return line["then"]
    return ""


def instrument_problems(record, place):
    """What an instrument names and does not have: judgements, answers, questions; and what is twice."""
    judgements = [one["id"] for one in record["judgements"]]
    problems = [*_twice(judgements, "judgements"), *_twice(_ids(record), "domains and questions")]
    for domain in record["domains"]:
        here = f"domains.{domain['id']}"
        problems += _unknown(f"{here}.judgements", domain.get("judgements", ()), judgements)
        questions = {one["id"]: one["answers"] for one in domain.get("questions", ())}
        for question in domain.get("questions", ()):
            known = record.get("answers", {})
            problems += _unknown(f"{here}.{question['id']}.answers", question["answers"], known)
            for one in question.get("asked", ()):
                problems += _conditions(f"{here}.{question['id']}.asked", one, questions)
        for line in (line for table in domain.get("algorithm", ()) for line in table):
            problems += _conditions(f"{here}.algorithm", line["when"], questions)
            admitted = domain.get("judgements", judgements)
            problems += _unknown(f"{here}.algorithm", [line["then"]], admitted)
    lines = record["overall"].get("algorithm", ())
    problems += overall_problems("overall.algorithm", lines, instrument_of(record))
    return [f"{place}, {problem}" for problem in problems]


def overall_problems(place, lines, instrument):
    """Judgements that an overall rule names and the instrument does not have, or a rule without an end."""
    known = list(
        dict.fromkeys(one.id for domain in instrument.domains for one in domain.judgements)
    )
    problems = []
    for line in lines:
        problems += _unknown(place, line.get("at_least", {}), known)
        problems += _unknown(
            place, [line["then"]], [one.id for one in instrument.overall.judgements]
        )
    if lines and "at_least" in lines[-1]:
        problems.append(
            f"{place}: the last line has a condition; end with a line that has only 'then'"
        )
    return problems


def _ids(record):
    for domain in record["domains"]:
        yield domain["id"].casefold()
        yield from (one["id"] for one in domain.get("questions", ()))
    yield OVERALL


def _twice(names, place):
    names = list(names)
    return [
        f"{place}: '{one}' is there twice" for one in dict.fromkeys(names) if names.count(one) > 1
    ]


def _unknown(place, names, known):
    known = list(known)
    return [
        f"{place}: '{one}' is not one of: {', '.join(known)}" for one in names if one not in known
    ]


def _conditions(place, conditions, questions):
    """Conditions on questions of the same domain and on answers that they admit."""
    problems = _unknown(place, conditions, questions)
    for question, admitted in conditions.items():
        if question in questions:
            problems += _unknown(f"{place}.{question}", admitted, questions[question])
    return problems
