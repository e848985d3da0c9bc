"""What the README says of the law is what the pack holds."""

from pathlib import Path

from sekisho.reference import law
from tests.policy import statutes

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_readme_tables_are_current() -> None:
    text = README.read_text(encoding="utf-8")
    assert law.readme(text, statutes.counts()) == text, "run `python -m tests.policy.law_tables`"


def test_every_measure_stands_in_the_table() -> None:
    table = law.covered_table(law.measures(), statutes.counts())
    together = "us-ccl-"
    for measure in law.measures():
        assert f"`{measure.id}`" in table or measure.id.startswith(together), measure.id
    assert f"`{together}…`" in table
    assert " 0 " not in table, "a measure without a test of each kind"


def test_what_is_not_covered_says_why() -> None:
    rows = law.not_covered()
    assert len(rows) >= 10
    assert all(row["jurisdiction"] and row["what"] and row["why"] for row in rows)
