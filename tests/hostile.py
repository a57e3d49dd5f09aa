"""Words that try to be more than words, and what a reader sees of a page that has them."""

from html.parser import HTMLParser

HOSTILE = (
    "<img src=x onerror='window.hacked = 1'><b>5.0</b> &amp; &#60; <!-- <style>*{display:none}",
    "</script></title><script>window.hacked = 1</script>",
    "**b** _i_ [l](javascript:window.hacked=1) ![i](https://evil.example/x.png) | c | # h",
    "| a | b |--|--| ~~~ ``` `c` --- ... \"q\" 'q' ^a^ ~b~ 1. x",
    r"\input{/etc/passwd} $x^2$ \href{https://evil.example}{y} %",
    "{{< num pooled.primary.beta >}} {{< include /etc/passwd >}} {{{< num x >}}} ::: {.a}",
    "@nobody2020 [-@fig-gone] ?@fig-gone [x]{#fig-flow} {#sec-methods}",
    "=cmd|' /C calc'!A0",
    "+1+cmd|'/C calc'!A0,\"@SUM(1)\"",
    "abc \u202edef\u202c \u2066ghi\u2069",
)
LONG = "long " * 1000 + "x" * 5000  # characters


class Page(HTMLParser):
    """Elements, attributes and words of a page; what scripts and styles hold is neither."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words, self._muted = [], [], [], False
        self.feed(html)
        self.text = " ".join(" ".join(self.words).replace("\u00a0", " ").split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._muted = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._muted = False

    def handle_data(self, data):
        if not self._muted:
            self.words.append(data)
