"""How far two extractors agree: shares, kappa of what is there and of words, ICC of numbers."""

from workflow.lib.review.quantities import TEXT
from workflow.lib.review.reconciliation import UNIT, VALUE, numbers_of

EQUAL = ("agree", "same_number")
ALL = "all"


def agreement_rows(cells, *, kappa, icc):
    """Rows of results/tables/extraction_agreement.csv; studies that were extracted once do not count.

    `kappa(table)` and `icc(ratings)` are those of workflow.lib.stats.
    """
    cells = [cell for cell in cells if cell["found"] != "once"]
    values = [cell for cell in cells if cell["column"] == VALUE]
    rows = [_share("values", values), _share("units", [c for c in cells if c["column"] == UNIT])]
    presence = [(bool(cell["a"]), bool(cell["b"])) for cell in values]
    rows.append(_kappa("presence of a value", presence, kappa))
    words = [c for c in cells if _is_word(c) and c["a"] and c["b"]]
    rows.append(_kappa("words and units", [(c["a"], c["b"]) for c in words], kappa))
    pairs = [
        (cell["quantity"], *numbers)
        for cell in values
        if (numbers := numbers_of((cell["a"], cell["b"])))
    ]
    for quantity in dict.fromkeys(pair[0] for pair in pairs):
        rows.append(_icc(quantity, [pair[1:] for pair in pairs if pair[0] == quantity], icc))
    return rows


def _is_word(cell):
    return cell["column"] == UNIT or cell["quantity"] in TEXT


def _share(what, cells):
    """The share of cells on which both agree, whatever the decimals."""
    n, agreed = len(cells), sum(cell["found"] in EQUAL for cell in cells)
    found = {"what": what, "statistic": "percent", "n": n, "agreed": agreed}
    found |= {"method": "share of cells with the same text or the same number"}
    if not n:
        return found | {"value": None, "reason": "not estimable: no cell was extracted by both"}
    return found | {"value": 100.0 * agreed / n, "reason": ""}


def _kappa(what, pairs, kappa):
    """Cohen's kappa of two people's categories."""
    names = sorted({name for pair in pairs for name in pair}, key=str)
    table = [[pairs.count((one, other)) for other in names] for one in names]
    found = kappa(table if len(names) > 1 else [[len(pairs), 0], [0, 0]])
    return {
        **{"what": what, "statistic": "kappa", "n": found.n, "agreed": found.agreed},
        **{"value": found.kappa, "ci_lb": found.ci_lb, "ci_ub": found.ci_ub},
        **{"level": found.level, "reason": found.reason},
        "method": "Cohen's kappa; large-sample SE (Fleiss et al. 1969)",
    }


def _icc(quantity, pairs, icc):
    """The intraclass correlation of the numbers of one quantity."""
    found = icc(pairs)
    return {
        **{"what": quantity, "statistic": "icc", "n": found.n},
        "agreed": sum(one == other for one, other in pairs),
        **{"value": found.icc, "ci_lb": found.ci_lb, "ci_ub": found.ci_ub},
        **{"level": found.level, "reason": found.reason, "method": found.tag},
    }
