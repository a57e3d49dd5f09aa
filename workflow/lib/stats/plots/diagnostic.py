"""Diagnostic plots of one pool: funnel, radial, Baujat, GOSH, L'Abbé and the bubbles of a regression."""

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.diagnostics.baujat import baujat
from workflow.lib.stats.diagnostics.gosh import gosh
from workflow.lib.stats.plots.plot import (
    CELL,
    ORIGIN,
    REGION,
    SQUARE,
    UPSIDE_DOWN,
    Mark,
    Plot,
    line,
    points,
)
from workflow.lib.stats.plots.scenario import new_study_plot
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict
from workflow.lib.stats.small_study.contours import contour_limits
from workflow.lib.stats.student import quantile

CONTOURS = (0.01, 0.05, 0.10)  # two-sided p, the widest region first
FEWEST = {"baujat": 3, "gosh": 3, "radial": 2, "funnel": 2, "bubble": 3}
GRID = 60  # cells of GOSH along each axis
STEPS = 60  # points of a curve


def funnel(pool, *, contours=False) -> Plot:
    """Effects against their standard errors (Sterne & Egger 2001).

    The lines hold 95 percent of the studies if there is no heterogeneity; with `contours` regions
    show where a study reaches p = 0.10, 0.05 and 0.01 (Peters et al. 2008).
    """
    _need(pool, "funnel")
    sei = np.sqrt(pool.vi)
    top = 1.05 * sei.max()
    beta = _fit(pool).beta
    marks = []
    if contours:
        edges = [[c for c in contour_limits((0.0, top), ps=(p,))] for p in CONTOURS]
        for p, (tip, base) in zip(CONTOURS, edges, strict=True):
            x = (tip.yi_lb, base.yi_lb, base.yi_ub)
            marks += line(f"p > {p:g}", x, (0.0, top, top), kind=REGION)
        marks += line("no effect", (0.0, 0.0), (0.0, top))
    half = quantile(pool.level) * top
    marks += line("pool", (beta, beta), (0.0, top))
    marks += line(
        f"{pool.level:g} percent limits", (beta - half, beta, beta + half), (top, 0.0, top)
    )
    marks += points(pool.studies, pool.yi, sei)
    source = "Peters et al. 2008" if contours else "Sterne & Egger 2001"
    title = "Funnel plot with contours of significance" if contours else "Funnel plot"
    return Plot(title, "effect size", "standard error", tuple(marks), source, frame=UPSIDE_DOWN)


def radial(pool) -> Plot:
    """Standardised effects against precision (Galbraith 1988): the slope is the pool."""
    _need(pool, "radial")
    fit = _fit(pool)
    total = np.sqrt(pool.vi + (fit.tau2 or 0.0))
    x, y = 1.0 / total, pool.yi / total
    ends, half = np.array([0.0, 1.05 * x.max()]), quantile(pool.level)
    marks = line("pool", ends, fit.beta * ends)
    band = np.concatenate([fit.beta * ends - half, (fit.beta * ends + half)[::-1]])
    marks += line(f"{pool.level:g} percent band", [*ends, *ends[::-1]], band, kind=REGION)
    marks += points(pool.studies, x, y)
    labels = ("1 / sqrt(vi + tau2)", "effect size / sqrt(vi + tau2)")
    return Plot("Radial plot", *labels, tuple(marks), "Galbraith 1988", frame=ORIGIN)


def baujat_plot(pool) -> Plot:
    """What each study adds to heterogeneity against how far it moves the pool (Baujat et al. 2002)."""
    _need(pool, "baujat")
    found = baujat(linear_model(pool.yi, pool.vi), method=pool.method)
    known = [place for place, y in enumerate(found.y) if y is not None]
    names = [pool.studies[place] for place in known]
    marks = points(names, [found.x[n] for n in known], [found.y[n] for n in known])
    labels = (
        "squared Pearson residual",
        "standardised squared change of the pool without the study",
    )
    return Plot("Baujat plot", *labels, tuple(marks), "Baujat et al. 2002")


