"""What the library raises on purpose; every message says what to do."""


class ReviewError(Exception):
    """Base of all errors that this project raises on purpose."""


class InputError(ReviewError):
    """Raw data or configuration that cannot be used; lists every problem at once."""

    def __init__(self, problems):
        """Keep `problems` (strings, one sentence each) and join them for the reader."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class TableError(ReviewError):
    """A table or record that does not fit its schema."""


class NotEstimable(ReviewError):
    """A quantity that these data cannot give; the message is the reason."""


class ConvergenceError(ReviewError):
    """An iteration that did not converge; the message names a way out."""


class RenderError(ReviewError):
    """A report source that cannot be rendered: unknown number, reference or figure."""
