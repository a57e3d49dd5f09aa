"""The plots of one pool in the report: captions, alternative texts, and what each is for."""

from workflow.lib.render.markdown import escape_markdown as esc

PLOTS = {  # kind -> (name, what it shows, what a reader can take from it)
    "leave_one_out": (
        "Leave one out",
        "the pool without each study in turn",
        "One line per study left out, with the pool of the others and its interval; the last line "
        "is the pool of all studies.",
    ),
    "cumulative": (
        "Cumulative",
        "the pool after each study has come in",
        "One line per step, with the pool of all studies so far and its interval; the last line is "
        "the pool of all studies.",
    ),
    "funnel": (
        "Funnel",
        "effects against their standard errors; small studies stand at the bottom",
        "Points for studies, a line for the pool, dashed lines within which studies would lie "
        "without heterogeneity, and where asked for, regions of significance.",
    ),
    "radial": (
        "Radial",
        "standardised effects against precision; the slope of the line is the pool",
        "Points for studies around the line of the pool, which begins at zero precision.",
    ),
    "baujat": (
        "Baujat",
        "what each study adds to heterogeneity (across) and how far it moves the pool (up)",
        "Points for studies; those at the upper right both differ and matter.",
    ),
    "gosh": (
        "GOSH",
        "the pool and its heterogeneity in subsets of the studies",
        "Shaded cells: the darker, the more subsets have that estimate and that share of "
        "heterogeneity; two clouds would mean two kinds of study.",
    ),
    "labbe": (
        "L'Abbé",
        "the risk with the treatment against the risk without it",
        "Points for studies; below the dashed diagonal the treatment has the lower risk, the full "
        "line is the pool.",
    ),
    "bubble": (
        "Bubble",
        "effects against a moderator, with the line of the regression",
        "Points for studies, larger where they weigh more, around the regression line with its "
        "interval.",
    ),
    "new_study": (
        "One more study",
        "the pool with one more study, against what that study would find",
        "A line for the pool and a band for its interval; points where the band leaves or meets "
        "zero, which is where the conclusion changes.",
    ),
}


def diagnostic_figures(facts, name):
    """Markdown of the plots that config.yaml names for one analysis; empty where it names none."""
    wanted = facts.config["analyses"][name].get("figures", {})
    if not wanted:
        return ""
    title = esc(facts.models[name]["title"])
    tabs = [_tab(kind, name, title) for kind in wanted]
    words = "Plots of this pool. None of them is a test.\n"
    return "\n\n".join((words, "::: {.panel-tabset}", *tabs, ":::"))


def _tab(kind, name, title):
    """One plot under a heading of its own."""
    heading, shows, alternative = PLOTS[kind]
    label = f"{kind}-{name}".replace("_", "-")
    picture = drawn(f"{kind}_{name}", f"{title}: {shows}", alternative, f"fig-{label}")
    return f"#### {heading}\n\n{picture}"


def drawn(name, caption, alternative, figure_id):
    """The figure results/figures/<name>.svg, and below it a link to the rows it was drawn from."""
    image = f'![{caption}](figures/{name}.svg){{#{figure_id} fig-alt="{alternative}"}}'
    data = f"[`results/figures/{name}.csv`](../figures/{name}.csv)"
    return f"{image}\n\n::: {{.figure-data}}\nData of the figure: {data}.\n:::\n"
