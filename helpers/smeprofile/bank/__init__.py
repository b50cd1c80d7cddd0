"""The bank that keeps accounts: twelve months of a credit-marketing strategy, scored by its result.

``market`` makes a fresh synthetic bank with its truth; ``evaluate`` plays a ``Strategy`` in it and
returns V, figures, breaches and the score. ``baseline`` and ``reference`` are strategies.
"""

from smeprofile.bank.average import Average, average
from smeprofile.bank.compliance import Breach
from smeprofile.bank.evaluate import Result, evaluate
from smeprofile.bank.market import Market, market
from smeprofile.bank.seeds import grading_seeds
from smeprofile.bank.strategies import baseline, list_rate, offers_of, reference
from smeprofile.bank.strategy import Policy, Rollout, Sources, Strategy, sector_of
from smeprofile.bank.values import from_answers

__all__ = [
    "Average",
    "Breach",
    "Market",
    "Policy",
    "Result",
    "Rollout",
    "Sources",
    "Strategy",
    "average",
    "baseline",
    "evaluate",
    "from_answers",
    "grading_seeds",
    "list_rate",
    "market",
    "offers_of",
    "reference",
    "sector_of",
]
