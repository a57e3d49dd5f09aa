"""workflow/lib/audit/relations/counts.py: N of M, percentages, parts and totals."""

import pytest

BAD, GOOD = "contradicted", "consistent"


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        ({"count": "6", "total": "21", "percent": "29%"}, GOOD),
        ({"count": "6", "total": "21", "percent": "28.6"}, GOOD),
        ({"count": "6", "total": "21", "percent": "32%"}, BAD),
        ({"count": "1", "total": "8", "percent": "12"}, GOOD),  # 12.5: a tie goes either way
        ({"count": "1", "total": "8", "percent": "13"}, GOOD),
        ({"count": "2", "total": "3", "percent": "66%"}, GOOD),  # cut off
        ({"fraction": "4 of 5", "percent": "80"}, GOOD),
        ({"fraction": "4/5", "percent": "75"}, BAD),
        ({"fraction": "4 of 5", "count": "4", "total": "5"}, GOOD),
        ({"fraction": "4 of 5", "count": "4", "total": "6"}, BAD),
        ({"count": "7", "total": "5"}, BAD),
        ({"total": "21", "percent": "28.6"}, GOOD),
        ({"total": "21", "percent": "30"}, BAD),  # 6 are 28.6%, 7 are 33.3%
        ({"count": "6", "percent": "28.6"}, GOOD),
        ({"count": "6", "percent": "33.4"}, BAD),  # 18 would be 33.3%, 17 would be 35.3%
        ({"total": "21", "percent": "0%"}, GOOD),
    ],
)
def test_counts_and_percentages_fit_or_not(claimed, verdicts, texts, verdict):
    assert set(verdicts(claimed(**texts)).values()) == {verdict}


def test_every_count_of_every_total_prints_as_its_own_percentage(claimed, verdicts):
    for total in range(1, 16):
        for count in range(total + 1):
            for digits in (0, 1, 2):
                percent = f"{100 * count / total:.{digits}f}%"
                lines = {"count": str(count), "total": str(total), "percent": percent}
                assert BAD not in verdicts(claimed(**lines)).values()
                assert BAD not in verdicts(claimed(total=str(total), percent=percent)).values()
                assert BAD not in verdicts(claimed(count=str(count), percent=percent)).values()


@pytest.mark.parametrize(("total", "verdict"), [("11", GOOD), ("12", BAD)])
def test_parts_add_up_to_their_total(one_claim, audited, total, verdict):
    parts = [one_claim("part", text, name=name) for name, text in (("a", "5"), ("b", "6"))]
    rows = audited([*parts, one_claim("total", total)])
    assert {row["verdict"] for row in rows.values()} == {verdict}
    assert rows["a"]["arithmetic"] == f"5 + 6 = 11, the total is {total}"


def test_a_part_alone_and_a_percentage_alone_say_nothing(one_claim, verdicts):
    assert verdicts([one_claim("part", "5"), one_claim("total", "9")])["part"] == "not_checkable"
    assert verdicts([one_claim("percent", "33.3")]) == {"percent": "not_checkable"}
    assert verdicts([one_claim("fraction", "4 of 5")]) == {"fraction": "not_checkable"}
    assert (
        verdicts([one_claim("fraction", "0 of 0"), one_claim("percent", "0")])["percent"]
        == "not_checkable"
    )
