"""A made-up review whose decisions the tests export and import again."""

import csv
import io

import pytest

from tests.projects.screening_exports_made_up import made_up_records
from tests.projects.screening_made_up import made_up_ledger

STUDIES = [{"study": f"made_up_{i}", "slab": f"Made-up {i}", "role": "pooled"} for i in range(4)]


@pytest.fixture(scope="session")
def records():
    return made_up_records(120)


@pytest.fixture(scope="session")
def ledger(records):
    names = [row["record"] for row in records]
    return made_up_ledger(names, [study["study"] for study in STUDIES])


@pytest.fixture(scope="session")
def studies():
    return STUDIES


def table(content):
    """(columns, rows) of the bytes of a CSV file."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8")))
    rows = [{name: cell.strip() for name, cell in row.items()} for row in reader]
    return list(reader.fieldnames), rows


@pytest.fixture(scope="session")
def read():
    return table
