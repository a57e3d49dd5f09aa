"""I2, H2 and degrees of freedom against Q and the number of studies (Higgins and Thompson 2002)."""

from workflow.lib.audit.relations.relation import WRONG, relation, span
from workflow.lib.audit.relations.results import degrees, df_names

OTHER_I2 = f"{WRONG}, or whether I2 was computed from tau2 instead of Q"


def heterogeneity_relations(line):
    """Every comparison between Q, its degrees of freedom, I2 and H2 of one line."""
    name = "QE" if "QE" in line.by else "chi2"
    Q, df = line.number(name), degrees(line, name)
    if "df" in line.by and "k" in line.by:
        own, k = line.number("df"), line.number("k")
        agrees = own.value == k.value - 1
        yield relation(line.ids("df", "k"), agrees, f"k - 1 is {k.value - 1:g}")
    if Q is None or df is None or df <= 0:
        return
    low, high, names = max(Q.low, 0.0), Q.high, (name, *df_names(line))
    if "I2" in line.by:
        ends = tuple(
            100 * max(0.0, (value - df) / value) if value > 0 else 0.0 for value in (low, high)
        )
        text = f"(Q - df) / Q with Q = {Q.text} and {df:g} df is {span(*ends)}%, or 0 where Q is below df"
        yield relation(
            line.ids(*names, "I2"), _meets(line.number("I2"), ends), text, missing=OTHER_I2
        )
    if "H2" in line.by:
        text = f"Q / df = {Q.text} / {df:g} is {span(low / df, high / df)}"
        yield relation(
            line.ids(*names, "H2"), _meets(line.number("H2"), (low / df, high / df)), text
        )


def _meets(number, ends):
    """Whether a printed number agrees with a closed range, such as 0 to 0."""
    return number.low <= ends[1] and ends[0] <= number.high
