"""workflow/lib/review/dedupe/keys.py: one plain form for what exports print in many."""

import pytest

from tests.lib.review.dedupe.made_up import record
from workflow.lib.review.dedupe.keys import (
    family_of,
    initial_of,
    keys_of,
    notice_of,
    numbers_of,
    plain,
    plain_journal,
    plain_page,
    same_journal,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller’s β-blockers: a randomised trial.", "MULLER'S BETA BLOCKERS - A RANDOMIZED TRIAL"),
        ("Ischaemic tumours & behaviour", "Ischemic tumors and behavior"),
        ("A vs. B in Łódź", "a versus b in Lodz"),
        ("Ｆｕｌｌ width", "full width"),
    ],
)
def test_case_accents_punctuation_and_spelling_do_not_matter(one, other):
    assert plain(one) == plain(other)


def test_titles_in_other_scripts_keep_their_letters():
    assert plain("Лечение боли: обзор") == "лечение боли обзор"


@pytest.mark.parametrize(
    ("author", "family", "initial"),
    [
        ("Müller, Anna Maria", "muller", "a"),
        ("Müller AM", "muller", "a"),
        ("Müller A.M.", "muller", "a"),
        ("Müller, A.M.", "muller", "a"),
        ("A. M. Müller", "muller", "a"),
        ("Anna Maria Müller", "muller", "a"),
        ("van der Berg A", "vanderberg", "a"),
        ("O'Brien-Smith, J.", "obriensmith", "j"),
        ("PAIN Study Group", "group", "p"),
        ("", "", ""),
    ],
)
def test_an_author_is_one_in_all_forms_of_the_name(author, family, initial):
    assert (family_of(author), initial_of(author)) == (family, initial)


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("pain part ii", ("2",)),
        ("pain part 2", ("2",)),
        ("pain part two", ("2",)),
        ("pain part b", ("b",)),
        ("a 12 week trial", ("12",)),
        ("i for one", ()),
    ],
)
def test_numbers_of_titles_are_found_in_all_their_forms(title, numbers):
    assert numbers_of(title) == numbers


@pytest.mark.parametrize(
    ("title", "types", "notice"),
    [
        ("Erratum: pain", "", "erratum"),
        ("Correction to: pain", "", "erratum"),
        ("pain (erratum)", "", "erratum"),
        ("pain", "Published Erratum", "erratum"),
        ("Correction of scoliosis", "", ""),
        ("RETRACTED: pain", "", "retracted"),
        ("pain", "Journal Article; Retracted Publication", "retracted"),
        ("Retraction: pain", "", "retraction"),
        ("Reply to Smith", "", "comment"),
        ("pain: study protocol for a trial", "", "protocol"),
        ("pain", "Journal Article", ""),
    ],
)
def test_notices_are_told_by_title_or_type(title, types, notice):
    assert notice_of(title.casefold(), types.casefold()) == notice


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Journal of Made-up Pain", "J Made-up Pain", True),
        ("Journal of Made-up Pain : official journal of nobody", "J. made-up pain", True),
        ("BMJ (Clinical research ed.)", "British Medical Journal", True),
        ("The Lancet", "Lancet", True),
        ("Pain", "Pain Medicine of Nowhere", False),
        ("Annals of Fictional Neurology", "Archives of Imaginary Rehabilitation", False),
    ],
)
def test_journals_are_one_under_abbreviation(one, other, same):
    assert same_journal(plain_journal(one), plain_journal(other)) is same


@pytest.mark.parametrize(
    ("pages", "page"),
    [
        ("0123-30", "123"),
        ("S12-S14", "s12"),
        ("e1001", "e1001"),
        ("CD1234", "cd001234"),
        ("n/a", ""),
    ],
)
def test_the_first_page_is_what_counts(pages, page):
    assert plain_page(pages) == page


def test_a_record_without_anything_has_empty_keys():
    keys = keys_of(record("", authors="", year=None, journal="", volume="", issue="", pages=""))
    assert (keys.title, keys.families, keys.page, keys.telling) == ("", (), "", False)
