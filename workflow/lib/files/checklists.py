"""The reporting checklists that come with the workflow, as data."""

from functools import cache

import yaml

from workflow.lib.files.schemas import LOADER, SCHEMAS

PRISMA = SCHEMAS / "checklists/prisma_2020.yaml"  # with the schemas: part of the fingerprint


@cache
def read_checklists():
    """Checklist (main, abstract) -> its items in order: item, section, topic, asks, where, needs, open.

    Only read it: it is the same object every time.
    """
    return yaml.load(PRISMA.read_text(encoding="utf-8"), Loader=LOADER)
