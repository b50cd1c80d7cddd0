"""Thresholds of early warnings, the course's own, the same in profile, replay and watch list."""

INFLOW_FALL = 0.3  # 流入骤降: a quarter's inflow below the year before's by more than this share
PASS_THROUGH = 0.3  # 快进快出: more than this share of the inflow goes straight out again
FULL_LINE = 0.95  # 额度用满: at least this share of the line is drawn
