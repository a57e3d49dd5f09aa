"""Outputs of one job for Snakemake's own report, each under its own label."""


def reported(pattern, names, flag, *, kind, caption, category):
    """The path of each name, flagged for the report; `flag` is Snakemake's `report`.

    A wildcard would give each file its label, but a job that makes all files has none.
    """
    words = {"caption": caption, "category": category}
    return [
        flag(pattern.format(name), labels={kind: name.replace("_", " ")}, **words) for name in names
    ]
