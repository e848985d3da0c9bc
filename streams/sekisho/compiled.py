"""Whether this installation runs compiled modules (``make native``) or plain Python: the same answers, at another speed.

This module is compiled with the others, so it tells of itself what is true of them.
"""

from typing import Final

COMPILED: Final = not __file__.endswith(".py")
#: As it is told to people, and in a metric's label.
CODE: Final = "compiled" if COMPILED else "plain Python"
