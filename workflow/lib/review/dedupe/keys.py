"""What of a record is compared: title, first author, year, place and ids in one plain form."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LETTERS = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "&": " and "},
        **dict(zip("αβγδεζηθκλμνξπρστφχψω", (
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu",
            "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"), strict=True)),
    }
)  # fmt: skip
SPELLINGS = {
    "aesth": "esth", "haem": "hem", "aemi": "emi", "paed": "ped", "oed": "ed", "tumour": "tumor", "oesoph": "esoph",
    "behaviour": "behavior", "centre": "center", "isation": "ization", "ised": "ized", "ising": "izing",
    "labour": "labor", "programme": "program", "colour": "color", "fibre": "fiber", "litre": "liter",
}  # fmt: skip
SPELLING = re.compile("|".join(SPELLINGS))
GAPS = re.compile(r"[\W_]+")
VERSUS = re.compile(r"\bvs\b")
PARTS = re.compile(
    r"\b(?:part|phase|type|grade|stage|class|level|section|volume|chapter|study|report)\s+(\w+)"
)
ROMAN = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
}
SPOKEN = {
    "i": "1", "v": "5", "x": "10", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "a": "a", "b": "b", "c": "c",
}  # fmt: skip
NOTICES = (  # of a title or a publication type -> what kind of notice it is
    ("retracted", r"^\W*retracted\b|retracted (article|publication)"),
    ("retraction", r"^\W*(notice of )?retraction\b|^\W*withdrawal\b|retraction of publication|^retraction$"),
    ("concern", r"expression of concern"),
    ("erratum", r"^\W*(published )?(erratum|errata|corrigend\w+|corrections?\b(?=\W*(to|:|$)))|[(\[]\W*erratum"),
    ("comment", r"^\W*(comments? on|re:|reply to|response to|author'?s'? reply)\b"),
    ("protocol", r"\bprotocol\b"),  # of a title only
)  # fmt: skip
NOTICE = tuple((name, re.compile(pattern)) for name, pattern in NOTICES)
ABSTRACT = re.compile(r"(conference|meeting|congress) (abstract|proceeding)|\babst\b")
PAPER = re.compile(r"\b(journal article|article|review|trial|study|case reports?)\b")
COCHRANE = re.compile(r"cd\d{6}")
PAGE = re.compile(r"([a-z]*)0*(\d+)")
FULL_NAME = re.compile(r"[^\W\d_]+(?:[.\-'][^\W\d_]*)*")
_SMALL = "the of and for in on de la le les der die das und et y a an to with"
SMALL = frozenset(_SMALL.split())
SHORT, FEW_WORDS = 25, 4  # a title with less says little by itself


@dataclass(frozen=True, slots=True)
class Keys:
    """One record in the form in which it is compared."""

    title: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]  # of the title, Roman ones too
    families: tuple[str, ...]  # of all authors
    initial: str  # of the first author
    year: int | None
    journal: str
    volume: str
    issue: str
    page: str
    doi: str
    pmid: str
    notice: str  # erratum, retraction, ...; empty for a work of its own
    report: str  # abstract, paper, or empty where the export does not say

    @property
    def telling(self):
        """Whether the title says enough to tell one work from another."""
        return len(self.title) >= SHORT and len(self.words) >= FEW_WORDS


def keys_of(record):
    """The Keys of a record; it has the fields of an export's record."""
    title = plain(record.title)
    types = record.type.casefold()
    families = tuple(family for one in record.authors.split("; ") if (family := family_of(one)))
    return Keys(
        title=title,
        words=tuple(title.split()),
        numbers=numbers_of(title),
        families=families,
        initial=initial_of(record.authors.partition("; ")[0]),
        year=record.year,
        journal=plain_journal(record.journal),
        volume=plain(record.volume).lstrip("0"),
        issue=plain(record.issue).lstrip("0"),
        page=plain_page(record.pages),
        doi=record.doi,
        pmid=record.pmid,
        notice=notice_of(record.title.casefold(), types),
        report=_report(types, record.pages),
    )


