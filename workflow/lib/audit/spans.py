"""Many places as a short text: the chains of hundreds of numbers fit into one page."""


def spans(places):
    """Places as text: runs of neighbours as first-last, the rest one by one."""
    runs = []
    for place in sorted(places):
        if runs and runs[-1][1] == place - 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return " ".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def unspan(text):
    """The places that `spans` wrote."""
    ends = [list(map(int, run.split("-"))) for run in text.split()]
    return [place for run in ends for place in range(run[0], run[-1] + 1)]
