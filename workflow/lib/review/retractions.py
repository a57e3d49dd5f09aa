"""Whether the paper of a study is listed as retracted, corrected or doubted in a dated snapshot."""

import re

DOI = re.compile(  # those of SICI form have brackets, < and ; inside
    r"\b10\.\d{4,9}/\(SICI\)[^\s\"]+|\b10\.\d{4,9}/[^\s\"<>,;]+", re.IGNORECASE
)
PMID = re.compile(r"\bPMID:?\s*(\d+)", re.IGNORECASE)
NATURES = {  # RetractionNature -> status; the first that is in force counts
    "retraction": "retraction",
    "expression of concern": "expression_of_concern",
    "correction": "correction",
    "reinstatement": "reinstatement",
}
ORDER = (*NATURES.values(), "other_notice")
MARKS = {"retraction": "retracted", "expression_of_concern": "expression of concern"}
NO_PMID = ("", "0")
ENDS = ".:,;"
DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def papers(studies):
    """study -> (DOIs, PubMed ids) of its paper: from doi, pmid, reference and registration."""
    return {row["study"]: _ids(row) for row in studies}


def _ids(row):
    words = f"{row['reference']} {row['registration']}"
    dois = [_tidy(one) for one in DOI.findall(words)]
    dois += [row["doi"].lower()] if row.get("doi") else []
    pmids = [one.lstrip("0") for one in (*PMID.findall(words), row.get("pmid") or "")]
    pmids = [one for one in pmids if one]  # 0 stands for a missing one
    return tuple(dict.fromkeys(dois)), tuple(dict.fromkeys(pmids))


def _tidy(doi):
    """Lower case, without the punctuation that ends a sentence or a bracket that it did not open."""
    doi = doi.lower().rstrip(ENDS)
    while doi.endswith(")") and doi.count("(") < doi.count(")"):
        doi = doi[:-1].rstrip(ENDS)
    return doi


def retraction_rows(studies, notices):
    """Rows of results/tables/retractions.csv: every study, the review that is rerun included.

    `notices` are rows of the snapshot, as files.retraction_watch.read_notices gives them.
    """
    rows = []
    for study, (dois, pmids) in zip(studies, papers(studies).values(), strict=True):
        own = [one for one in notices if _is_about(one, dois, pmids)]
        rows.append(
            {
                **{name: study[name] for name in ("study", "slab", "role")},
                **{"doi": ";".join(dois), "pmid": ";".join(pmids)},
                "status": _status(own) if dois or pmids else "cannot_be_checked",
                "notices": " | ".join(_told(one) for one in sorted(own, key=_day)),
            }
        )
    return rows


def marks(rows):
    """study -> what stands beside its name wherever it is pooled: retracted, or doubted."""
    return {row["study"]: MARKS[row["status"]] for row in rows if row["status"] in MARKS}


def _is_about(notice, dois, pmids):
    pmid = notice["OriginalPaperPubMedID"]
    return notice["OriginalPaperDOI"].lower() in dois or (pmid not in NO_PMID and pmid in pmids)


def _status(notices):
    """The gravest notice; a retraction that was taken back later no longer counts."""
    last = {}
    for one in sorted(notices, key=_day):
        nature = one["RetractionNature"].strip().lower()
        last[NATURES.get(nature, "other_notice")] = _day(one)
    if last.get("reinstatement", "") > last.get("retraction", "~"):
        del last["retraction"]
    return next((one for one in ORDER if one in last), "not_listed")


def _day(notice):
    """The day of a notice, to sort by; the database writes month/day/year."""
    match = DATE.match(notice["RetractionDate"])
    if not match:
        return notice["RetractionDate"][:10]
    month, day, year = (int(part) for part in match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}"


def _told(notice):
    """'Retraction, 2011-03-08, Falsification of Data (record 42)'."""
    reasons = ", ".join(filter(None, (part.strip(" +") for part in notice["Reason"].split(";"))))
    parts = (notice["RetractionNature"], _day(notice), reasons)
    return f"{', '.join(filter(None, parts))} (record {notice['Record ID']})"
