"""Made-up claims for the comparisons of printed quantities, and the verdicts on them."""

import pytest

from workflow.lib.audit.claims import audit_claims
from workflow.lib.stats.batch.pool import pool_groups


def claim(quantity, text, **words):
    return {
        "id": "_".join(filter(None, (words.get("study", ""), words.get("name", quantity)))),
        "group": "g",
        "study": "",
        "quantity": quantity,
        "printed": text,
        "level": 95 if quantity.startswith("ci_") else None,
        "scale": "",
        "digits": "",
        "counterpart": "",
        "convention": "not_stated",
        "missing": "made up: the data",
        "sentence": "A made-up claim.",
        "source": "made up",
        "quote": "made up",
        **{key: value for key, value in words.items() if key != "name"},
    }


@pytest.fixture(scope="session")
def claimed():
    """The function (common words, quantity=text ...) -> claims of one line."""

    def line(common=None, **texts):
        return [claim(name, text, **(common or {})) for name, text in texts.items()]

    return line


@pytest.fixture(scope="session")
def one_claim():
    """The function (quantity, text, words) -> one claim."""
    return claim


@pytest.fixture(scope="session")
def audited():
    """The function (claims) -> id -> row of the audit."""

    def audit(claims):
        rows = audit_claims(claims, ours={}, flow={}, narrated=(), pool_groups=pool_groups)
        return {row["claim"]: row for row in rows}

    return audit


@pytest.fixture(scope="session")
def verdicts(audited):
    """The function (claims) -> id -> verdict."""
    return lambda claims: {name: row["verdict"] for name, row in audited(claims).items()}
