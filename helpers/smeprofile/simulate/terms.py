"""What a cohort may set of its market and its bank; all else is in ``assumptions``."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from smeprofile.dictionary import SECURITIES
from smeprofile.simulate import assumptions as a

Shares = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Terms:
    """Regions and industries by share of customers, products, policy, and LPR changes to come.

    ``cutoffs``: the least score that passes, in the order of ``SECURITIES``. ``lpr``: changes
    (date, one year, five years; 0-1) after the published ones.

    >>> Terms().region_names[4:], Terms().is_county.tolist()
    (('云渡县', '石礁县'), [False, False, False, False, True, True])
    """

    regions: Shares = tuple(a.REGIONS.items())
    industries: Shares = tuple((code, trade.share) for code, trade in a.TRADES.items())
    products: tuple[tuple[str, a.Product], ...] = tuple(a.PRODUCTS.items())
    cutoffs: tuple[float, ...] = a.CUTOFFS
    random_approval_share: float = a.RANDOM_APPROVAL
    override_share: float = a.OVERRIDES
    lpr: tuple[tuple[date, float, float], ...] = ()

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions in order."""
        return tuple(name for name, _ in self.regions)

    @cached_property
    def region_shares(self) -> np.ndarray:
        """Each region's share of customers."""
        return np.array([share for _, share in self.regions])

    @cached_property
    def is_county(self) -> np.ndarray:
        """Whether each region is a county: firms are smaller there, and the old policy shy of it."""
        return np.array([name.endswith("县") for name in self.region_names])

    @cached_property
    def trade_shares(self) -> np.ndarray:
        """Each trade's share of customers, in the order of ``CODES``; 0 for those not named."""
        shares = dict(self.industries)
        return np.array([shares.get(code, 0.0) for code in a.CODES])

    def product(self, name: str) -> np.ndarray:
        """Return a field of all products by position; ``security`` as position in SECURITIES."""
        values = [getattr(product, name) for _, product in self.products]
        return np.array([SECURITIES.index(v) for v in values] if name == "security" else values)


OURS = Terms()  # those of the course's own bank
