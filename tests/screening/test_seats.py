"""What ties a payment to a country: what its parties and banks say of where they are."""

import pytest

from sekisho import Screener
from sekisho.model import Identifier, Origin, Party
from sekisho.screening import Tables
from sekisho.screening.seats import seats
from tests.factories import Money, Nexus, PartyTerm, Terms, entity, measure, party, payment

#: The example of the IBAN registry for the United Kingdom.
LONDON = "GB29 NWBK 6016 1331 9268 19"


@pytest.mark.parametrize(
    ("said", "country", "found"),
    [
        (party("A"), None, set()),
        (party("A"), "DE", {"DE"}),
        # A bank of Frankfurt by its address, and its branch in New York by its BIC.
        (party("A", identifiers=(Identifier("BIC", "BKTRUS33XXX"),)), "DE", {"DE", "US"}),
        (party("A", identifiers=(Identifier("bicfi", "citius33"),)), None, {"US"}),
        (party("A", identifiers=(Identifier("SWIFT", "CHASUS33AXXX"),)), None, {"US"}),
        (party("A", identifiers=(Identifier("BIC", "US"),)), None, set()),
        (party("A", identifiers=(Identifier("LEI", "5493001KJTIIGC8Y1R12"),)), None, set()),
        # A correspondent in New York that is named by its routing number alone, as on Fedwire.
        (party("021000021", identifiers=(Identifier("CLEARING:USABA", "021000021"),)), None, {"US"}),
        (party("A", identifiers=(Identifier("CLEARING", "021000021"),)), None, set()),
        (party("A", identifiers=(Identifier("CLEARING:own system", "1"),)), None, set()),
        (party("A", account=LONDON), "DE", {"DE", "GB"}),
        # Wrong check digits, and account numbers of other kinds: no IBAN.
        (party("A", account="GB29 NWBK 6016 1331 9268 18"), None, set()),
        (party("A", account="US12345678901234567"), None, set()),
        (party("A", account="1234567"), None, set()),
        (party("A", account="ＧＢ29NWBK60161331926819"), None, set()),
        (party("A", account="GB29" * 100_000), None, set()),
    ],
)
def test_seats(said: Party, country: str | None, found: set[str]) -> None:
    assert seats(said, country) == found


def test_an_account_or_a_branch_in_the_country_ties_a_payment_to_it() -> None:
    rule = measure(
        Terms(nexus=Nexus(currencies=("GBP",), countries=("GB",)), parties=PartyTerm(lists=("xx-list",))),
        applies_to=("payment",),
    )
    screener = Screener(Tables.build([entity()], [], [rule], lists={}, sequence=1, hash="h"))

    def verdict(debtor: Party) -> str:
        event = payment(
            amount=Money("1", "EUR"), parties=(debtor, party("Zorkovian Dynamics", "creditor", country="RU"))
        )
        return screener.screen(
            event, Origin("t", 0, 0), known_at=event.event_time, now=event.event_time
        ).verdict.verdict

    assert verdict(party("Muster GmbH", "debtor", country="DE")) == "review", "the listing alone"
    assert verdict(party("Muster GmbH", "debtor", country="DE", account=LONDON)) == "prohibited"
    branch = party("Muster Bank", "debtor_agent", country="DE", identifiers=(Identifier("BIC", "BARCGB22"),))
    assert verdict(branch) == "prohibited"
