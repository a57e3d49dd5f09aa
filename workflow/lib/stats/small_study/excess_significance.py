"""Test of excess significance: are more studies significant than their power explains?

Ioannidis & Trikalinos (2007).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.pooling import random_effects

TESTS = ("chi2", "binom", "exact")
ALTERNATIVES = ("two.sided", "greater", "less")
TIE = 1.0 + 1e-7  # outcomes as probable as the observed one count as such in spite of rounding
HALVINGS = 200


@dataclass(frozen=True, slots=True)
class StudyTest:
    """How each study tests its own effect."""

    alpha: float = 0.05
    alternative: str = "two.sided"
    H0: float = 0.0


@dataclass(frozen=True, slots=True)
class Truth:
    """Distribution of the true effects: estimated by `method` where theta or tau2 is None."""

    method: str = "EE"
    theta: float | None = None
    tau2: float | None = None


@dataclass(frozen=True, slots=True)
class ExcessSignificance:
    """Observed against expected number of significant studies."""

    k: int
    O: int  # the field's own name: observed number
    E: float  # expected number
    OE_ratio: float | None
    X2: float | None  # only of the chi2 test
    pval: float
    theta: float
    tau2: float
    power: tuple[float, ...]  # of each study
    sig: tuple[bool, ...]  # significant or not
    test: str
    alternative: str  # of this test
    study_test: StudyTest
    tag: str
    reasons: dict[str, str]  # why a field is None, by its name


PLAIN, ESTIMATED = StudyTest(), Truth()


def excess_significance(
    yi,
    vi,
    *,
    truth: Truth = ESTIMATED,
    study_test: StudyTest = PLAIN,
    test="chi2",
    alternative="greater",
) -> ExcessSignificance:
    """Return the test of Ioannidis & Trikalinos (2007) for k >= 1 studies.

    `yi` and `vi` have shape (k,). A study's power is the probability of significance if its true
    effect is drawn from a normal distribution with mean theta and variance tau2. `test` is chi2,
    binom (equal power) or exact (each study its own power).

    Raises
    ------
    InputError
        For bad rows or options.
    NotEstimable
        Without studies.
    """
    _check(study_test, truth, test, alternative)
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    theta, tau2 = _truth(yi, vi, truth)
    sig, power = _significant(yi, vi, study_test), _power(theta, tau2, vi, study_test)
    O, E = int(sig.sum()), float(power.sum())
    X2 = _chi2(O, E, len(yi)) if test == "chi2" else None
    source = truth.method if None in (truth.theta, truth.tau2) else "given"
    reasons = {} if test == "chi2" else {"X2": f"the {test} test has no chi-square statistic"}
    if X2 is not None and np.isinf(X2):
        X2, reasons["X2"] = None, f"{E:g} of {len(yi)} studies are certain to be significant"
    if E == 0.0:
        reasons["OE_ratio"] = "no study can be significant"
    return ExcessSignificance(
        **{"k": len(yi), "O": O, "E": E, "OE_ratio": O / E if E > 0.0 else None, "X2": X2},
        **{"pval": _pval(O, power, test, alternative), "theta": theta, "tau2": tau2},
        **{"power": tuple(power.tolist()), "sig": tuple(sig.tolist())},
        **{"test": test, "alternative": alternative, "study_test": study_test},
        tag=f"excess significance, {test}, {alternative}, theta {source}, tau2 {tau2:.4g}",
        reasons=reasons,
    )


def limit_theta(
    yi, vi, *, tau2: float = 0.0, study_test: StudyTest = PLAIN, test="chi2", level: float = 0.1
) -> float:
    """Return the weakest theta at which excess significance is no longer found at `level`.

    `yi` and `vi` have shape (k,). Searched from H0 in the direction of the equal-effects mean, alternative greater.

    Raises
    ------
    InputError
        For bad rows or unknown options.
    NotEstimable
        If there is no excess even at H0, or excess at any theta.
    """
    _check(study_test, Truth(theta=study_test.H0, tau2=tau2), test, "greater")
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    O = int(_significant(yi, vi, study_test).sum())
    mean = random_effects(yi, vi, method="EE").beta
    unit = float(np.sign(mean - study_test.H0) or 1.0) * sqrt(float(vi.min()))

    def excess(steps: float) -> bool:
        power = _power(study_test.H0 + steps * unit, tau2, vi, study_test)
        return _pval(O, power, test, "greater") < level

    if not excess(0.0):
        raise NotEstimable(f"no excess significance at level {level:g} even at theta = H0")
    low, high = 0.0, 1.0
    while excess(high):
        low, high = high, 2.0 * high
        if high > 1e9:
            raise NotEstimable(f"excess significance at level {level:g} at any theta")
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if excess(middle) else (low, middle)
    return study_test.H0 + high * unit


def _check(study_test: StudyTest, truth: Truth, test: str, alternative: str) -> None:
    """Refuse options that do not exist, all at once."""
    problems = []
    if test not in TESTS:
        problems.append(f"test {test!r}: admissible are {', '.join(TESTS)}")
    for given in (alternative, study_test.alternative):
        if given not in ALTERNATIVES:
            problems.append(f"alternative {given!r}: admissible are {', '.join(ALTERNATIVES)}")
    if not 0.0 < study_test.alpha < 1.0:
        problems.append(f"alpha {study_test.alpha}: must lie between 0 and 1")
    numbers = {"theta": truth.theta, "tau2": truth.tau2, "H0": study_test.H0}
    problems += [
        f"{name} is {x}, not finite" for name, x in numbers.items() if not np.isfinite(x or 0.0)
    ]
    if truth.tau2 is not None and truth.tau2 < 0.0:
        problems.append(f"tau2 {truth.tau2}: must not be below 0")
    if problems:
        raise InputError(problems)


def _truth(yi, vi, truth: Truth) -> tuple[float, float]:
    """Mean and variance of the true effects; one study has no tau2 to estimate."""
    if truth.theta is not None and truth.tau2 is not None:
        return truth.theta, truth.tau2
    fit = random_effects(yi, vi, method=truth.method)
    theta = fit.beta if truth.theta is None else truth.theta
    return theta, truth.tau2 if truth.tau2 is not None else fit.tau2 or 0.0


def _critical(study_test: StudyTest) -> tuple[float, float]:
    """z values below which and above which a study is significant."""
    alpha = study_test.alpha / (2.0 if study_test.alternative == "two.sided" else 1.0)
    z = -float(ndtri(alpha))
    lower = -np.inf if study_test.alternative == "greater" else -z
    return lower, np.inf if study_test.alternative == "less" else z


def _significant(yi, vi, study_test: StudyTest) -> np.ndarray:
    """Whether each study is significant by itself."""
    z, (lower, upper) = (yi - study_test.H0) / np.sqrt(vi), _critical(study_test)
    return (z <= lower) | (z >= upper)


def _power(theta: float, tau2: float, vi, study_test: StudyTest) -> np.ndarray:
    """Probability that each study is significant, the true effects integrated out.

    The observed effect is normal with mean theta and variance vi + tau2: no quadrature.
    """
    sei, spread = np.sqrt(vi), np.sqrt(vi + tau2)
    lower, upper = _critical(study_test)
    shift = theta - study_test.H0
    return ndtr((lower * sei - shift) / spread) + ndtr(-(upper * sei - shift) / spread)


def _chi2(O: int, E: float, k: int) -> float:
    """Pearson's statistic of observed and expected counts."""
    if O == E:
        return 0.0
    return (O - E) ** 2 * (1.0 / E + 1.0 / (k - E)) if 0.0 < E < k else np.inf


