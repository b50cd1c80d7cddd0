"""What people look at: the customer card, the portfolio report, and the files of a profile run."""

from smeprofile.card.customer import Card, browse, card
from smeprofile.card.outputs import run
from smeprofile.card.portfolio import report

__all__ = ["Card", "browse", "card", "report", "run"]
