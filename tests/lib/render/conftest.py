"""A small report with everything that the renderers share."""

import pytest

NUMBERS = {
    "pooled.primary.beta": {"text": "−0.72", "method": "REML, knha"},
    "pooled.primary.k": {"text": "9", "method": "count"},
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
BIB = (
    "@article{smith2017, author={Smith, Ann}, title={A title}, journal={Journal}, "
    "year={2017}, volume={1}, pages={2--3}}\n"
)
QUARTO = """\
project: {type: default, output-dir: _site}
lang: en
format:
  html: {css: style.css, toc: true, number-sections: true, toc-title: In this report}
"""
INDEX = """\
---
title: "Effect in {{< num pooled.primary.k >}} studies"
author: [A. Reviewer, B. Auditor]
date: "2025-03-01"
abstract: We found {{< num pooled.primary.beta >}}.
bibliography: references.bib
---

# The answer of {{< num pooled.primary.k >}} {#sec-answer}

{{< include sentences/main.md >}}

See @fig-forest, @tbl-numbers, @sec-methods and [-@fig-right]; [Panel @fig-left].

![Forest, {{< num pooled.primary.beta >}}.](figures/forest.svg){#fig-forest fig-alt="Nine lines"}

::: {.callout-important}
## What this is not

Not causal: {{< num pooled.primary.beta >}}.
:::

::: {.callout-note collapse="true" title="How to *read* it"}
Click.
:::

::: {.callout-tip}
No title.
:::

::: {.panel-tabset}
## All

First panel.

## Some

Second panel.
:::

# Methods {#sec-methods}

Follows @smith2017 and others [@smith2017, p. 2]. Inline $\\tau^2$.[^1]

[^1]: A footnote.

::: {layout-ncol=2}
![Left](figures/forest.svg){#fig-left}

![Right](figures/forest.svg){#fig-right}
:::

## Numbers

| Number | Printed |
|:-------|--------:|
| [beta]{#provenance-pooled.primary.beta} | {{< num pooled.primary.beta >}} |
| [k]{#provenance-pooled.primary.k} | {{< num pooled.primary.k >}} |

: Every number, such as {{< num pooled.primary.k >}}. {#tbl-numbers}

```
{{< num nowhere >}}
```
"""


@pytest.fixture
def numbers():
    return dict(NUMBERS)


@pytest.fixture
def report(tmp_path):
    """The folder of a staged report: prose, settings, figures, references."""
    return write_report(tmp_path)


def write_report(base):
    """Write the staged report below `base`."""
    folder = base / "_src"
    for name, text in {
        "index.qmd": INDEX,
        "_quarto.yml": QUARTO,
        "style.css": "body { color: black; }\n",
        "references.bib": BIB,
        "figures/forest.svg": SVG,
        "sentences/main.md": "The effect is {{< num pooled.primary.beta >}}.\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
