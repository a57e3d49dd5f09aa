"""Numbers of the registry that come from a multiverse: universes, their estimates, shares of sentences."""

import math

from workflow.lib.audit.registry import COUNT, ORDER, Number, deciding, text_of

ROOT = "multiverse"
MADE = {"rule": "run_multiverse", "file": "results/robustness/multiverse.json"}
COUNTS = {
    "universes": "declared combinations of choices",
    "excluded": "combinations declared impossible",
    "pooled": "declared combinations that pool at least two studies",
    "single": "declared combinations that leave one study",
    "not_estimable": "declared combinations without an estimate",
}
UNITS = {"count": "count", "percent": "percent", "effect": "effect size"}
OF_GROUP = {
    "all": "all declared pools",
    "comparable": "declared pools of which no choice is non-equivalent to the primary one",
}


def published_estimate(claims, group):
    """{id, printed, value} of the published estimate in a group of claims, ratios as logs; or None."""
    found = [
        claim
        for claim in claims
        if claim["group"] == group and claim["quantity"] == "estimate" and not claim.get("study")
    ]
    if group is None or not found:
        return None
    claim = found[0]
    value = float(claim["printed"])
    value = math.log(value) if claim.get("scale") == "log" else value
    return {"id": claim["id"], "printed": claim["printed"], "value": value}


def multiverse_numbers(record):
    """multiverse.<count>, .<group>.<field>, .variance.<decision> and .option.<decision>.<n>.<field>."""
    made = _Maker(record)
    for name, words in COUNTS.items():
        yield made.count(name, record[name], words)
    for group in record["groups"]:
        yield from _of_group(made, group)
    for decision in record["decisions"]:
        name = decision["name"]
        words = f"variance of the estimate between the options of {name}, over that of all pools"
        yield made.spread(f"variance.{name}", decision["variance"], words)
        for number, option in enumerate(decision["options"], 1):
            base, taken = f"option.{name}.{number}", f"pools with {name} {option['value']}"
            yield made.count(f"{base}.pooled", option["pooled"], taken)
            yield made.order(f"{base}.median", option["median"], f"median of {taken}")
    yield made.spread("rest", record["rest"], "variance that no single decision explains")


def _of_group(made, group):
    """How many pools, their quartiles, the share of each sentence, the place of what was published."""
    name, words = group["group"], OF_GROUP[group["group"]]
    yield made.count(f"{name}.universes", group["universes"], words)
    for field, value in group["estimates"].items():
        yield made.order(f"{name}.{field}", value, f"{field} of {words}")
    for one in group["statements"]:
        base, beside = f"{name}.{one['statement']}", _yardstick(one["statement"])
        yield made.count(f"{base}.holds", one["holds"], words, beside=beside)
        yield made.count(f"{base}.asked", one["asked"], words)
        yield made.count(f"{base}.percent", one["percent"], words, kind="percent", beside=beside)
    if group["published"]:
        for field, kind in {"below": "count", "of": "count", "percent": "percent"}.items():
            value = group["published"][field]
            yield made.count(
                f"{name}.published_{field}", value, words, kind=kind, beside=made.claim
            )


def _yardstick(statement):
    """The setting that a sentence compares the estimate with."""
    name = statement.removeprefix("interval_")
    return (
        (f"config:yardsticks.{name.removeprefix('beyond_')}",) if name.startswith("beyond_") else ()
    )


class _Maker:
    """What all numbers of one record have in common."""

    def __init__(self, record):
        self.rows, self.decided = tuple(record["rows"]), tuple(record["decided"])
        self.every = (*self.rows, *self.decided)
        keys = ["analysis", "decisions", *(["impossible"] if record["excluded"] else [])]
        own = (f"config:multiverse.{key}" for key in keys)
        self.basis = (*own, f"config:analyses.{record['analysis']}", *record["basis"])
        self.roles = [entry for entry in self.basis if entry.startswith("studies:")]
        self.claim = (f"claims:{record['published']['id']}",) if record["published"] else ()

    def count(self, name, value, words, *, kind="count", beside=()):
        """A count or a share of counts: it rests on every cell and stands until one crosses a line."""
        basis = (*self.basis, *beside)
        still = dict.fromkeys((*self.every, *basis), COUNT)
        return self._number((name, value, kind, words), still, basis)

    def order(self, name, value, words):
        """A quantile of the estimates."""
        every = (*self.every, *self.basis)
        still = dict.fromkeys(every, COUNT if value is None else ORDER)
        return self._number((name, value, "effect", words), still, self.basis)

    def spread(self, name, value, words):
        """A share of the variance, in percent; none, and a whole one of zero, stand."""
        still = deciding([*self.decided, *self.roles])
        if value is None or value == 0.0:
            still = dict.fromkeys(self.every, COUNT)
        return self._number((name, value, "percent", words), still, self.basis)

    def _number(self, told, stands, basis):
        name, value, kind, words = told
        unit = UNITS[kind]
        return Number(
            *(f"{ROOT}.{name}", value, text_of(value, kind), unit, unit, words),
            **MADE,
            rows=self.every,
            basis=basis,
            stands=stands,
        )
