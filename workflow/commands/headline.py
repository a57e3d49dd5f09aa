"""The last words of make report: what was made, by which renderer, and the headline."""

import argparse
import os
import sys
from pathlib import Path

from workflow.lib.errors import ReviewError
from workflow.lib.files.tables import read_json, read_rows

REPORT = tuple(f"results/report/{name}" for name in ("index.html", "report.docx", "report.pdf"))
MADE = (*REPORT, "results/summary.md", "results/numbers.json")


def main(words=None) -> None:
    """Print the headline of the last run of the review in `--directory`."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--directory", default=".", help="folder of the review")
    try:
        os.chdir(asked.parse_args(words).directory)
        print(
            "\n".join(headline(read_json("results/numbers.json"), read_json("results/inputs.json")))
        )
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\nrun `make report` first")


def headline(numbers, inputs):
    """Lines for the terminal."""
    parts = inputs["config"]["headline"]
    lines = ["", "Made:"]
    lines += [f"  {path}  ({Path(path).stat().st_size // 1024} kB)" for path in MADE]
    lines += [f"  {Path('results/logs/render_report/render_report.log').read_text().strip()}", ""]
    lines += pool(numbers, parts["primary"], "Primary pool")
    if "controlled" in parts:
        lines += pool(numbers, parts["controlled"], "Against sham")
    lines += published(f"pooled.{parts['primary']}.beta")
    return [*lines, "", f"Open {Path(MADE[0]).resolve()}"]


def pool(numbers, name, words):
    """One pool in a line or two: below three studies both intervals."""

    def text(item):
        return numbers[f"pooled.{name}.{item}"]["text"]

    k = numbers[f"pooled.{name}.k"]["value"]
    if k == 0:
        return [f"{words}: no study"]
    level, unit = text("level"), numbers[f"pooled.{name}.beta"]["unit"]
    if k == 1:
        interval = f"[{text('ci_lb')}, {text('ci_ub')}]"
        return [f"{words}: {text('beta')} {unit}, {level}% CI {interval} (one study, no pool)"]
    knha = f"[{text('adhoc.ci_lb')}, {text('adhoc.ci_ub')}] Knapp-Hartung"
    wald = f"[{text('z.ci_lb')}, {text('z.ci_ub')}] Wald"
    candidates = numbers[f"pooled.{name}.k_candidate"]["value"]
    note = f", {candidates} of them candidates" if candidates else ""
    return [f"{words}: {text('beta')} {unit}, {level}% CI {knha}, {wald} (k = {k}{note})"]


def published(counterpart):
    """The published estimate with its verdict."""
    claims = read_rows("results/audit/claims.csv", "claims_audit")
    return [
        f"Published: {claim['printed']} ({claim['verdict'].replace('_', ' ')})"
        for claim in claims
        if claim["counterpart"] == counterpart
    ]


if __name__ == "__main__":
    main()
