"""Two made-up customers, for the examples in docstrings and tests."""

import pandas as pd


def _table(columns: str, *rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns.split())
    days = [name for name in frame if name.endswith(("_date", "_at"))]
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in days})


TABLES = {
    "customers": _table(
        "customer_id branch_id established_date opened_date deregistered_date owns_premises industry_code",
        ("C1", "B01", "2020-06-30", "2021-06-30", None, True, "C33"),
        ("C2", "B01", "2024-06-30", "2024-12-31", None, False, "H62"),
        ("C3", "B02", "2018-06-30", "2019-06-30", None, True, "F51"),  # has a line in force
    ),
    "applications": _table(
        "customer_id applied_at product_id kind amount_cny",
        ("C1", "2024-06-30 10:00", "F1", "新增", 300_000.0),
        ("C1", "2025-09-10 10:00", "F1", "新增", 500_000.0),
        ("C1", "2025-11-10 10:00", "F1", "新增", 200_000.0),
        ("C3", "2025-09-10 10:00", "F1", "续贷", 200_000.0),
    ),
    "facilities": _table("customer_id start_date maturity_date", ("C3", "2025-01-01", "2025-12-31")),
    "financials": _table(
        "customer_id year revenue_cny cost_cny net_profit_cny inventory_cny receivable_cny "
        "prepaid_cny payable_cny advance_cny arrived_date",
        ("C1", 2024, 3600.0, 1800.0, 360.0, 450.0, 300.0, 0.0, 150.0, 0.0, "2025-05-20"),
        ("C1", 2025, 9999.0, 1800.0, 360.0, 450.0, 300.0, 0.0, 150.0, 0.0, "2026-05-20"),
    ),
    "customer_survey": _table("customer_id survey_date wants_loan", ("C2", "2025-03-01", True)),
    "products": _table("product_id max_line_cny", ("F1", 500_000.0)),
}  # fmt: skip
