"""The chains that stand in a page, unpacked as panel.js unpacks them."""

import re

TEXT = re.compile(r'<script type="application/json" id="chains">(.*?)</script>', re.DOTALL)
RECORDS = ("cells", "studies", "steps", "parts")


def records(columns):
    """Columns as records again: {"of": different values, "at": the place of each row's} or plain values."""
    values = [
        [one["of"][place] for place in one["at"]] if isinstance(one, dict) else one
        for one in columns.values()
    ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def unpacked(chains):
    """The chains as explain() gives them, from the JSON of a page."""
    numbers = {number.pop("id"): number for number in records(chains["numbers"])}
    lists = {name: records(chains[name]) for name in RECORDS if name in chains}
    return chains | lists | {"numbers": numbers}
