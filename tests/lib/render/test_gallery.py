"""workflow/lib/render/gallery.py: one page and one table about made-up reviews."""

from html.parser import HTMLParser

from workflow.lib.render.gallery import LONG, differences, entry, page, table

MODEL = {
    "analysis": "primary",
    "title": "Made-up analysis",
    "measure": "RR",
    "unit": "log risk ratio",
    "fit": {"method": "REML", "k": 3},
}
NUMBERS = {
    "pooled.primary.level": {"text": "95"},
    **{f"pooled.primary.{name}_exp": {"text": name} for name in ("beta", "ci_lb", "ci_ub")},
}
CLAIM = {
    "claim": "one",
    "sentence": "A claim.",
    "printed": "0.49",
    "verdict": "reproduced",
    "missing": "",
}
OTHER = CLAIM | {"verdict": "contradicted", "missing": "the misprint <b> of the paper"}


def made(*claims, k=3, title="Made up & new"):
    config = {"review": {"title": title, "question": "Does it help?"}}
    model = MODEL | {"fit": MODEL["fit"] | {"k": k}}
    words = {"config": config, "model": model, "claims": claims, "numbers": NUMBERS}
    return entry("made_up", **words, label="Made up 2020")


def test_a_card_keeps_the_interval_with_its_words():
    assert "(95%\u00a0CI\u00a0ci_lb to" in page([made(CLAIM)], {"made_up": b"x"})


def test_an_entry_counts_its_claims_and_tells_its_pool_as_it_is_read():
    one = made(CLAIM, OTHER)
    assert (one.claims, one.reproduced, one.k) == (2, 1, 3)
    assert one.result == "beta (95% CI ci_lb to ci_ub)"
    assert one.unit == "risk ratio"


def test_the_table_has_one_line_for_each_review_and_the_list_one_for_each_other_claim():
    text = table([made(CLAIM), made(CLAIM, OTHER)])
    assert len(text.splitlines()) == 4
    assert "1 of 2" in text
    said = differences([made(CLAIM, OTHER)])
    assert said.startswith("- **made_up**, different. A claim. Printed: 0.49. The misprint")


class Tags(HTMLParser):
    """Counts tags and keeps what is loaded or linked."""

    def __init__(self):
        super().__init__()
        self.tags, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_is_one_file_with_a_plot_and_a_link_for_each_review():
    found = Tags()
    text = page([made(CLAIM, OTHER)], {"made_up": b"<svg/>"})
    found.feed(text)
    assert (
        found.tags.count("article") == found.tags.count("img") == found.tags.count("details") == 1
    )
    report, image = found.links
    assert report == "../../reviews/made_up/results/report/index.html"
    assert image.startswith("data:image/svg+xml;base64,")
    assert "Made up &amp; new" in text
    assert "misprint &lt;b&gt;" in text
    assert "http" not in text


def test_many_studies_scroll_in_a_box_that_the_keyboard_reaches():
    few, many = (page([made(CLAIM, k=k)], {"made_up": b"x"}) for k in (LONG, LONG + 1))
    assert 'class="forest" tabindex="0"' in few  # on a phone it scrolls sideways
    assert 'class="forest long" tabindex="0"' in many


def test_a_review_that_could_not_be_built_is_named_with_what_its_run_said():
    text = page([made(CLAIM)], {"made_up": b"x"}, failed={"broken": "row 3: <b>"})
    assert "1 review could not be built" in text
    assert "reviews/broken</summary><pre>row 3: &lt;b&gt;" in text
    assert "could not be built" not in page([made(CLAIM)], {"made_up": b"x"})


def test_the_page_knows_the_dark():
    assert '<meta name="color-scheme" content="light dark">' in page([], {})


def test_a_review_without_other_claims_has_nothing_to_unfold():
    assert "<details>" not in page([made(CLAIM)], {"made_up": b"x"})
