"""Profiles kept up to date, drift, and early warnings judged by lead time and false alarms."""

from smeprofile.monitor.alerts import (
    RULES,
    bad_rates,
    came_true,
    chance_of,
    first_m1,
    lead_times,
    raised,
    rule_report,
)
from smeprofile.monitor.drift import csi, drift_table, expected_noise
from smeprofile.monitor.live import Live, days_overdue
from smeprofile.monitor.orders import best_orders, dispatched, hours_of, loss_ahead, sheet, worth
from smeprofile.monitor.replay import Replay, some_customers
from smeprofile.monitor.scored import caught_at, chance_model, features
from smeprofile.monitor.watch import SIGNALS, class_tables, months_of, watch_rows

__all__ = [
    "RULES",
    "SIGNALS",
    "Live",
    "Replay",
    "bad_rates",
    "best_orders",
    "came_true",
    "caught_at",
    "chance_model",
    "chance_of",
    "class_tables",
    "csi",
    "days_overdue",
    "dispatched",
    "drift_table",
    "expected_noise",
    "features",
    "first_m1",
    "hours_of",
    "lead_times",
    "loss_ahead",
    "months_of",
    "raised",
    "rule_report",
    "sheet",
    "some_customers",
    "watch_rows",
    "worth",
]
