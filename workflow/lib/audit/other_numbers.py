"""Numbers of the registry that are not pooled: reported, prepared, counted, assumed."""

from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.audit.registry import COUNT, ORDER, Number, deciding, ids_of, text_of

# quantities of values.csv that the report may print -> kind of text
PREPARED = {
    "mean_decrease": "points",
    "mean": "points",
    "sd": "points",
    "sd_change": "points",
    "sd_change_if_paired": "points",
    "r": "effect",
    "r_if_paired": "effect",
    "r_if_paired_lb": "effect",
    "r_if_paired_ub": "effect",
    "difference_se": "fine",
}
PLACE = ("study", "outcome", "arm", "time_point")
MEDIAN_OF = {"mean": "median", "mean_decrease": "median_decrease"}
NARRATED = {
    "before": ("score", "points"),
    "after": ("score", "points"),
    "decrease": ("score", "points"),
    "percent_decrease": ("percent", "percent"),
    "sd_percent": ("weight", "percent"),
    "median_percent": ("percent", "percent"),
    "n": ("count", "patients"),
    "increase": ("score", "points"),
    "percent_increase": ("percent", "percent"),
}
TURNED = {"increase": "decrease", "percent_increase": "percent_decrease"}  # where scores rose
DECIDING = ("decision_rows", "ni_rows", "yi_rows", "vi_rows")  # of an effect: on its being pooled
SETTINGS = ("assumptions:", "config:")
TOLD_ROWS = (
    "before_rows",
    "after_rows",
    "n_rows",
    "rows",
)  # of a narrated study: on its being told
NARRATED_ROWS = {"before": "before_rows", "after": "after_rows", "n": "n_rows"}


def reported_numbers(rows):
    """reported.<row id>: every number of the extraction, in its printed digits."""
    for row in rows:
        try:
            value = float(row["value"])
        except ValueError:
            continue
        unit = row["unit"] or row["quantity"]
        yield Number(
            *(
                f"reported.{row['id']}",
                value,
                row["value"],
                unit,
                row["quantity"],
                "as printed by the source",
            ),
            *("check_inputs", "data/raw/extraction.csv", (row["id"],)),
        )


def prepared_numbers(values, names):
    """prepared.<study>.<outcome>.<arm>.<time point>.<quantity>: printed, converted, derived or assumed."""
    arms, times = keys(row["arm"] for row in values), keys(row["time_point"] for row in values)
    outcomes = keys(row["outcome"] for row in values)
    at = {(*(row[part] for part in PLACE), row["quantity"]): row for row in values}
    for row in values:
        kind = PREPARED.get(row["quantity"])
        if kind is None or row["value"] is None:
            continue
        place = (
            names[row["study"]],
            outcomes[row["outcome"]],
            arms[row["arm"]],
            times[row["time_point"]],
        )
        yield Number(
            *(
                f"prepared.{'.'.join(place)}.{row['quantity']}",
                row["value"],
                text_of(row["value"], kind),
            ),
            *(
                ("correlation",) * 2
                if row["quantity"].startswith("r")
                else (row["unit"] or "as the source has it", "points")
            ),
            *(row["method"], "prepare_data", "results/prepared/values.csv"),
            *(ids_of(row["rows"]), ids_of(row["basis"])),
            stands=deciding(ids_of(row["decision_rows"]), ids_of(row["rows"]))
            | dict.fromkeys(_idle_size(row, at), ORDER),
        )


def _idle_size(row, at):
    """Rows of n behind a converted mean that is its median, an order statistic: no n would move it."""
    place, median = tuple(row[part] for part in PLACE), MEDIAN_OF.get(row["quantity"])
    middle, size = at.get((*place, median)), at.get((*place, "n"))
    if row["origin"] != "converted" or None in (middle, size) or middle["value"] != row["value"]:
        return ()
    return ids_of(size["rows"])


