"""workflow/lib/audit/forensics/digits.py: last digits of many means and SDs."""

import numpy as np
import pytest

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.digits import FEWEST, last_digits


def places(count, seed, digits=None, n="500"):
    rng = np.random.default_rng(seed)
    for number in range(count):
        mean, sd = rng.uniform(3, 7), rng.uniform(1.5, 2.5)
        texts = [f"{mean:.2f}", f"{sd:.2f}"]
        if digits:
            texts = [f"{text[:-1]}{rng.choice(list(digits))}" for text in texts]
        yield {"time_point": f"{number} weeks", "n": n, "mean": texts[0], "sd": texts[1]}


@pytest.mark.parametrize("seed", range(20))
def test_drawn_numbers_raise_no_finding(cells_for, seed):
    tested = last_digits(cells_of(cells_for(*places(100, seed))))
    assert (tested.compared, tested.findings) == (1, [])


def test_fives_and_noughts_in_most_places_are_found(cells_for):
    tested = last_digits(cells_of(cells_for(*places(100, 1, digits="0055512"))))
    assert "5 stands" in tested.findings[0].message
    assert tested.findings[0].severity == "note"


def test_too_few_numbers_are_left_out(cells_for):
    tested = last_digits(cells_of(cells_for(*places(FEWEST // 2 - 1, 1, digits="0"))))
    assert (tested.compared, len(tested.skipped)) == (0, 1)


def test_means_of_few_persons_do_not_count_for_their_last_digit_is_not_free(cells_for):
    tested = last_digits(cells_of(cells_for(*places(60, 1, digits="0", n="10"))))
    assert tested.compared == 0
