"""make readme: write the answer of the last run, and its forest plot, into README.md and docs/."""

import re
import shutil
import sys
from pathlib import Path

from workflow.lib.files.tables import read_json, write_text
from workflow.lib.render.markdown import without_entities
from workflow.lib.render.shortcodes import fill_numbers

README, FIGURE = Path("README.md"), Path("docs/forest_primary.svg")
ANSWER = re.compile(r"(?<=<!-- answer -->\n).*?(?=<!-- /answer -->)", re.DOTALL)
MARKUP = (
    re.compile(  # what a page shows and a README does not: boxes, the figure, links within the page
        r"^(?::::.*|## .*|!\[.*|Data of the figure: .*)\n| \(\[[^\]]*\]\(#[^)]*\)\)", re.MULTILINE
    )
)
SPAN = re.compile(r"\[([^\[\]]*)\]\{[^{}]*\}")


def answer() -> str:
    """The answer of the last run as plain markdown, every number from the registry."""
    text = Path("results/sentences/answer.md").read_text(encoding="utf-8")
    filled = fill_numbers(text, read_json("results/numbers.json"), linked=False)
    plain = re.sub(r"\n{3,}", "\n\n", SPAN.sub(r"\1", MARKUP.sub("", filled)))
    return without_entities(plain).strip()


def main() -> None:
    """Rewrite what stands between the marks in README.md, and the figure beside it."""
    if not Path("results/sentences/answer.md").is_file():
        sys.exit("there is no result yet: run `make report` first")
    text = README.read_text(encoding="utf-8")
    write_text(ANSWER.sub(lambda _: f"{answer()}\n", text), README)
    FIGURE.parent.mkdir(exist_ok=True)
    shutil.copyfile("results/figures/forest_primary.svg", FIGURE)
    print(f"{README} and {FIGURE} tell the last run")


if __name__ == "__main__":
    main()
