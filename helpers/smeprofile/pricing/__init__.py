"""Pricing: the floor price and what moves it, instalments and what they really cost, VAT on interest."""

from smeprofile.pricing.floor import Costs, floor_price, raroc, raroc_steps, waterfall
from smeprofile.pricing.observed import chain_outcomes, product_prices, rates_of_lines
from smeprofile.pricing.schedules import METHODS, annual_rates, monthly_irr, schedule, shortfall
from smeprofile.pricing.security import lgd_guaranteed, lgd_mortgage, subsidised
from smeprofile.pricing.vat import break_even_rate, free_up_to, net_rate, vat_case, vat_share

__all__ = [
    "METHODS",
    "Costs",
    "annual_rates",
    "break_even_rate",
    "chain_outcomes",
    "floor_price",
    "free_up_to",
    "lgd_guaranteed",
    "lgd_mortgage",
    "monthly_irr",
    "net_rate",
    "product_prices",
    "raroc",
    "raroc_steps",
    "rates_of_lines",
    "schedule",
    "shortfall",
    "subsidised",
    "vat_case",
    "vat_share",
    "waterfall",
]
