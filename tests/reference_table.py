"""Print how the library agrees with metafor: of one topic every difference, or of all topics a table.

python -m tests.reference_table          writes the table into docs/agreement.md
python -m tests.reference_table TOPIC    prints the worst differences of one topic
"""

import sys
from pathlib import Path

from tests.agreement import compared, load, oracle, topics

PAGE = Path(__file__).parents[1] / "docs/agreement.md"
START, END = "<!-- table: make reference-table -->\n", "<!-- end -->\n"


def worst(topic: str) -> tuple[int, int, float, str, dict[str, dict]]:
    """(cases, numbers, worst relative difference, where, cases by reason) of a topic."""
    count, top, place, meant = 0, 0.0, "", {}
    for case in load(topic)["cases"]:
        for name, distance, _, reason in compared(topic, case):
            if reason:
                whole = case["id"] in getattr(oracle(topic), "DIFFERENCES", {})
                key = case["id"] if whole else f"{case['id']}:{name}"
                meant.setdefault(reason, {})[key] = None
                continue
            count += 1
            if distance > top:
                top, place = distance, f"{case['id']} {name}"
    return len(load(topic)["cases"]), count, top, place, meant


def of_one(topic: str) -> str:
    """The worst difference of every name of a topic, and what is above its tolerance."""
    tops, lines = {}, []
    for case in load(topic)["cases"]:
        try:
            found = list(compared(topic, case))
        except Exception as error:  # a broken answer is listed, the others are still compared
            lines.append(f"FAILED {case['id']}: {type(error).__name__}: {error}")
            continue
        for name, distance, allowed, known in found:
            if not known and distance > tops.get(name, (-1.0, ""))[0]:
                tops[name] = (distance, case["id"])
            if not known and not distance <= allowed:
                lines.append(f"ABOVE {case['id']} {name}: {distance:.3g}")
    rows = [f"{name:24} {distance:9.2g}  {case}" for name, (distance, case) in tops.items()]
    return "\n".join([*lines, "", *rows])


def of_all() -> str:
    """The table of all topics, in Markdown."""
    rows = [
        "| Topic | Cases | Numbers | Worst relative difference | Where |",
        "|---|---:|---:|---:|---|",
    ]
    why = ["", "Where we differ on purpose:", "", "| Topic | Why | Cases |", "|---|---|---|"]
    for topic in topics():
        cases, count, top, place, meant = worst(topic)
        rows.append(f"| {topic} | {cases} | {count:,} | {top:.1g} | {place} |")
        for reason, keys in meant.items():
            more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
            why.append(f"| {topic} | {reason} | {', '.join(list(keys)[:3])}{more} |")
    return "\n".join([*rows, *why]) + "\n"


def main() -> None:
    if len(sys.argv) > 1:
        print(of_one(sys.argv[1]))
        return
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START)
    PAGE.write_text(before + START + of_all() + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
