"""RevMan 5 files as RevMan writes them, with results by the formulas of its manual; the reviews are made up.

The formulas are those of Deeks & Higgins (2010), Statistical algorithms in Review Manager 5, written
down here once more in plain Python, so that the library is compared with something that is not itself.
Of the data, `ASPIRIN` is published (Fleiss 1993); everything else is made up.
"""

from math import erf, exp, log, sqrt
from xml.sax.saxutils import escape, quoteattr

Z = 1.959963984540054
# study -> events and persons with aspirin, events and persons without (Fleiss 1993)
ASPIRIN = {
    "MRC-1 1974": (49, 615, 67, 624),
    "CDP 1976": (44, 758, 64, 771),
    "MRC-2 1979": (102, 832, 126, 850),
    "GASP 1979": (32, 317, 38, 309),
    "PARIS 1980": (85, 810, 52, 406),
    "AMIS 1980": (246, 2267, 219, 2257),
    "ISIS-2 1988": (1570, 8587, 1720, 8600),
}
RARE = {
    "Alder 2001": (0, 50, 3, 52),
    "Birch 2003": (2, 40, 4, 41),
    "Cedar 2007": (0, 30, 0, 31),
    "Elm 2010": (5, 60, 9, 58),
}
# study -> mean, SD, persons in both groups
SCORES = {
    "Alder 2001": (12.4, 3.1, 20, 14.9, 3.6, 19),
    "Birch 2003": (11.0, 4.2, 12, 13.1, 3.9, 11),
    "Elm 2010": (9.75, 2.5, 45, 10.25, 2.8, 44),
    "Fir 2012": (13.2, 5.0, 8, 17.9, 4.4, 9),
}
HAZARDS = {"Elm 2010": (-0.35, 0.21), "Fir 2012": (-0.10, 0.15), "Gum 2015": (0.05, 0.30)}

# study -> observed less expected events, their variance; small enough to be pooled by hand
LOG_RANK = {"Elm 2010": (-4.0, 8.0), "Fir 2012": (-3.0, 12.0), "Gum 2015": (2.0, 5.0)}


RATIOS = ("RR", "OR", "PETO", "HR", "O-E")


def normal_p(z):
    """Two-sided p value."""
    return 1.0 - erf(abs(z) / sqrt(2.0))


def chi2_p(q, df):
    """Upper tail of chi-square by its series; 1 for no degrees of freedom."""
    if df == 0:
        return 1.0
    a, x = df / 2.0, q / 2.0
    if x <= 0.0:
        return 1.0
    term = total = 1.0 / a
    n = 0
    while term > total * 1e-17:
        n += 1
        term *= x / (a + n)
        total += term
    gamma = {1: sqrt(3.141592653589793), 2: 1.0}
    for step in range(3, df + 1):
        gamma[step] = gamma[step - 2] * (step / 2.0 - 1.0)
    return 1.0 - total * exp(-x + a * log(x)) / gamma[df]


def halves(table):
    """The four cells, with a half in each if one of them is empty."""
    a, n1, c, n2 = table
    cells = (a, n1 - a, c, n2 - c)
    return tuple(x + 0.5 for x in cells) if 0 in cells else cells


def of_table(measure, row):
    """(effect, standard error) of a table of counts; None where it has none."""
    if measure != "RD" and (row[0] + row[2] == 0 or row[0] + row[2] == row[1] + row[3]):
        return None
    a, b, c, d = (
        halves(row) if measure != "RD" else (row[0], row[1] - row[0], row[2], row[3] - row[2])
    )
    n1, n2 = a + b, c + d
    if measure == "RR":
        return log(a / n1) - log(c / n2), sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    if measure == "OR":
        return log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return a / n1 - c / n2, sqrt(a * b / n1**3 + c * d / n2**3)


def own_effect(measure, row):
    """(effect, standard error) of one study; None where it has none."""
    if measure in ("RR", "OR", "RD"):
        return of_table(measure, row)
    if measure == "PETO":
        a, n1, c, n2 = row
        N, events = n1 + n2, a + c
        V = n1 * n2 * events * (N - events) / (N * N * (N - 1))
        return ((a - n1 * events / N) / V, 1 / sqrt(V)) if V else None
    if measure in ("MD", "SMD"):
        m1, s1, n1, m2, s2, n2 = row
        if measure == "MD":
            return m1 - m2, sqrt(s1**2 / n1 + s2**2 / n2)
        N = n1 + n2
        pooled = sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (N - 2))
        g = (m1 - m2) / pooled * (1 - 3 / (4 * N - 9))
        return g, sqrt(N / (n1 * n2) + g**2 / (2 * (N - 3.94)))
    return (row[0] / row[1], 1 / sqrt(row[1])) if measure == "O-E" else row


