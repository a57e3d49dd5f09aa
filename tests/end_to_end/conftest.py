"""The page of the built review, open in a browser."""

import pytest

from tests.browser import Visit, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def path(built_project):
    return built_project / "results/report/index.html"


@pytest.fixture
def visit(browser, path):
    with Visit(browser, path) as found:
        yield found


@pytest.fixture
def page(visit):
    return visit.page
