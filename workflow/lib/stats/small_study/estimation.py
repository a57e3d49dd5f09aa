"""How a mean is estimated, and from how many studies asymmetry can be judged at all."""

from dataclasses import dataclass

ENOUGH = 10  # studies; Cochrane Handbook 13.3.5.4 (Page, Higgins & Sterne 2024)


@dataclass(frozen=True, slots=True)
class Estimation:
    """Estimator of tau2, reference distribution and level of the fits that a method rests on."""

    method: str = "REML"
    test: str = "z"  # z, t, knha or adhoc
    level: float = 95.0  # percent


REML = Estimation()


def interpretable(k: int, insist: bool) -> tuple[bool, str]:
    """Return whether asymmetry among `k` studies means anything, and the reason if not."""
    if insist or k >= ENOUGH:
        return True, ""
    return False, f"not interpretable: {k} studies, asymmetry needs at least {ENOUGH}"