def mantel_haenszel(measure, tables):
    """(common effect, its standard error)."""
    sums = dict.fromkeys(["R", "S", "E", "F", "G", "H", "P", "J", "K", "D"], 0.0)
    for table in tables:
        cells = (
            halves(table)
            if measure != "RD"
            else (table[0], table[1] - table[0], table[2], table[3] - table[2])
        )
        a, b, c, d = cells
        n1, n2, N = a + b, c + d, a + b + c + d
        if measure == "OR":
            sums["R"] += a * d / N
            sums["S"] += b * c / N
            sums["E"] += (a + d) * a * d / N**2
            sums["F"] += (a + d) * b * c / N**2
            sums["G"] += (b + c) * a * d / N**2
            sums["H"] += (b + c) * b * c / N**2
        else:
            sums["R"] += a * n2 / N
            sums["S"] += c * n1 / N
            sums["P"] += (n1 * n2 * (a + c) - a * c * N) / N**2
            sums["J"] += (a * b * n2**3 + c * d * n1**3) / (n1 * n2 * N**2)
            sums["K"] += n1 * n2 / N
            sums["D"] += (a * n2 - c * n1) / N
    R, S = sums["R"], sums["S"]
    if measure == "RD":
        return sums["D"] / sums["K"], sqrt(sums["J"] / sums["K"] ** 2)
    if measure == "RR":
        return log(R / S), sqrt(sums["P"] / (R * S))
    spread = sums["E"] / R**2 + (sums["F"] + sums["G"]) / (R * S) + sums["H"] / S**2
    return log(R / S), sqrt(0.5 * spread)


def results(measure, method, random, rows):
    """The numbers that RevMan stores with an analysis, as a dict of its attributes."""
    effects = {s: own_effect(measure, row) for s, row in rows.items()}
    known = {s: one for s, one in effects.items() if one}
    w = [1 / se**2 for _, se in known.values()]
    y = [effect for effect, _ in known.values()]
    beta, se = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w), 1 / sqrt(sum(w))
    if method == "MH":
        beta, se = mantel_haenszel(measure, [rows[s] for s in known])
    Q = sum(a * (b - beta) ** 2 for a, b in zip(w, y, strict=True))
    df, tau2 = len(y) - 1, 0.0
    if random and df:
        tau2 = max(0.0, (Q - df) / (sum(w) - sum(a * a for a in w) / sum(w)))
    if random:
        v = [1 / (1 / a + tau2) for a in w]
        beta, se = sum(a * b for a, b in zip(v, y, strict=True)) / sum(v), 1 / sqrt(sum(v))
    plain = exp if measure in RATIOS else float
    return {
        "EFFECT_SIZE": plain(beta),
        "CI_START": plain(beta - Z * se),
        "CI_END": plain(beta + Z * se),
        "Z": abs(beta / se),
        "P_Z": normal_p(beta / se),
        "CHI2": Q,
        "DF": df,
        "P_CHI2": chi2_p(Q, df),
        "I2": 100.0 * max(0.0, (Q - df) / Q) if Q and df else 0.0,
        "TAU2": tau2,
    }


def subgroup_test(found, plain=log):
    """The attributes of the test between subgroups, from their results: the spread of their estimates
    around the mean by inverse variance, whatever pooled them (Handbook 9.6.3.1; seen in files)."""
    y = [plain(one["EFFECT_SIZE"]) for one in found]
    w = [(2 * Z / (plain(one["CI_END"]) - plain(one["CI_START"]))) ** 2 for one in found]
    mean, df = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w), len(y) - 1
    Q = sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True))
    I2 = 100.0 * max(0.0, (Q - df) / Q) if Q else 0.0
    return {"SUBGROUP_TEST": "YES", "Q": Q, "P_Q": chi2_p(Q, df), "I2_Q": I2}


