"""The fields behind the tags of RIS, MEDLINE (nbib) and Web of Science."""

import re

from workflow.lib.files.exports.record import Draft, named_pmid, words
from workflow.lib.files.exports.tagged import Grammar, read_tagged

# Ovid numbers its records and ends each with a link, the Cochrane Library and others print where it comes from
HEADING = re.compile(
    r"\s*(?:\d{1,6}\.|<\d{1,6}\. ?>|Record #\d+ of \d+|(?:Provider|Database|Content) ?:.*"
    r"|Link to the Ovid Full Text or citation: ?.*)\s*"
)
RIS = Grammar(
    line=re.compile(r"([A-Z][A-Z0-9]|PMID)  -(?: (.*)|)"),
    more=re.compile(r"(.*)"),
    start="TY",
    end="ER",
    last="",
    head=("NL",),  # Ovid prints it behind the end of some records
    heading=HEADING,
)
NBIB = Grammar(
    line=re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|)"),
    more=re.compile(r" {6}(.*)"),
    start="PMID",
    end="",
    last="SO",
)
WOS = Grammar(
    line=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|)"),
    more=re.compile(r" {3}(.*)"),
    start="PT",
    end="ER",
    last="",
    head=("FN", "VR"),
    close="EF",
    one_per_line=("AU", "AF", "BA", "BF", "CA", "GP"),
)


def _takes(names):
    """tag -> (field, rank) of each field that may take it; rank 0 is the best."""
    takes = {}
    for name, tags in names.items():
        for rank, tag in enumerate(tags):
            takes.setdefault(tag, []).append((name, rank))
    return takes


# field -> tags that may hold it, the best first
RIS_FIELDS = _takes(
    {
        "title": ("TI", "T1", "CT", "BT"),
        "authors": ("AU", "A1"),
        "year": ("PY", "Y1", "DA", "Y2"),
        "journal": ("JF", "T2", "JO", "JA", "J2", "J1", "BT"),
        "volume": ("VL",),
        "issue": ("IS", "CP"),
        "pages": ("SP", "C7"),
        "end_page": ("EP",),
        "doi": ("DO", "DI"),
        "doi_in": ("UR", "L2", "L3", "LK", "M3", "N1"),
        "abstract": ("AB", "N2"),
        "accession": ("U2", "AN", "UT", "ID"),
        "type": ("M3", "TY"),
    }
)
NBIB_FIELDS = _takes(
    {
        "title": ("TI", "BTI", "TT"),
        "authors": ("FAU", "AU", "CN"),
        "year": ("DP", "DEP"),
        "journal": ("JT", "TA"),
        "volume": ("VI",),
        "issue": ("IP",),
        "pages": ("PG",),
        "abstract": ("AB",),
        "accession": ("PMID",),
        "pmid": ("PMID",),
        "type": ("PT",),
    }
)
WOS_FIELDS = _takes(
    {
        "title": ("TI",),
        "authors": ("AF", "AU", "CA", "GP"),
        "year": ("PY", "EA"),
        "journal": ("SO", "JI"),
        "volume": ("VL",),
        "issue": ("IS",),
        "pages": ("BP", "PS", "AR"),
        "end_page": ("EP",),
        "doi": ("DI", "D2"),
        "abstract": ("AB",),
        "accession": ("UT", "AN"),
        "pmid": ("PM",),
        "type": ("DT", "PT"),
    }
)
SEVERAL = ("type", "doi_in")  # fields that take the values of all their tags
# tags that are known and that no field takes
RIS_OTHER = words(
    "A2 A3 A4 AD AV C1 C2 C3 C4 C5 C6 C8 CA CN CR CY DB DP ED EM ET FN FU FX GN H1 H2 IN J9 KW LA LB"
    " L1 L4 M1 M2 MA NV OL OP PB PA PI PN PP PT PU RI RN RP RS SE SN ST T3 TA TC TT U1 U3 U4 U5 U6 WP"
    " WT XR ZZ Z9 AI CC JI WE VN VO PMID"
)
NBIB_OTHER = words(
    "OWN STAT DCOM LR IS LID AID FAU AUID AD LA GR PL JID SBJ RN SB MH MHDA MID OAB OABL OCI OID OT OTO"
    " PMC PMCR PHST PST SI EDAT CRDT CI COIS CIN CON CRI CRF DDIN DRIN EIN EFR ECI ECF ED FED EN FIR FPS"
    " GN GS IR IRAD ISBN JT NM ORI PB PS PUBM RF RIN ROF RPF RPI RRI RRF SFM SPIN TTL UIN UOF VTI CTI CP"
    " CTDT DA SO BTI NR"
)
WOS_OTHER = words(
    "FN VR AC BA BE BF BN C1 C3 CL CR CT CY D2 DA DE EF EI EM EY FU FX GA GE HC HO HP ID J9 JI LA LT MA"
    " MC MI MQ NR OA OI P2 PA PD PG PI PN PU RI RP SC SE SI SN SP SU TC U1 U2 WC WE WP Z1 Z2 Z3 Z4 Z5 Z6"
    " Z7 Z8 Z9 BR CO PS PV AN TY"
)


