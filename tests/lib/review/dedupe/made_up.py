"""Made-up records for the tests of deduplication."""

from workflow.lib.files.exports.record import Record


def record(title="Made-up cryoneurolysis for phantom limb pain", **words):
    """A record with the usual fields; words replace them."""
    usual = {
        "line": 1, "accession": "", "authors": "Smith, Anna; Lee, B.", "year": 2019,
        "journal": "Journal of Made-up Pain", "volume": "12", "issue": "3", "pages": "123-130",
        "doi": "", "pmid": "", "abstract": "", "type": "",
    }  # fmt: skip
    return Record(title=title, **usual | words)