FIELDS = {
    "DICH": ("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2"),
    "CONT": ("MEAN_1", "SD_1", "TOTAL_1", "MEAN_2", "SD_2", "TOTAL_2"),
    "IV": ("ESTIMATE", "SE"),
    "IPD": ("O_E", "VAR"),
}
NAMES = {"PETO": "PETO_OR"}


def attributes(values):
    return " ".join(f"{name}={quoteattr(str(value))}" for name, value in values.items())


def outcome(
    kind,
    number,
    name,
    measure,
    method,
    rows,
    *,
    random=False,
    comparison=1,
    words="Hazard Ratio",
    **more,
):
    """One outcome element as RevMan writes it, results included; `more` are further attributes."""
    found = {
        "CI_STUDY": "95",
        "CI_TOTAL": "95",
        "ESTIMABLE": "YES",
        "ID": f"CMP-{comparison:03d}.{number:02d}",
        "METHOD": method,
        "MODIFIED": "2019-05-01 10:00:00 +0200",
        "NO": number,
        "RANDOM": "YES" if random else "NO",
        "STUDIES": len(rows),
        "SUBGROUPS": "NO",
        "TOTALS": "YES",
        **results(measure, method, random, rows),
        **more,
    }
    text = NAMES.get(measure, measure)
    if kind in ("DICH", "CONT"):
        found["EFFECT_MEASURE"] = text
    if kind == "DICH":
        found["SWAP_EVENTS"] = "NO"
    lines = [f"<{kind}_OUTCOME {attributes(found)}>", f"<NAME>{escape(name)}</NAME>"]
    if kind in ("IV", "IPD"):
        lines.append(f"<EFFECT_MEASURE>{words}</EFFECT_MEASURE>")
    lines.append("<GROUP_LABEL_1>Treatment</GROUP_LABEL_1><GROUP_LABEL_2>Control</GROUP_LABEL_2>")
    for order, (study, row) in enumerate(rows.items(), 1):
        cells = dict(zip(FIELDS[kind], row, strict=True))
        named = study if isinstance(study, str) else study[0]  # one that stands twice
        own = {"ORDER": order, "STUDY_ID": study_id(named), **cells}
        lines.append(f"<{kind}_DATA {attributes(own)}/>")
    return "\n".join([*lines, f"</{kind}_OUTCOME>"])


def study_id(name):
    return f"STD-{name.replace(' ', '-')}"


def review(*comparisons, studies=None, title="A made-up review of made-up treatments"):
    """The text of an .rm5 file; each comparison is (name, [outcome elements])."""
    names = studies or dict.fromkeys([*ASPIRIN, *RARE, *SCORES, *HAZARDS])
    listed = "\n".join(
        f'<STUDY DATA_SOURCE="PUB" ID={quoteattr(study_id(one))} NAME={quoteattr(one)} '
        f"YEAR={quoteattr(one.rpartition(' ')[2])}/>"
        for one in names
    )
    parts = [
        f'<COMPARISON ID="CMP-{number:03d}" NO="{number}"><NAME>{escape(name)}</NAME>\n'
        + "\n".join(outcomes)
        + "\n</COMPARISON>"
        for number, (name, outcomes) in enumerate(comparisons, 1)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<COCHRANE_REVIEW DOI="10.1002/made.up" ID="000000000000000001" REVMAN_VERSION="5.4" TYPE="INTERVENTION">\n'
        f"<COVER_SHEET><TITLE>{escape(title)}</TITLE></COVER_SHEET>\n"
        "<MAIN_TEXT><SUMMARY/></MAIN_TEXT>\n"
        f"<STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES>\n{listed}\n"
        "</INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES>\n"
        "<ANALYSES_AND_DATA>\n" + "\n".join(parts) + "\n</ANALYSES_AND_DATA>\n</COCHRANE_REVIEW>\n"
    )


