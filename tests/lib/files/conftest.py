"""A raw folder to spoil: the project's tables as they were first collected, copied.

Not data/raw itself: its rows move when the review is completed, and then no test should fail.
"""

import shutil
from pathlib import Path

import pytest

RAW = Path(__file__).parents[2] / "projects/as_collected/data/raw"


@pytest.fixture
def folder(tmp_path):
    """A copy of the tables of tests/projects/as_collected."""
    return Path(shutil.copytree(RAW, tmp_path / "raw"))