def gosh_plot(pool, *, subsets=100_000, seed=1) -> Plot:
    """How often subsets of the studies give which estimate and which I2 (Olkin et al. 2012)."""
    _need(pool, "gosh")
    found = gosh(pool.yi, pool.vi, method=pool.method, subsets=subsets, seed=seed)
    keep = found.k > 1
    counts, x, y = np.histogram2d(
        found.estimate[keep], found.I2[keep], bins=GRID, range=_ranges(found, keep)
    )
    across, up = (0.5 * (edges[1:] + edges[:-1]) for edges in (x, y))
    marks = [
        Mark(CELL, "subsets", float(across[i]), float(up[j]), float(counts[i, j]))
        for i, j in np.argwhere(counts > 0)
    ]
    title = f"GOSH plot: {int(keep.sum()):,} subsets of at least two studies"
    return Plot(title, "pooled effect", "I2 (percent)", tuple(marks), "Olkin et al. 2012")


def _ranges(found, keep):
    """The square of the histogram; equal effects still have a width."""
    low, high = found.estimate[keep].min(), found.estimate[keep].max()
    room = (high - low) or abs(high) or 1.0
    return [[low - 0.02 * room, high + 0.02 * room], [-1.0, 101.0]]


def labbe(pool, *, measure) -> Plot:
    """Risk with against risk without the treatment (L'Abbé et al. 1987), points sized by weight.

    `measure` RR, OR or RD draws the line of the pool.

    Raises
    ------
    NotEstimable
        If the pool has no events and persons of two groups, or too few studies.
    """
    columns = [pool.inputs.get(name) for name in ("event_e", "n_e", "event_c", "n_c")]
    if None in columns:
        raise NotEstimable("a L'Abbé plot needs events and persons of two groups")
    event_e, n_e, event_c, n_c = (np.array(column, dtype=float) for column in columns)
    top = 1.08 * max((event_e / n_e).max(), (event_c / n_c).max())
    marks = line("no effect", (0.0, top), (0.0, top))
    risk = np.linspace(0.0, top, STEPS)
    if len(pool.yi) > 1 and measure in RISKS:
        treated = RISKS[measure](risk, _fit(pool).beta)
        inside = (treated >= 0.0) & (treated <= top)
        marks += line("pool", risk[inside], treated[inside])
    marks += points(pool.studies, event_c / n_c, event_e / n_e, 1.0 / pool.vi)
    labels = ("risk without the treatment", "risk with the treatment")
    return Plot("L'Abbé plot", *labels, tuple(marks), "L'Abbé et al. 1987", frame=SQUARE)


RISKS = {  # risk with the treatment, of the risk without it and the pooled effect
    "RR": lambda risk, beta: risk * np.exp(beta),
    "OR": lambda risk, beta: risk * np.exp(beta) / (1.0 - risk + risk * np.exp(beta)),
    "RD": lambda risk, beta: risk + beta,
}


def bubble(pool, *, by) -> Plot:
    """Effects against one moderator, points sized by weight, with the line of the regression.

    Thompson & Higgins (2002).

    Raises
    ------
    NotEstimable
        With too few studies, or if `by` is no number or the same in every study.
    """
    _need(pool, "bubble")
    values = pool.column(by)
    if not all(isinstance(one, int | float) for one in values):
        raise NotEstimable(f"{by} is no number, so there is no line through it")
    x = np.array(values, dtype=float)
    if np.ptp(x) == 0.0:
        raise NotEstimable(f"{by} is {x[0]:g} in every study")
    names = ("intrcpt", by)
    model = linear_model(pool.yi, pool.vi, X=np.column_stack([np.ones_like(x), x]), names=names)
    fit = fit_linear(model, method=pool.method, test=pool.test, level=pool.level)
    grid = np.linspace(x.min(), x.max(), STEPS)
    line_of = predict(model, fit, np.column_stack([np.ones_like(grid), grid]))
    marks = line(
        f"{pool.level:g} percent interval",
        [*grid, *grid[::-1]],
        [*line_of.ci_lb, *line_of.ci_ub[::-1]],
        kind=REGION,
    )
    marks += line("regression", grid, line_of.pred)
    marks += points(pool.studies, x, pool.yi, 1.0 / (pool.vi + fit.tau2))
    return Plot(f"Bubble plot: {by}", by, "effect size", tuple(marks), "Thompson & Higgins 2002")


def _fit(pool):
    return random_effects(pool.yi, pool.vi, method=pool.method, test=pool.test, level=pool.level)


def _need(pool, name):
    """Refuse a plot of too few studies."""
    if pool.k < FEWEST[name]:
        raise NotEstimable(f"the plot needs at least {FEWEST[name]} studies, there are {pool.k}")


PLOTS = {
    "funnel": funnel,
    "radial": radial,
    "baujat": baujat_plot,
    "gosh": gosh_plot,
    "labbe": labbe,
    "bubble": bubble,
    "new_study": new_study_plot,
}
