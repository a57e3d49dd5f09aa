"""Multivariate meta-analysis: correlated true effects of outcomes or times within studies."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.dependence.block_covariance import BlockCovariance
from workflow.lib.stats.dependence.fit import Fit, assemble, check_options
from workflow.lib.stats.dependence.likelihood import Evaluation, Likelihood
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.shapes import pairs_of, shape_of
from workflow.lib.stats.dependence.surface import Surface, polish
from workflow.lib.stats.dependence.terms import Factor, Structure

NEAR_ZERO = 1e-3  # lowest root of a variance, in units of the typical error, before the last steps


@dataclass(frozen=True, slots=True)
class Estimates:
    """Variances and correlations of an inner | outer term."""

    struct: str
    tau2: tuple[float, ...]
    rho: tuple[float | None, ...]
    inner_levels: tuple
    outer_levels: tuple
    fixed: tuple[bool, ...]  # of tau2, then rho
    common_tau2: float | None  # the same for all inner levels
    reasons: dict[str, str]


def multivariate(model: DependentModel, terms, *, settings: Settings | None = None) -> Fit:
    """Return the fit of one inner | outer `structure`, with random intercepts beside it if any.

    `terms` is a `Structure`, or a list of it and `Factor`s. Variances may end at 0 and
    correlations at their bounds (CS, HCS: not below -1 / (m - 1), m the most inner levels that
    one outer level holds).

    Raises
    ------
    InputError
        For options that do not exist, terms of another length than yi, or not one structure.
    NotEstimable
        If there are not more estimates than coefficients.
    ConvergenceError
        If the likelihood has no maximum that can be found.
    """
    settings = settings or Settings()
    terms = (terms,) if isinstance(terms, Structure) else tuple(terms)
    check_options(settings)
    structure = _check_terms(model, terms)
    evaluation = fitted(model, terms, restricted=settings.method == "REML")
    return assemble(model, terms, evaluation, settings, _estimates(structure, terms, evaluation))


def fitted(model: DependentModel, terms, *, restricted: bool, near=None) -> Evaluation:
    """Return the likelihood at its maximum, its variances of factors natural.

    `near`, parameters as `Evaluation.parameters` gives them, takes the place of the starts.

    Raises
    ------
    ConvergenceError
        If the maximum is not found.
    """
    unit = _unit(model)
    surface = _surface(_scaled(model, unit), terms, unit, restricted=restricted)
    starts = _starts(surface) if near is None else [_to_surface(surface, near, unit)]
    best = None
    for start in starts:
        end = _climb(surface, start)
        if end is not None and (best is None or end[0] > best[0] + 1e-10):
            best = end
    if best is None:
        raise ConvergenceError(
            "likelihood: no start leads to a maximum; check yi and V, or take a simpler struct"
        )
    point = polish(surface, best[1])
    covariance = BlockCovariance(model.V, terms, surface.shapes)
    likelihood = Likelihood(model, covariance, restricted=restricted)
    return likelihood.at(surface.natural(point, unit))


def _surface(model, terms, unit: float, *, restricted: bool) -> Surface:
    """Likelihood of the scaled model over smooth parameters, some of them fixed."""
    shapes = tuple(shape_of(t) for t in terms if isinstance(t, Structure))
    likelihood = Likelihood(model, BlockCovariance(model.V, terms, shapes), restricted=restricted)
    factors = [t for t in terms if isinstance(t, Factor)]
    fixed = {i: np.sqrt(f.sigma2 / unit) for i, f in enumerate(factors) if f.sigma2 is not None}
    place = len(factors)
    for term, shape in zip((t for t in terms if isinstance(t, Structure)), shapes, strict=True):
        for index, value in term.fixed:
            variance = index < shape.n_tau2
            fixed[place + index] = np.sqrt(value / unit) if variance else shape.angle(value)
        place += shape.n_parameters
    return Surface(likelihood, shapes, len(factors), fixed)


def _climb(surface: Surface, start: np.ndarray):
    """Height and place of the maximum that leads up from `start`; None if there is none."""
    free = surface.free
    if not free:
        return surface.height(start), start

    def downhill(x):
        height, slope = surface.height_and_slope(surface.with_free(start, x))
        return -height, -slope[free]

    # not 0 itself: where all t are 0 the slope is 0 too, whether or not that is a maximum
    bounds = [(low + NEAR_ZERO, None) for low in surface.lowest[free]]
    options = {"gtol": 1e-6, "ftol": 1e-14, "maxiter": 1000}
    try:
        found = minimize(
            downhill, start[free], jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )
    except (NotEstimable, FloatingPointError):
        return None
    end = surface.with_free(start, found.x)
    return (-float(found.fun), end) if np.isfinite(found.fun) else None


def _starts(surface: Surface) -> list[np.ndarray]:
    """Starts of the structure, each with the variances of the factors at a share of the spread."""
    likelihood = surface.likelihood
    model = likelihood.model
    spread = float(likelihood.y @ likelihood.y) / model.df
    v = model.V.diagonal()
    total = max(spread - float(v.mean()), 0.1 * float(np.median(v)), 0.01 * spread)
    n = surface.n_factors
    inner = [shape.starts(total / (n + 1)) for shape in surface.shapes]
    found = []
    for number in range(max(len(own) for own in inner)):
        own = [starts[number % len(starts)] for starts in inner]
        point = np.concatenate([np.full(n, np.sqrt(total / (n + 1))), *own])
        point[list(surface.fixed)] = list(surface.fixed.values())
        found.append(point)
    return found


def _to_surface(surface: Surface, near: np.ndarray, unit: float) -> np.ndarray:
    """Parameters of an `Evaluation` as parameters of the scaled surface."""
    point = surface.inverse(np.asarray(near, dtype=float), unit)
    point[list(surface.fixed)] = list(surface.fixed.values())
    return point


def _unit(model: DependentModel) -> float:
    """Typical variance: effects over its root are of the size of 1, on any scale."""
    return float(np.median(model.V.diagonal()))


def _scaled(model: DependentModel, unit: float) -> DependentModel:
    """Model of yi over the root of `unit`."""
    parts = tuple(replace(part, values=part.values / unit) for part in model.V.parts)
    return replace(model, yi=model.yi / np.sqrt(unit), V=replace(model.V, parts=parts))


def _check_terms(model: DependentModel, terms) -> Structure:
    """Refuse terms of another length, and none or several structures."""
    structures = [t for t in terms if isinstance(t, Structure)]
    problems = [] if len(structures) == 1 else ["give one inner | outer structure"]
    for term in terms:
        rows = len(term.codes if isinstance(term, Factor) else term.inner)
        if rows != model.k:
            problems.append(f"{term.name}: {rows} rows, yi has {model.k}")
    if problems:
        raise InputError(problems)
    return structures[0]


def _estimates(structure: Structure, terms, evaluation: Evaluation) -> Estimates:
    """Natural parameters of the structure; a correlation of nothing is None."""
    shape = shape_of(structure)
    n = sum(isinstance(t, Factor) for t in terms)
    tau2, rho = shape.natural(evaluation.parameters[n:])
    reasons = {}
    if rho and structure.struct == "UN" and len(tau2) > 2:
        pairs = zip(rho, pairs_of(len(tau2)), strict=True)
        rho = [r if tau2[i] * tau2[j] > 0.0 else None for r, (i, j) in pairs]
    elif rho and sum(t > 0.0 for t in tau2) < min(2, len(tau2)):
        rho = [None]
    if None in rho:
        reasons["rho"] = "a variance is 0: its correlation is not defined"
    given = {index for index, _ in structure.fixed}
    return Estimates(
        struct=structure.struct,
        tau2=tuple(tau2),
        rho=tuple(rho),
        inner_levels=structure.inner_levels,
        outer_levels=structure.outer_levels,
        fixed=tuple(i in given for i in range(len(tau2) + len(rho))),
        common_tau2=tau2[0] if shape.n_tau2 == 1 else None,
        reasons=reasons,
    )
