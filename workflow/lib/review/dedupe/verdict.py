"""The verdict on two records: same, uncertain or different, by the first rule that applies.

What must not be merged in silence is uncertain at best: errata, retractions, abstracts of
conferences beside papers, numbered parts, and one title in two years (updates of reviews).
"""

from dataclasses import dataclass

from workflow.lib.review.dedupe.evidence import CLOSE, OTHER, SAME, UNKNOWN

UNCERTAIN, DIFFERENT = "uncertain", "different"
ALIKE, LIKE = 70, 80  # percent of letters: no contradiction to an id; the same in other words
BEGINNING = 95  # percent: one title without the subtitle of the other
RULES = {  # rule -> what it means, as tables print it
    "pmid": "same PMID",
    "doi": "same DOI",
    "title_author_year": "same title, first author and year",
    "title_place": "same or nearly the same title, and the same pages",
    "subtitle": "one title without the subtitle of the other, same author",
    "rewording": "title in other words, same author and pages",
    "notice": "one is a notice (erratum, retraction, comment) or protocol, the other is not",
    "retracted": "one is marked as retracted",
    "shared_id": "same DOI or PMID, but other title and author: the id of a whole issue or a mistake",
    "id_other_title": "same DOI or PMID, but another title",
    "doi_other_pmid": "same DOI, but another PMID",
    "other_pmid": "another PMID",
    "other_doi": "another DOI",
    "other_number": "numbers in the titles differ (parts, phases, durations)",
    "abstract_or_paper": "one is the abstract of a conference, the other a paper",
    "other_year": "same title in another year: an update, a series or an early version",
    "other_place": "same title and author, but other journal, volume or pages",
    "other_author": "same title, but another first author",
    "short_title": "the title is too short or too common to tell",
    "slip": "nearly the same title; too little else to be sure",
    "other_words": "a word of the title is another one",
    "translation": "same author, year and pages, but another title: a translation or a neighbour",
    "alike": "too little in common",
    "person": "decided by a person",
    "group": "would join records that are different",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from the evidence, and by which rule."""

    decision: str
    rule: str


def judge(e) -> Verdict:
    """Return the Verdict on two records from their Evidence."""
    for rule in (_notice, _ids, _other_ids, _conflict, _title, _beginning, _rewording):
        verdict = rule(e)
        if verdict is not None:
            return verdict
    return Verdict(DIFFERENT, "alike")


def _shared(e):
    return SAME in (e.pmid, e.doi)


def _notice(e):
    """A notice and a work, or two kinds of notices."""
    one, other = e.notices
    if one == other:
        return None
    kept = {one, other} == {"", "retracted"}
    same_work = e.author != OTHER and (e.title >= CLOSE or e.main >= BEGINNING)
    if _shared(e) or (kept and same_work) or (e.place == SAME and e.author == SAME):
        return Verdict(UNCERTAIN, "retracted" if kept else "notice")
    return Verdict(DIFFERENT, "notice")


def _ids(e):
    """One PMID or DOI, unless the titles contradict it."""
    if not _shared(e):
        return None
    close = e.title >= CLOSE or e.main >= BEGINNING or e.place == e.author == SAME
    if not close and (max(e.title, e.main) < ALIKE or e.author == OTHER):
        known = e.author == OTHER and e.place != SAME
        return Verdict(DIFFERENT, "shared_id") if known else Verdict(UNCERTAIN, "id_other_title")
    if e.pmid == OTHER:
        return Verdict(UNCERTAIN, "doi_other_pmid")
    if e.numbers == OTHER:
        return Verdict(UNCERTAIN, "other_number")
    return Verdict(SAME, "pmid" if e.pmid == SAME else "doi")


def _other_ids(e):
    """Two PMIDs or two DOIs: never one record without a person."""
    if OTHER not in (e.pmid, e.doi):
        return None
    rule = "other_pmid" if e.pmid == OTHER else "other_doi"
    known = e.place == SAME or (e.title == 100 and e.telling and e.years == 0 and e.page == UNKNOWN)
    twins = e.title >= CLOSE and known and e.author != OTHER and e.near and not e.words
    return Verdict(UNCERTAIN if twins and e.numbers != OTHER else DIFFERENT, rule)


def _conflict(e):
    """Parts with other numbers; an abstract beside a paper."""
    if e.numbers == OTHER:
        return Verdict(
            UNCERTAIN if e.place == SAME and e.author == SAME else DIFFERENT, "other_number"
        )
    if e.reports == OTHER:
        alike = (e.title >= CLOSE and not e.words) or e.main >= BEGINNING
        same_work = alike and e.author != OTHER and (e.years is None or e.years <= 3)
        return Verdict(UNCERTAIN if same_work else DIFFERENT, "abstract_or_paper")
    return None


def _title(e):
    """Titles that are equal or a slip apart."""
    if e.title < CLOSE or e.words:
        return None
    placed = e.title == 100 and e.telling and e.place == SAME
    if e.author == OTHER and (e.strangers or not placed):  # letters on one page share a title
        issue = e.years == 0 and e.volume == SAME and e.journal == SAME and e.page != OTHER
        near = e.place == SAME or e.page == SAME or (issue and e.telling)
        return Verdict(UNCERTAIN if near else DIFFERENT, "other_author")
    if not e.near or (e.cochrane and (e.years != 0 or e.issue == OTHER)):
        return Verdict(UNCERTAIN, "other_year") if e.telling else Verdict(DIFFERENT, "short_title")
    if e.place == SAME:
        return Verdict(SAME, "title_place")
    if not e.telling:
        return Verdict(UNCERTAIN if e.author == SAME else DIFFERENT, "short_title")
    if e.title < 100 or e.author == UNKNOWN or e.years != 0 or e.numbers != SAME:
        return Verdict(UNCERTAIN, "slip" if e.years == 0 else "other_year")
    return (
        Verdict(SAME, "title_author_year")
        if e.place != OTHER and not e.apart
        else Verdict(UNCERTAIN, "other_place")
    )


def _beginning(e):
    """One title is the beginning of the other."""
    if e.main < BEGINNING:
        return None
    if e.author == OTHER or not e.near:
        return Verdict(DIFFERENT, "alike")
    if e.place == SAME and e.author == SAME:
        return Verdict(SAME, "subtitle")
    return Verdict(DIFFERENT if e.place == OTHER else UNCERTAIN, "subtitle")


def _rewording(e):
    """Titles in other words: only the same pages speak for one record."""
    alike = max(e.title, e.main)
    if e.author != SAME or not e.near:
        return Verdict(DIFFERENT, "other_words" if alike >= CLOSE else "alike")
    if e.place == SAME:
        return Verdict(SAME, "rewording") if alike >= LIKE else Verdict(UNCERTAIN, "translation")
    if alike >= CLOSE and e.years == 0 and e.place == e.page == UNKNOWN:
        return Verdict(UNCERTAIN, "other_words")
    return Verdict(DIFFERENT, "other_words" if alike >= CLOSE else "alike")
