"""workflow/lib/audit/screening_numbers.py: every figure of screening with its method and what it rests on."""

from tests.lib.review.made_up_ledger import ledger, votes
from tests.projects.screening_made_up import ledger_row
from workflow.lib.audit.glossary import method_words
from workflow.lib.audit.registry import registry
from workflow.lib.audit.screening_numbers import reason_ids, screening_numbers
from workflow.lib.review.screening_summary import summary
from workflow.lib.stats.kappa import ONE_CATEGORY, cohen_kappa


def numbers(rows):
    pairs, _, reasons, stages = summary(rows, agreement=cohen_kappa)
    return registry(screening_numbers(pairs, reasons, stages))


def test_two_screeners_have_the_ids_of_the_stage():
    found = numbers(ledger())
    assert found["screening.title_abstract.kappa"]["value"] == cohen_kappa([[6, 1], [0, 1]]).kappa
    assert found["screening.title_abstract.percent"]["text"] == "87.5%"
    assert found["screening.full_text.decided.conflicts"]["value"] == 2
    assert found["screening.full_text.n"]["unit"] == "reports"
    assert found["screening.title_abstract.level"]["text"] == "95"


def test_more_screeners_have_the_ids_of_each_pair():
    rows = votes("x", "title_abstract", ("include", "include"))
    rows.append(ledger_row("x", "title_abstract", "Dr. D", "include"))
    found = numbers(rows)
    assert {"screening.title_abstract.a_b.kappa", "screening.title_abstract.a_dr_d.pabak"} <= set(
        found
    )
    assert "screening.title_abstract.kappa" not in found
    assert found["screening.title_abstract.a_b.kappa"]["text"] == ONE_CATEGORY
    assert found["screening.title_abstract.a_b.kappa"]["value"] is None


def test_each_reason_has_its_count():
    found = numbers(ledger())
    names = reason_ids([{"reason": "no results"}, {"reason": "No results!"}])
    assert found["screening.reasons.no_results"]["value"] == 1
    assert len(set(names.values())) == 2, "reasons that are spelt alike keep their own ids"


def test_every_number_rests_on_the_ledger_and_names_its_file_and_its_rule():
    for name, number in numbers(ledger()).items():
        assert number["basis"] == [f"screening:{name.removeprefix('screening.')}"]
        assert number["rule"] == "summarise_screening"
        assert number["file"].startswith("results/tables/screening_")


def test_the_codes_of_the_methods_are_explained():
    found = numbers(ledger())
    assert method_words(found["screening.title_abstract.kappa"]["method"])
    assert method_words(found["screening.title_abstract.pabak"]["method"])
