"""workflow/lib/files/collector.py: the search for circles rests inside, and is afterwards as it was."""

import gc

import pytest

from workflow.lib.files.collector import no_search_for_circles


def test_the_search_rests_inside_and_goes_on_afterwards_even_after_an_error():
    with no_search_for_circles(), no_search_for_circles():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="made up"), no_search_for_circles():
        raise ValueError("made up")
    assert gc.isenabled()


def test_where_it_rested_before_it_rests_afterwards():
    gc.disable()
    try:
        with no_search_for_circles():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
