"""What speaks for and against two records being one: each item same, other or unknown."""

from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from workflow.lib.review.dedupe.keys import COCHRANE, SHORT, same_journal

SAME, OTHER, UNKNOWN = "same", "other", "unknown"
CLOSE_NAME, CLOSE_WORD = 85, 70  # percent of letters
CLOSE = 90  # percent of letters of two titles that may be a slip apart
MOST_SHARED = 0.6  # share of authors that two records of one work have in common at least
_IDLE = "a an the of and in on for to with by from versus or at as study trial"
IDLE = frozenset(_IDLE.split())


@dataclass(frozen=True, slots=True)
class Evidence:
    """The comparison of two records."""

    title: float  # percent of letters that the titles share, in order
    main: float  # the same for the shorter title and as much of the longer one
    words: tuple[str, ...]  # of close titles: words that the other has in no similar form
    numbers: str
    author: str
    strangers: bool  # whether no family name stands in both
    years: int | None  # how many years apart
    journal: str
    volume: str
    issue: str
    page: str
    apart: bool  # whether they begin on two pages of one volume; 1 may be a page ahead of print
    doi: str
    pmid: str
    notices: tuple[str, str]
    reports: str
    telling: bool  # whether the shorter title says enough by itself
    cochrane: bool  # pages that name a Cochrane review, whatever its version

    @property
    def place(self):
        """Whether journal, volume and first page agree, as far as they are known."""
        if self.page == SAME and SAME in (self.volume, self.journal) and not self.cochrane:
            return SAME
        if self.journal == OTHER or (self.page == OTHER and self.volume == OTHER):
            return OTHER
        return UNKNOWN

    @property
    def near(self):
        """Whether the years are at most one apart, or one of them is not known."""
        return self.years is None or self.years <= 1


def similarities(keys, one, other):
    """(title, main) of Evidence, two arrays, for the pairs of places `one` and `other` in `keys`.

    `main` is 0 where the titles are close as they are, of about one length, or too short.
    """
    titles = [key.title for key in keys]
    a, b = [titles[place] for place in one], [titles[place] for place in other]
    title = _shared_letters(a, b)
    sizes = np.sort([list(map(len, a)), list(map(len, b))], axis=0)
    short, main = sizes[0], np.zeros(len(a))
    cut = np.flatnonzero((title < CLOSE) & (short >= SHORT) & (sizes[1] >= 1.08 * short))
    ends = list(zip(cut, short[cut], strict=True))
    main[cut] = _shared_letters(
        [a[at][:end] for at, end in ends], [b[at][:end] for at, end in ends]
    )
    return title, main


def _shared_letters(a, b):
    return process.cpdist(a, b, scorer=fuzz.ratio, dtype=np.float64)


def compare(a, b, *, title, main) -> Evidence:
    """Return the Evidence on two records; `title` and `main` are their similarities."""
    return Evidence(
        title=title,
        main=main,
        words=other_words(a.words, b.words) if CLOSE <= title < 100 else (),
        numbers=_numbers(a, b),
        author=_author(a, b),
        strangers=set(a.families).isdisjoint(b.families),
        years=None if None in (a.year, b.year) else abs(a.year - b.year),
        journal=_journal(a.journal, b.journal),
        volume=_equal(a.volume, b.volume),
        issue=_equal(a.issue, b.issue),
        page=_equal(a.page, b.page),
        apart=_apart(a, b),
        doi=_equal(a.doi, b.doi),
        pmid=_equal(a.pmid, b.pmid),
        notices=(a.notice, b.notice),
        reports=_reports(a, b),
        telling=a.telling and b.telling,
        cochrane=bool(COCHRANE.fullmatch(a.page) or COCHRANE.fullmatch(b.page)),
    )


def _equal(one, other):
    if not one or not other:
        return UNKNOWN
    return SAME if one == other else OTHER


def _apart(a, b):
    pages = {a.page, b.page}
    known = all(page.isdigit() and page != "1" for page in pages)
    return known and len(pages) == 2 and _equal(a.volume, b.volume) == SAME


def _journal(one, other):
    if not one or not other:
        return UNKNOWN
    return SAME if same_journal(one, other) else OTHER


def _reports(a, b):
    """OTHER if one is an abstract and one a paper, or one stands on the pages of a supplement."""
    if a.page and b.page and a.page.startswith("s") != b.page.startswith("s"):
        return OTHER
    return _equal(a.report, b.report)


def _numbers(a, b):
    """OTHER if each title has a number that the other has not."""
    if a.numbers == b.numbers:
        return SAME
    one, other = set(a.numbers), set(b.numbers)
    return OTHER if one - other and other - one else UNKNOWN


def _author(a, b):
    """Whether the first authors, or most of all authors, are the same."""
    if not a.families or not b.families:
        return UNKNOWN
    initials = not a.initial or not b.initial or a.initial == b.initial
    if initials and fuzz.ratio(a.families[0], b.families[0]) >= CLOSE_NAME:
        return SAME
    one, other = set(a.families), set(b.families)
    enough = min(len(one), len(other)) > 1
    return SAME if enough and len(one & other) >= MOST_SHARED * len(one | other) else OTHER


def other_words(one, other):
    """Words of either title that have no similar word among those that only the other has."""
    left = [word for word in one if word not in other and word not in IDLE]
    right = [word for word in other if word not in one and word not in IDLE]
    if "".join(left) == "".join(right):  # meta analysis, metaanalysis
        return ()
    return (*_without_match(left, right), *_without_match(right, left))


def _without_match(words, others):
    return tuple(
        word for word in words if not any(fuzz.ratio(word, one) >= CLOSE_WORD for one in others)
    )
