"""Profiles kept up to date, drift, and early warnings judged by lead time and false alarms."""
