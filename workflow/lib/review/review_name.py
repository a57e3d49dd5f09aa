"""The name of a new review: one that every file system, shell and address takes as it is."""

import re

LONGEST = 60
ALLOWED = re.compile(r"[A-Za-z0-9_-]+")
RESERVED = {  # device names of Windows
    *("con", "prn", "aux", "nul"),
    *(f"{device}{number}" for device in ("com", "lpt") for number in range(10)),
}
CURE = "use letters, digits, - and _, such as my-review"


def name_problem(name):
    """What is wrong with a name and what to do, in one sentence; empty if nothing is."""
    shown = f"NAME={name[:LONGEST]!r}"
    if not name:
        return f"no name is given; {CURE}: make new NAME=my-review"
    if len(name) > LONGEST:
        return f"{shown}...: {len(name)} characters are too many; at most {LONGEST} are admissible"
    if not name.isascii():
        wrong = ", ".join(dict.fromkeys(one for one in name if not one.isascii()))
        return f"{shown}: {wrong!r} is not a letter of plain ASCII; {CURE}"
    if name[0] in "-_":
        return f"{shown}: begins with {name[0]!r}, which programs take for an option; {CURE}"
    if name.lower() in RESERVED:
        return f"{shown}: is a name that Windows keeps for itself; choose another"
    if not ALLOWED.fullmatch(name):
        wrong = "".join(dict.fromkeys(one for one in name if not ALLOWED.fullmatch(one)))
        return f"{shown}: holds {wrong!r}; {CURE}"
    return ""


def title_of(name):
    """'My review' for my-review: a title to begin with."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def key_of_name(name):
    """The key of the review in studies.csv: lower-case words joined by _."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