def in_subgroups(kind, number, name, measure, method, groups, *, random=False, **more):
    """An outcome whose rows stand in subgroups (label -> rows), each with the results of its own."""
    pairs = [(study, row) for own in groups.values() for study, row in own.items()]
    rows = {
        study if study not in dict(pairs[:n]) else (study, n): row
        for n, (study, row) in enumerate(pairs)
    }
    each = [results(measure, method, random, own) for own in groups.values()]
    told = {"SUBGROUPS": "YES", **subgroup_test(each, log if measure in RATIOS else float)} | more
    lines = outcome(kind, number, name, measure, method, rows, random=random, **told).splitlines()
    data = [line for line in lines if f"<{kind}_DATA" in line]
    parts, start = [], 0
    for place, (label, own) in enumerate(groups.items(), 1):
        found = each[place - 1] | {"ESTIMABLE": "YES", "NO": place}
        inside = [f"<NAME>{escape(label)}</NAME>", *data[start : start + len(own)]]
        parts += [f"<{kind}_SUBGROUP {attributes(found)}>", *inside, f"</{kind}_SUBGROUP>"]
        start += len(own)
    head = [line for line in lines[:-1] if line not in data]
    return "\n".join([*head, *parts, lines[-1]])


def halves_of(rows):
    """The studies in two subgroups, as they stand."""
    names = list(rows)
    middle = len(names) // 2
    return {
        "Early": {name: rows[name] for name in names[:middle]},
        "Late": {name: rows[name] for name in names[middle:]},
    }


def peto_of_patients(number, **more):
    """An outcome of O - E and V that is read as Peto's odds ratio; Review Manager 5 pools it as fixed."""
    words = {"comparison": 2, "words": "Peto Odds Ratio"} | more
    return outcome("IPD", number, "Deaths, patient by patient", "O-E", "PETO", LOG_RANK, **words)


def whole_review():
    """Every kind of analysis that RevMan 5 makes and that this project reads."""
    deaths = [
        outcome("DICH", 1, "Deaths", "OR", "MH", ASPIRIN),
        outcome("DICH", 2, "Deaths, random effects", "OR", "MH", ASPIRIN, random=True),
        outcome("DICH", 3, "Deaths, risk ratio", "RR", "MH", ASPIRIN),
        outcome("DICH", 4, "Deaths, inverse variance", "RR", "IV", ASPIRIN, random=True),
        outcome("DICH", 5, "Deaths, difference", "RD", "MH", ASPIRIN),
        outcome("DICH", 6, "Deaths, Peto", "PETO", "PETO", ASPIRIN),
    ]
    others = [
        outcome("DICH", 1, "Bleeding", "RR", "MH", RARE, comparison=2),
        outcome("CONT", 2, "Score", "MD", "IV", SCORES, comparison=2, UNITS="points"),
        outcome("CONT", 3, "Score, standardised", "SMD", "IV", SCORES, comparison=2, random=True),
        outcome("IV", 4, "Time to death", "HR", "IV", HAZARDS, comparison=2, LOG_DATA="YES"),
        outcome("IPD", 5, "Time to relapse", "O-E", "PETO", LOG_RANK, comparison=2),
        peto_of_patients(6, random=True),
    ]
    return review(
        ("Aspirin against placebo", deaths),
        ("Anything against nothing", others),
        ("The same in subgroups", grouped_outcomes()),
    )


def grouped_outcomes():
    """Outcomes in subgroups by every method of RevMan 5; in the last one a study stands twice."""
    halves = (halves_of(ASPIRIN), halves_of(SCORES))
    twice = {"Women": dict(list(HAZARDS.items())[:2]), "Men": HAZARDS}
    here = {"comparison": 3}
    return [
        in_subgroups("DICH", 1, "Deaths", "OR", "MH", halves[0], **here),
        in_subgroups("DICH", 2, "Deaths", "RR", "MH", halves[0], random=True, **here),
        in_subgroups("DICH", 3, "Deaths", "RR", "IV", halves[0], random=True, **here),
        in_subgroups("DICH", 4, "Deaths", "RD", "MH", halves[0], **here),
        in_subgroups("DICH", 5, "Deaths", "PETO", "PETO", halves[0], **here),
        in_subgroups("CONT", 6, "Score", "MD", "IV", halves[1], **here),
        in_subgroups("CONT", 7, "Score", "SMD", "IV", halves[1], random=True, **here),
        in_subgroups("IPD", 8, "Relapse", "O-E", "PETO", thirds_of(LOG_RANK), **here),
        in_subgroups("IV", 9, "Time", "HR", "IV", twice, LOG_DATA="YES", **here),
    ]


def thirds_of(rows):
    """Each study a subgroup of its own."""
    return {f"Third {place}": {name: row} for place, (name, row) in enumerate(rows.items(), 1)}
