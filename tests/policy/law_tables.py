"""Makes the tables of the law in the README anew: ``python -m tests.policy.law_tables``, from the repository's folder."""

from __future__ import annotations

from pathlib import Path

from sekisho.reference import law
from tests.policy import statutes


def main() -> None:
    """The measures of the pack with the cases that hold them, and what is not covered."""
    file = Path("README.md")
    file.write_text(law.readme(file.read_text(encoding="utf-8"), statutes.counts()), encoding="utf-8")


if __name__ == "__main__":
    main()