PMID_TAGS = ("AN", "C3", "C5", "C8", "N1", "U1", "XR", "ID")  # of RIS, where it may be named
EMBASE_NUMBER = re.compile(r"L\d{6,}")
MEDLINE, MEDLINE_NUMBER = re.compile(r"medline|pubmed", re.I), re.compile(r"\d{5,8}")
OVID_MEDLINE = re.compile(r"[?&]D=(?:med|prem|ppe)\w*&(?:\S*&)?AN=(\d{5,8})\b")
BRACKETED_DOI = re.compile(r"(\S.*) \[doi\]")
DOI_START = re.compile(r"(?:doi:|https?://\S+/)?10\.\d{4,9}/", re.I)


def read_ris(text, report):
    """Drafts of a RIS export: Embase, Cochrane Library, Web of Science, Zotero, EndNote and others."""
    return [from_ris(one, report) for one in read_tagged(text, RIS, report)]


def from_ris(tagged, report):
    """The draft by fields of one reference in RIS tags."""
    draft = _translated(tagged, RIS_FIELDS, RIS_OTHER, report)
    values = tagged.values
    if DOI_START.match(tagged.first("M3")):  # some write the DOI where others write the type
        draft.values["type"] = values.get("TY", [])
    draft.values["type"] = [one for one in draft.values.get("type", []) if one]
    draft.values["pmid"] = named_pmid(one for tag in PMID_TAGS for one in values.get(tag, []))
    if EMBASE_NUMBER.fullmatch(tagged.first("U2")) and tagged.first("C5").isdigit():
        draft.values["pmid"].append(tagged.first("C5"))  # Embase.com writes the PMID there
    elif found := [one for link in values.get("L2", []) for one in OVID_MEDLINE.findall(link)]:
        draft.values["pmid"] += found
    elif MEDLINE_NUMBER.fullmatch(number := draft.first("accession")) and any(
        MEDLINE.search(one) for one in values.get("DB", [])
    ):
        draft.values["pmid"].append(number)  # of MEDLINE at Ovid, EBSCO and ProQuest
    draft.values["pmid"] += values.get("PMID", [])
    return draft


def read_nbib(text, report):
    """Drafts of a PubMed export in MEDLINE format."""
    return [_from_nbib(one, report) for one in read_tagged(text, NBIB, report)]


def _from_nbib(tagged, report):
    draft = _translated(tagged, NBIB_FIELDS, NBIB_OTHER, report)
    marked = (tag for tag in ("LID", "AID", "SO"))
    found = (BRACKETED_DOI.fullmatch(one) for tag in marked for one in tagged.values.get(tag, []))
    draft.values["doi"] = [match[1] for match in found if match][:1]
    if not tagged.first("PMID").isdigit():
        told = f"'{tagged.first('PMID')[:40]}' is not a PMID (digits); the record cannot be named"
        report.problem(tagged.line, "PMID", told)
    return draft


def read_wos(text, report):
    """Drafts of the plain text of Web of Science."""
    drafts = [
        _translated(one, WOS_FIELDS, WOS_OTHER, report) for one in read_tagged(text, WOS, report)
    ]
    for draft in drafts:  # its other databases print all authors in one line
        persons = [one for value in draft.values.get("authors", []) for one in value.split(";")]
        draft.values["authors"] = [one.strip() for one in persons if one.strip()]
    return drafts


def _translated(tagged, takes, other, report):
    """The draft by fields of a draft by tags; tags that are not known are counted."""
    draft, chosen = Draft(tagged.line), {}
    for tag, values in tagged.values.items():
        if tag in takes:
            if any(values):
                for name, rank in takes[tag]:
                    chosen.setdefault(name, []).append((rank, tag))
        elif tag not in other:
            report.not_known(tag, tagged.line)
    for name, tags in chosen.items():
        best = sorted(tags) if name in SEVERAL else [min(tags)]
        draft.values[name] = [one for _, tag in best for one in tagged.values[tag] if one]
    return draft
