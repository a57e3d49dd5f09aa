"""Work on very many plain objects without the interpreter's search for circles among them."""

import gc
from contextlib import contextmanager


@contextmanager
def no_search_for_circles():
    """Nothing; inside, objects are freed as soon as nobody holds them, but circles of them are not.

    Records and their keys are no circles, and looking for some each time there are more objects
    took a third of the time of 50,000 records. Serves as a decorator, too.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