def narrated_numbers(rows, names, effects):
    """narrated.<study>.<field> of studies that are told and not pooled, and their count.

    `effects` are the effect rows by analysis: what decided on any study decides on the count.
    """
    made = {"rule": "narrate_studies", "file": "results/tables/narrated.csv"}
    for row in rows:
        for item, (kind, unit) in NARRATED.items():
            value = -row[TURNED[item]] if item in TURNED and row[TURNED[item]] else row.get(item)
            if value is None or (item in TURNED and value <= 0):
                continue
            name = f"narrated.{names[row['study']]}.{item}"
            yield Number(
                *(name, value, text_of(value, kind), unit, unit),
                "as printed" if item in ("before", "after", "n") else "from printed values",
                **made,
                **_narrated_lineage(item, row),
            )
    ids = [part for row in rows for part in ids_of(row["rows"])]
    rest = [row for table in effects.values() for row in table]
    decided = [p for row in rest for column in DECIDING for p in ids_of(row[column])]
    basis = [p for row in rest for p in ids_of(row["basis"]) if p.startswith(SETTINGS)]
    basis += [f"config:analyses.{name}" for name in effects]
    yield Number(
        *("narrated.k", len(rows), str(len(rows)), "studies", "count", "count of narrated studies"),
        **made,
        basis=(*(f"studies:{row['study']}" for row in rows), *basis),
        stands=deciding(decided) | dict.fromkeys(ids, COUNT),
    )


def _narrated_lineage(item, row):
    """Rows, basis and what stands of one field of a narrated study."""
    ids = ids_of(row[NARRATED_ROWS.get(item, "rows")])
    basis = ids_of(row["n_basis"] if item == "n" else row["basis"])
    others = [p for column in ("decision_rows", *TOLD_ROWS) for p in ids_of(row[column])]
    stands = deciding(others, ids)
    if item == "median_percent":
        stands |= dict.fromkeys(ids, ORDER)
    return {"rows": ids, "basis": (f"studies:{row['study']}", *basis), "stands": stands}


def role_numbers(studies):
    """studies.<role>: how many studies have that role; the role of any study decides on it."""
    basis = tuple(f"studies:{row['study']}" for row in studies)
    for role in ("pooled", "candidate", "narrated", "excluded"):
        count = sum(row["role"] == role for row in studies)
        yield Number(
            *(f"studies.{role}", count, str(count), "studies", "count", f"count of role {role}"),
            *("check_inputs", "data/raw/studies.csv", (), basis),
        )


def flow_numbers(boxes):
    """flow.<box>: counts of the flow diagram; a box that is not reported has no value."""
    for box in boxes:
        yield Number(
            *(f"flow.{box['box']}", box["n"], box["text"], "records or studies", "count"),
            _how(box),
            *("count_flow", "results/tables/flow.csv", ()),
            tuple(name if ":" in name else f"flow:{name}" for name in ids_of(box["basis"])),
        )


def _how(box):
    """How the count came about, as a method tag."""
    if box["origin"] == "derived":
        return "previous plus new" if box["box"].startswith("total") else "included minus pooled"
    method = {"transcribed": "as printed by the source", "counted": "counted"}
    return method.get(box["origin"], "not reported")


def config_numbers(config):
    """assumption.<id>, threshold.<id>, yardstick.<id>.<field>: numbers that config.yaml decides."""
    made = ("check_inputs", "config.yaml", ())
    for name, item in config["assumptions"].items():
        text, basis = f"{item['value']:g}", (f"assumptions:{name}",)
        yield Number(
            *(
                f"assumption.{name}",
                item["value"],
                text,
                item["quantity"],
                item["quantity"],
                "assumed",
            ),
            *(*made, basis),
        )
    for name, item in config["thresholds"].items():
        text, basis = f"{item['value']:g}", (f"config:thresholds.{name}",)
        yield Number(
            *(
                f"threshold.{name}",
                item["value"],
                text,
                "points",
                "points",
                f"cited: {item['citation']}",
            ),
            *(*made, basis),
        )
    for name, item in config["yardsticks"].items():
        for part in ("value", "ci_lb", "ci_ub"):
            yield Number(
                *(
                    f"yardstick.{name}.{part}",
                    item[part],
                    text_of(item[part], "effect"),
                    "SD",
                    "standardised",
                ),
                *(f"cited: {item['citation']}", *made, (f"config:yardsticks.{name}",)),
            )


def outcome_numbers(config):
    """scale.<outcome>.<end>: the ends of the common scale of each outcome that has one."""
    for name, outcome in config["outcomes"].items():
        for end in ("low", "high") if "low" in outcome else ():
            yield Number(
                *(
                    f"scale.{name}.{end}",
                    outcome[end],
                    f"{outcome[end]:g}",
                    "points",
                    "points",
                    "declared",
                ),
                *("check_inputs", "config.yaml", (), (f"config:outcomes.{name}",)),
            )
