"""Made-up judgements, protocol, checklist rows and a made-up retraction snapshot for given analyses.

Nothing here was said by anybody: every text says that it is made up, every person is called so. The
same seed gives the same rows.
"""

import csv
import io
import random

from workflow.lib.review.certainty.words import DOWNGRADES, STEPS
from workflow.lib.review.protocol import protocol_rows

WHO = ("A. Madeup", "B. Invented")
DAY = "2026-01-31"
SAID = "made up for a test"
SNAPSHOT_COLUMNS = (  # of the Retraction Watch database, in its order
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author"),
    *("URLS", "ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID"),
    *("OriginalPaperDate", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature"),
    *("Reason", "Paywalled", "Notes"),
)
NATURES = ("Retraction", "Expression of concern", "Correction", "Reinstatement")


def judgements(analyses, seed=0):
    """Rows of certainty.csv: every downgrade domain of every analysis, one upgrade domain of some."""
    dice, rows = random.Random(seed), []
    for analysis in analyses:
        domains = [*DOWNGRADES, *(["large_effect"] if dice.random() < 0.3 else [])]
        for domain in domains:
            judgement = dice.choice(list(STEPS[domain]))
            rows.append(
                {
                    **{"analysis": analysis, "domain": domain, "judgement": judgement},
                    "footnote": "" if judgement == "none" else f"{domain} is {judgement}; {SAID}",
                    **{"who": dice.choice(WHO), "date": DAY},
                }
            )
    return rows


def risk_of_bias(studies, seed=0):
    """Rows of results/tables/risk_of_bias.csv: one overall judgement per study."""
    dice = random.Random(seed)
    return [bias_row(one, dice.choice(("low", "low", "some", "high"))) for one in studies]


def bias_row(study, level, *, outcome="", domain="overall"):
    """One row of results/tables/risk_of_bias.csv."""
    return {
        **{"study": study, "slab": study, "design": "randomised_trial", "outcome": outcome},
        **{"instrument": "rob2_2019", "name": "RoB 2", "domain": domain, "label": "Overall"},
        **{"judgement": level, "words": level, "level": level, "overridden": False},
        **{"assessor": WHO[0], "reason": SAID},
    }


def protocol(config, *, changes=(), registration="MADE-UP-1"):
    """Rows of protocol.csv: the configuration as it is, but for `changes` (path -> planned value)."""
    planned = dict(changes)
    return [
        row | ({"value": planned[row["path"]]} if row["path"] in planned else {})
        for row in protocol_rows(config, date="2025-03-01", registration=registration)
    ]


def deviations(paths):
    """Rows of deviations.csv: a made-up reason for each path."""
    return [{"path": one, "reason": SAID, "who": WHO[0], "date": DAY} for one in paths]


def checklist(items):
    """Rows of the main checklist in checklist.csv."""
    return [{"checklist": "main", "item": one, "where": "", "note": SAID} for one in items]


def snapshot(papers, *, rows=200, note=20, seed=0):
    """Bytes of a made-up retraction_watch.csv: `papers` are (doi, pmid, nature), the rest is noise.

    As in the real file, the header ends with a comma, days are month/day/year, and a paper without
    a PubMed id has a 0; `note` is the length of the notes.
    """
    dice, text = random.Random(seed), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*SNAPSHOT_COLUMNS, ""])
    noise = [(f"10.5555/noise.{n}", "0", dice.choice(NATURES)) for n in range(rows)]
    for number, (doi, pmid, nature) in enumerate([*noise, *papers], 1):
        cells = dict.fromkeys(SNAPSHOT_COLUMNS, "") | {
            **{"Record ID": str(number), "Title": f"Made-up title {number}, with a comma"},
            **{"RetractionDate": f"{1 + number % 12}/{1 + number % 28}/2020 0:00"},
            **{"OriginalPaperDOI": doi, "OriginalPaperPubMedID": pmid},
            **{"RetractionNature": nature, "Reason": "+Made up;+For a Test;", "Notes": "x" * note},
        }
        writer.writerow([*cells.values(), ""])
    return text.getvalue().encode()
