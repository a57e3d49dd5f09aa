"""Check of the choices in config.yaml against the tables: what an analysis names must be there."""

import difflib

POOLABLE = ("pooled", "candidate")  # roles of studies that an analysis can pool


def choice_problems(extraction, *, studies, config):
    """Assumptions about no study, time points and roles that nothing has, and studies with several arms."""
    known = [row["study"] for row in studies]
    problems = [
        f"config.yaml: assumptions.{name}.study: '{item['study']}' is not in studies.csv"
        f"{_nearest(item['study'], known)}"
        for name, item in config["assumptions"].items()
        if "study" in item and item["study"] not in known
    ]
    for name, analysis in config["analyses"].items():
        rows = [row for row in extraction if row["outcome"] == analysis["outcome"]]
        problems += _time_point_problems(f"config.yaml: analyses.{name}.time_point", analysis, rows)
        problems += _role_problems(f"config.yaml: analyses.{name}.roles", analysis, rows, studies)
        problems += _column_problems(f"config.yaml: analyses.{name}.figures", analysis, studies)
        for part in ("arms", "comparator"):
            place = f"config.yaml: analyses.{name}.{part}"
            problems += _arm_problems(place, analysis.get(part, []), rows)
    return problems


def _time_point_problems(place, analysis, rows):
    """A time point as printed must stand in a row of the outcome."""
    wanted, known = analysis["time_point"], sorted({row["time_point"] for row in rows})
    if wanted in ("longest", "shortest") or not known or wanted in known:
        return []
    words = f"'{wanted}' stands in no row of {analysis['outcome']} in extraction.csv"
    return [f"{place}: {words}{_nearest(wanted, known)}"]


def _column_problems(place, analysis, studies):
    """A plot over a column of the studies needs a column that is there."""
    known = list(studies[0]) if studies else []
    for kind, own in {"bubble": (), "cumulative": ("precision", "effect")}.items():
        by = analysis.get("figures", {}).get(kind, {}).get("by")
        if by is not None and known and by not in (*known, *own):
            yield f"{place}.{kind}.by: '{by}' is no column of studies.csv{_nearest(by, known)}"


def _role_problems(place, analysis, rows, studies):
    """Studies have the values, and could be pooled, but none of them has a role that is asked for."""
    having = {row["study"] for row in rows if row["value"] and row["arm"] in analysis["arms"]}
    found = {row["study"]: row["role"] for row in studies if row["study"] in having}
    could = [study for study, role in found.items() if role in POOLABLE]
    if not could or set(found.values()) & set(analysis["roles"]):
        return []
    said = ", ".join(f"{study} ({found[study]})" for study in could)
    wanted = " or ".join(analysis["roles"])
    return [
        f"{place}: no study with values of {analysis['outcome']} is {wanted}; there are: {said}"
    ]


def _arm_problems(place, wanted, rows):
    """A study that has several of the wanted arms: it is not clear which one to take."""
    arms = {}
    for row in rows:
        if row["value"] and row["arm"] in wanted:
            arms.setdefault(row["study"], set()).add(row["arm"])
    return [
        f"{place}: {study} has the arms {', '.join(sorted(found))} in extraction.csv; name one of them"
        for study, found in arms.items()
        if len(found) > 1
    ]


def _nearest(name, known):
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean '{near[0]}'?" if near else f"; there are: {', '.join(known) or 'none'}"
