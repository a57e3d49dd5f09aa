"""A headless Chromium, driven by Playwright: pages are opened offline, and what they ask for is kept."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SKIP = "no Chromium on the PATH (Debian: apt-get install chromium); the page was not opened"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
FLAGS = (
    "--no-sandbox",  # tests may run as root in a container
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no name leads anywhere: the network is off
)


@contextmanager
def chromium():
    """A browser of the machine; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(SKIP)
    os.environ.setdefault("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


class Visit:
    """One page in a window of its own, as a reader with these settings has it.

    `page` is Playwright's; `asked` has every address that was asked for, `complaints` all that the
    console or a script has complained of.
    """

    def __init__(self, browser, path, *, size=DESK, scheme="light", script=True):
        self.context = browser.new_context(
            viewport=size,
            color_scheme=scheme,
            java_script_enabled=script,
            offline=True,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)  # ms; a test machine may be busy
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.resolve().as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()
