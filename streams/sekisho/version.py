"""The version of the engine; every verdict names it."""

VERSION = "0.1.0"