def _pval(O: int, power: np.ndarray, test: str, alternative: str) -> float:
    """P value of O significant studies."""
    k, E = len(power), float(power.sum())
    if test == "chi2":
        root = np.sign(O - E) * sqrt(_chi2(O, E, k))
        if alternative == "two.sided":
            return float(chdtrc(1, root**2))
        return float(ndtr(-root if alternative == "greater" else root))
    shares = _binomial(k, E / k) if test == "binom" else _poisson_binomial(power)
    if alternative == "greater":
        return min(1.0, float(shares[O:].sum()))
    if alternative == "less":
        return min(1.0, float(shares[: O + 1].sum()))
    return min(1.0, float(shares[shares <= shares[O] * TIE].sum()))


def _binomial(k: int, p: float) -> np.ndarray:
    """Probabilities of 0, ..., k significant studies of equal power."""
    return _poisson_binomial(np.full(k, p))


def _poisson_binomial(power: np.ndarray) -> np.ndarray:
    """Probabilities of 0, ..., k significant studies, each with its own power."""
    shares = np.zeros(len(power) + 1)
    shares[0] = 1.0
    for p in power.tolist():
        shares[1:] = shares[1:] * (1.0 - p) + shares[:-1] * p
        shares[0] *= 1.0 - p
    return shares
