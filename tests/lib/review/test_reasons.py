"""workflow/lib/review/reasons.py: every code of a reason has a sentence, and words short enough for a figure."""

from workflow.lib.review.reasons import BRIEFLY, REASONS, in_words


def test_every_reason_is_said_at_length_and_briefly():
    assert set(BRIEFLY) == set(REASONS)
    for code, words in BRIEFLY.items():
        assert in_words(code) == words
        assert "_" not in words
        assert len(words) <= 32


def test_a_code_of_the_review_itself_is_read_as_its_words():
    assert in_words("no_sd") == "no standard deviation reported"
    assert in_words("wrong_population") == "wrong population"
