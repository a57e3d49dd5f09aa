"""The protocol as decisions on keys of config.yaml, and where the configuration as used differs."""

import difflib
import hashlib

import yaml

from workflow.lib.review.dates import date_problems

# parts of config.yaml that are no decision, and keys that only carry words
NO_DECISIONS = (
    *(
        "schema_version",
        "renderer",
        "review",
        "retractions",
        "method_search",
        "forensics",
        "column_labels",
    ),
)
WORDS = (
    *("title", "label", "reason", "source", "quote", "citation", "forest"),
    *("control_risk_source", "sd_source", "start_reason"),
)
OTHER = "other."  # how the path of a deviation begins that config.yaml does not hold
# what PyYAML raises for a text that is no value: dates such as 2026-99-99 and odd tags have their own
UNREADABLE = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
GROUPS = ("analyses", "outcomes", "thresholds", "assumptions")  # of named entries that can be added
EXAMINED = "examine"  # the procedures of an analysis
COLUMNS = ("path", "value", "date", "registration")


def decisions(config):
    """path -> value of every decision in config.yaml: what a protocol can settle beforehand."""
    found = {}
    for key, part in config.items():
        if key not in NO_DECISIONS:
            found |= dict(_leaves(part, (key,)))
    return found


def _leaves(part, path):
    """(path, value) of every value below `part`; a list and an empty group are one value each."""
    if isinstance(part, dict) and part:
        for key, item in part.items():
            if key not in WORDS:
                yield from _leaves(item, (*path, str(key)))
    else:
        yield ".".join(path), part


def value_at(used, path):
    """(whether anything of config.yaml stands at a path, its value); a group as path below it -> value."""
    below = {key.removeprefix(f"{path}."): one for key, one in used.items()}
    group = {key: one for key, one in below.items() if f"{path}.{key}" in used}
    return path in used or bool(group), used.get(path, group)


def _meant(text):
    """The value of a cell of the protocol; a group as path below it -> value."""
    value = yaml.safe_load(text)
    return dict(_leaves(value, ())) if isinstance(value, dict) and value else value


def written(value):
    """A value as one line of YAML: REML, 95, true, [pooled, candidate]."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def protocol_rows(config, *, date, registration):
    """Rows of data/raw/protocol.csv for the configuration as it is now."""
    return [
        {"path": path, "value": written(value), "date": date, "registration": registration}
        for path, value in decisions(config).items()
    ]


def in_force(rows):
    """path -> the last row of the protocol about it."""
    return {row["path"]: row for row in sorted(rows, key=lambda row: row["date"])}


def sum_of(rows):
    """SHA-256 over the decisions, independent of their order: path, value and date of each row."""
    lines = sorted("\t".join((row["path"], row["value"], row["date"])) for row in rows)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def last_day(rows):
    """The day of the last decision; empty without one."""
    return max((row["date"] for row in rows), default="")


def compared(rows, config, deviations):
    """Rows of results/tables/protocol.csv: every decision beside its value as used.

    After them come what the protocol does not name (analyses and their procedures, outcomes,
    thresholds, assumptions) and deviations that config.yaml does not hold.
    """
    used, planned = decisions(config), in_force(rows)
    reasons = {row["path"]: row for row in deviations}
    found = [_beside(row, used, rows, reasons) for row in planned.values()]
    found += [
        {"path": path, "planned": "", "used": "", **_said(path, reasons, "added")}
        for path in _added(planned, config)
    ]
    return found + [
        {"path": path, "planned": "", "used": "", **_said(path, reasons, "other")}
        for path in reasons
        if path.startswith(OTHER)
    ]


def _beside(row, used, rows, reasons):
    path = row["path"]
    there, value = value_at(used, path)
    kept = there and same(_meant(row["value"]), value)
    status = "kept" if kept else "changed" if there else "dropped"
    return {
        **{"path": path, "planned": row["value"]},
        "used": written(value) if there else "",
        **{"date": row["date"], "registration": row["registration"]},
        "amended": sum(one["path"] == path for one in rows) - 1,
        **_said(path, {} if kept else reasons, status),
    }


def _said(path, reasons, status):
    own = reasons.get(path, {})
    return {
        **{"status": status, "reason": own.get("reason", "")},
        **{"who": own.get("who", ""), "decided": own.get("date", "")},
    }


def _added(planned, config):
    """Paths of what no decision names: entries of a group that the protocol has, and their procedures."""
    found = []
    for group in GROUPS:
        own = [path.split(".") for path in planned if path.startswith(f"{group}.")]
        named = {parts[1] for parts in own}
        found += [
            f"{group}.{name}" for name in config.get(group, {}) if named and name not in named
        ]
        if group == "analyses":
            found += _procedures(named, planned, config)
    return found


def _procedures(analyses, planned, config):
    """Paths of procedures that no decision names, of analyses that the protocol has."""
    for name in (one for one in config["analyses"] if one in analyses):
        for procedure in config["analyses"][name].get(EXAMINED, {}):
            path = f"analyses.{name}.{EXAMINED}.{procedure}."
            above_or_below = (path.startswith(f"{one}.") or one.startswith(path) for one in planned)
            if not any(above_or_below):  # a row for a whole group has changed
                yield path.removesuffix(".")


def same(planned, used):
    """Whether two values mean the same: 95 and 95.0 do, 1 and true do not."""
    if isinstance(planned, bool) or isinstance(used, bool):
        return planned is used
    if isinstance(planned, dict) and isinstance(used, dict):
        return planned.keys() == used.keys() and all(same(planned[one], used[one]) for one in used)
    if isinstance(planned, list) and isinstance(used, list):
        return len(planned) == len(used) and all(map(same, planned, used))
    return planned == used


def protocol_problems(rows, deviations, config):
    """Paths that config.yaml does not have, values that are no YAML, reasons for what is as planned."""
    problems, used = [], decisions(config)
    explained = {row["path"] for row in deviations}
    for number, row in enumerate(rows, 2):
        here = f"protocol.csv, row {number}"
        problems += date_problems(here, row["date"])
        problems += _value_problems(here, row["value"])
        if not value_at(used, row["path"])[0] and row["path"] not in explained:
            words = "is no key of config.yaml that holds a decision"
            cure = "if the decision was dropped, say so in deviations.csv"
            problems.append(
                f"{here}, path: '{row['path']}' {words}{_nearest(row['path'], used)}; {cure}"
            )
    if not problems:
        problems += _deviation_problems(rows, deviations, config)
    return problems


def _value_problems(here, text):
    try:
        yaml.safe_load(text)
    except UNREADABLE:
        words = "cannot be read; write it as config.yaml does"
        return [f"{here}, value: '{text[:60]}' {words}"]
    return []


def _deviation_problems(rows, deviations, config):
    """A reason belongs to a difference."""
    status = {row["path"]: row["status"] for row in compared(rows, config, deviations)}
    problems = []
    for number, row in enumerate(deviations, 2):
        here, path = f"deviations.csv, row {number}", row["path"]
        problems += date_problems(here, row["date"])
        if path not in status:
            words = "is neither a decision of protocol.csv nor something that was added to it"
            cure = f"what config.yaml does not hold begins with '{OTHER}'"
            problems.append(f"{here}, path: '{path}' {words}{_nearest(path, status)}; {cure}")
        elif status[path] == "kept":
            words = "is used as the protocol has it, so there is no deviation; delete the row"
            problems.append(f"{here}, path: '{path}' {words}")
    return problems


def _nearest(path, known):
    near = difflib.get_close_matches(path, list(known), 1)
    return f"; did you mean '{near[0]}'?" if near else ""
