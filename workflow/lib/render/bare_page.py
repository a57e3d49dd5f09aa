"""A page of its own, outside the report: its head, its style, and nothing that is loaded from elsewhere."""

BOTH = '\n<meta name="color-scheme" content="light dark">'
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">{scheme}
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def bare_page(title: str, style: str, body: str, *, dark: bool = True) -> str:
    """The page; `title` and `body` are HTML, `dark` says that `style` knows the dark, too."""
    return PAGE.format(title=title, style=style, body=body, scheme=BOTH if dark else "")
