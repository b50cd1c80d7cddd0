"""Kirkpatrick's third level: what is left after weeks, and what is done on the job."""

import pandas as pd

from smeprofile.effect import retention
from smeprofile.effect.estimate import mean_interval, share_interval
from smeprofile.evaluation.classdata import ClassData
from smeprofile.grading.followup import BEHAVIOURS, DAYS, SEEN, TRANSFER


def kept(data: ClassData) -> pd.DataFrame:
    """Return one row per delayed test: how much is left of the post-test's share (see ``retention``)."""
    shares = {
        form: data.scores(form) / data.n_items(form)
        for form in ("pre", "post")
        if data.n_items(form)
    }
    later = data.follow_up.dropna(subset=["score"])
    delayed = {days: of.set_index("learner_id")["score"] for days, of in later.groupby("days")}
    if not delayed or "post" not in shares:
        return pd.DataFrame()
    return retention(shares["post"], delayed, pre=shares.get("pre"))


def checklist(data: ClassData) -> pd.DataFrame:
    """Return one row per day and behaviour: yes, no, no chance, and the share of yes where there was one."""
    rows = []
    for days in DAYS:
        mine = data.follow_up[data.follow_up["days"] == days]
        for name, words in BEHAVIOURS.items():
            said = mine[name].dropna()
            if len(said):
                yes, no, none = (int((said == word).sum()) for word in SEEN)
                found = share_interval(yes, yes + no)
                rows.append({"days": days, "behaviour": words, "yes": yes, "no": no, "none": none,
                             "share": found.value, "share_low": found.low, "share_high": found.high})  # fmt: skip
    return pd.DataFrame(rows)


def transfer(data: ClassData) -> pd.DataFrame:
    """Return one row per day and aspect of the transfer case: ``n`` and the mean share of 2 points."""
    rows = []
    for days in DAYS:
        mine = data.follow_up[data.follow_up["days"] == days]
        for name, words in TRANSFER.items():
            marks = mine[name].dropna().to_numpy(float)
            if len(marks):
                found = mean_interval(marks / 2)
                low, high = (
                    None if b is None else min(1.0, max(0.0, b)) for b in (found.low, found.high)
                )
                rows.append({"days": days, "aspect": words, "n": len(marks), "share": found.value,
                             "share_low": low, "share_high": high})  # fmt: skip
    return pd.DataFrame(rows)