def plain(text):
    """Small letters without accents, one space between words, one spelling."""
    text = text.casefold()
    if text.isascii():
        text = text.replace("&", " and ")
    else:
        text = unicodedata.normalize("NFKD", text.translate(LETTERS))
        text = "".join(c for c in text if not unicodedata.combining(c)).translate(LETTERS)
    text = GAPS.sub(" ", text)
    if "vs" in text:
        text = VERSUS.sub("versus", text)
    return SPELLING.sub(lambda match: SPELLINGS[match[0]], text).strip()


def numbers_of(title):
    """Numbers in a plain title, sorted; Roman ones, and the letter or word of a part, as well."""
    found = [ROMAN.get(one, one) for one in title.split() if one in ROMAN or one.isdigit()]
    found += [SPOKEN[one] for one in PARTS.findall(title) if one in SPOKEN]
    return tuple(sorted(found))


@lru_cache(maxsize=200_000)
def _name(text):
    """(family, initial) of one author, in any of the usual forms."""
    if "," in text:
        family, _, given = text.partition(",")
        return plain(family).replace(" ", ""), plain(given)[:1]
    parts = FULL_NAME.findall(text)
    if len(parts) < 2:
        return plain(text).replace(" ", ""), ""
    last = parts[-1].replace(".", "").replace("-", "")
    if len(last) <= 3 and last.isupper():  # Smith JM
        return plain(" ".join(parts[:-1])).replace(" ", ""), plain(last)[:1]
    if parts[0].endswith(".") or len(parts[0]) == 1:  # J. M. Smith
        return plain(parts[-1]), plain(parts[0])[:1]
    if parts[-1].endswith("."):  # Smith J.M.
        return plain(" ".join(parts[:-1])).replace(" ", ""), plain(last)[:1]
    return plain(parts[-1]), plain(parts[0])[:1]


def family_of(author):
    """The family name of an author, plain and without spaces."""
    return _name(author)[0]


def initial_of(author):
    """The first letter of the given names, or an empty text."""
    return _name(author)[1]


@lru_cache(maxsize=50_000)
def plain_journal(text):
    """A journal's name without subtitle, brackets and small words."""
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text.partition(" : ")[0].partition(" = ")[0])
    return " ".join(one for one in plain(text).split() if one not in SMALL)


@lru_cache(maxsize=500_000)
def same_journal(one, other):
    """Whether two plain names can be of one journal: each word begins like its counterpart."""
    a, b = sorted((one.split(), other.split()), key=len)
    if a == b:
        return True
    if len(a) == 1 and len(b) > 1 and a[0] == "".join(word[0] for word in b):
        return True
    shorter = min(len(a), len(b))
    return (
        bool(a)
        and len(b) - shorter <= 1
        and all(x.startswith(y) or y.startswith(x) for x, y in zip(a, b[:shorter], strict=True))
    )


def plain_page(text):
    """The first page: letters small, no leading zeros."""
    found = PAGE.match(text.casefold().replace(" ", "").partition("-")[0])
    if not found:
        return ""
    return f"{found[1]}{found[2].zfill(6)}" if found[1] == "cd" else found[1] + found[2]


def notice_of(title, types):
    """What kind of notice a record is, by its title and its types in small letters."""
    kinds = _notices_among(types)
    return next((name for name, found in NOTICE if name in kinds or found.search(title)), "")


@lru_cache(maxsize=10_000)
def _notices_among(types):
    """The kinds of notices that publication types name."""
    return [
        name
        for name, found in NOTICE
        if name != "protocol" and any(map(found.search, types.split("; ")))
    ]


def _report(types, pages):
    """'abstract' or 'paper', as far as the export says which."""
    if ABSTRACT.search(types):
        return "abstract"
    return "paper" if PAPER.search(types) and not pages.casefold().startswith("s") else ""
