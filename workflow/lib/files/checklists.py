"""The reporting checklists that come with the workflow, as data."""

import yaml

from workflow.lib.files.schemas import SCHEMAS

PRISMA = SCHEMAS / "checklists/prisma_2020.yaml"  # with the schemas: part of the fingerprint


def read_checklists():
    """Checklist (main, abstract) -> its items in order: item, section, topic, asks, where, needs, open."""
    return yaml.safe_load(PRISMA.read_text(encoding="utf-8"))
