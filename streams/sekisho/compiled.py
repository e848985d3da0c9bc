"""What of this installation runs compiled: the same answers, at another speed.

``make install`` compiles the inner loops of names where there is a C compiler (``names.quick``); ``make native`` and the
container image have all modules of the hot path compiled. This module is compiled with those, so it tells of itself what is
true of them.
"""

from typing import Final

from sekisho.names import quick

COMPILED: Final = not __file__.endswith(".py")
#: As it is told to people, and in a metric's label.
CODE: Final = "compiled" if COMPILED else "plain Python" if quick.native is None else "compiled loops"
