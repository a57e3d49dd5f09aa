"""flatten.py: labels that would have one id are told apart, in the numbers of their groups, too."""

import numpy as np

from workflow.lib.stats.examine.flatten import flatten, parts
from workflow.lib.stats.regression.subgroups import subgroup_analysis


def test_labels_that_differ_in_signs_alone_get_ids_of_their_own():
    assert parts(["<5 mg", ">5 mg", "<5 mg", "§"]) == {"<5 mg": "5_mg", ">5 mg": "5_mg_2", "§": "x"}


def test_subgroups_that_differ_in_signs_alone_keep_their_numbers_apart():
    labels = ["<5 mg", "<5 mg", ">5 mg", ">5 mg"]
    found = subgroup_analysis([0.1, 0.2, 0.7, 0.9], np.full(4, 0.1), labels)
    values = flatten(found, 4).values
    assert values["groups.5_mg.beta"] < values["groups.5_mg_2.beta"]
