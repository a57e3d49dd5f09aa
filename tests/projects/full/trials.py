"""Made-up trials of a made-up treatment: what each would print. No such lamp, trial, person or pain exists."""

import random
import unicodedata
from dataclasses import dataclass, replace

from tests.projects.records_made_up import PLAIN, Work
from tests.projects.records_words import FAMILIES, GIVEN, JOURNALS

LAMP, SHAM = "lamp", "dark lamp"
TIMES = ("6 weeks", "12 weeks")
PLACES = ("hip", "knee", "shoulder", "back", "neck", "elbow", "wrist", "ankle", "foot")
NOT_POOLED = {  # place among the trials -> what it prints
    5: "no_sd",
    11: "percent",
    16: "no_comparator",
}
MEDIANS, INTERVALS, HUNDRED = (3, 9), (7,), (1, 4, 8, 13)  # places of trials that print otherwise
TWICE = (2, 6, 10, 14)  # trials with a second report
OUTLIER = 12


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: persons, scores at the start and at each of TIMES on 0 to 10, persons with an adverse event."""

    n: int
    before: tuple[float, float]  # mean, SD
    after: tuple[tuple[float, float], ...]
    events: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One made-up trial."""

    study: str
    slab: str
    work: Work
    second: Work | None  # its second report
    place: int
    region: str
    hours: int  # of lamp per week
    arms: dict[str, Arm]

    @property
    def pooled(self):
        """Whether its effect can be computed."""
        return self.place not in NOT_POOLED


def made_up_trials(number=18, seed=11):
    """`number` trials, the same for the same seed."""
    dice, found = random.Random(seed), []
    families = dice.sample([one for one in FAMILIES if " " not in one and "'" not in one], number)
    for place, family in enumerate(families):
        year = 1999 + place + dice.randint(0, 5)
        key = f"{_plain(family)}{year}"
        work = _work(dice, place, family, year)
        found.append(
            Trial(
                study=key,
                slab=f"{family} et al. {year}",
                work=work,
                second=_second(work) if place in TWICE else None,
                place=place,
                region=dice.choice(("north", "south", "island")),
                hours=dice.choice((2, 3, 5, 7, 10, 14)),
                arms=_arms(dice, place),
            )
        )
    return found


def _plain(family):
    """A name in small letters without accents."""
    text = unicodedata.normalize("NFKD", family.replace("Ł", "L").translate(PLAIN))
    return "".join(one for one in text.lower() if one.isascii())


def _work(dice, place, family, year):
    """The report of a trial."""
    first = dice.randint(1, 1900)
    people = [
        (family, dice.choice(GIVEN)),
        *((dice.choice(FAMILIES), dice.choice(GIVEN)) for _ in range(3)),
    ]
    where, side = PLACES[place % len(PLACES)], "day" if place < len(PLACES) else "night"
    return Work(
        key=f"trial-{place + 1}",
        title=f"Evening lamp therapy for {side} pain of the {where}",
        subtitle="a randomised trial against a dark lamp",
        authors=tuple(people),
        year=year,
        journal=dice.choice(JOURNALS[2:]),
        volume=str(dice.randint(1, 90)),
        issue=str(dice.randint(1, 12)),
        first=str(first),
        last=str(first + 9),
        doi=f"10.5555/made.up.lamp.{place + 1}",
        pmid=str(30_000_000 + 10 * place),
    )


def _second(work):
    """A second report of the same trial, another paper."""
    return replace(
        work,
        key=f"{work.key}-second",
        title=f"Sleep and mood in the {work.title.rsplit(' ', 1)[1]} lamp trial",
        subtitle="secondary outcomes",
        year=work.year + 1,
        first=str(int(work.first) + 31),
        last=str(int(work.first) + 38),
        doi=f"{work.doi}.b",
    )


def _arms(dice, place):
    """Both arms; the lamp takes about a point more of ten than the sham, one trial far more."""
    n, gain = dice.randint(18, 90), dice.gauss(1.1, 0.35) + (2.2 if place == OUTLIER else 0)
    arms, start = {}, dice.uniform(5.6, 7.2)
    for name, own in ((LAMP, gain), (SHAM, 0.0)):
        spread = dice.uniform(1.5, 2.1)
        base = start + dice.gauss(0, 0.15)
        last = base - 1.2 - own
        after = ((last + 0.3 * (base - last), spread * 1.05), (last, spread * 1.15))
        patients = n + dice.randint(-2, 2)
        share = 0.16 if name == LAMP else 0.09
        events = sum(dice.random() < share for _ in range(patients))
        arms[name] = Arm(
            patients, _round(base, spread), tuple(_round(*one) for one in after), events
        )
    return arms


def _round(mean, sd):
    return round(mean, 1), round(sd, 1)
