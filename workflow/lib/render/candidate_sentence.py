"""The sentence that tells whose studies a pool has: those of the published one, or candidates."""

from workflow.lib.render.facts import num, plural
from workflow.lib.render.pool_sentences import base_of


def candidate_sentence(facts, model):
    """Whether the pooled studies are known to be those of the published pool."""
    k, candidates, base = model["fit"]["k"], model["roles"]["candidate"], base_of(model)
    if k == 0:
        return ""
    if not candidates:
        return _confirmed(facts, model)
    who = "The one study used here" if k == 1 else f"The {num(f'{base}.k')} studies used here"
    if candidates < k:
        who = f"Of the {num(f'{base}.k')} studies used here, {num(f'{base}.k_candidate')}"
    named = "not all" if candidates < k else "not"
    are = plural(candidates, "is a candidate", "are candidates")
    return (
        f"The studies behind the published pool are {named} openly named. {who} {are}: openly readable "
        "and of the same treatment, but perhaps not among the published ones."
    )


def _confirmed(facts, model):
    """Whose studies these are where none is a candidate."""
    base, k, pooled = base_of(model), model["fit"]["k"], facts.numbers.get("flow.studies_pooled")
    who = "The one study" if k == 1 else f"The {num(f'{base}.k')} studies"
    verb, published = plural(k, "is", "are"), pooled["value"] if pooled else None
    if published is None or k > published:
        return f"{who} used here {verb} named as part of the published pool."
    if k == published:
        return f"{who} used here {verb} {plural(k, 'that', 'those')} of the published pool."
    return (
        f"{who} used here {verb} among the {num('flow.studies_pooled')} of the published pool; the "
        "others have no data here that this analysis could use."
    )
