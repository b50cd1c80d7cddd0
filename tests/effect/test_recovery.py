"""Classes with a known gain: intervals hold the truth as often as they say, at every size."""

import numpy as np
import pandas as pd
import pytest

import irt
from smeprofile.effect import ancova, gain, item_analysis, reliability
from smeprofile.effect.adjusted import AT_MEAN

TRUE, UNTAUGHT = irt.truth(), irt.truth(gain=0.0)
SIZES = {12: 150, 30: 150, 120: 60, 1000: 20}  # learners → simulated classes
FULL = {12: 3000, 30: 3000, 120: 1500, 1000: 400}
STATED = 0.95


def holds(low, high, true):
    return low is not None and low <= true <= high


def estimates(n, rng):
    """Return statistic → whether its interval holds the truth, for one class of n."""
    pre, post = irt.two_scores(n, rng)
    found = gain(pre, post, max_points=irt.N_ITEMS)
    alpha = reliability(irt.answers(n, rng), seed=int(rng.integers(2**32))).interval
    slope = found.adjusted.row("pre")
    return {
        "alpha": holds(*alpha, TRUE.alpha),
        "class_gain": holds(found.class_gain.low, found.class_gain.high, TRUE.class_gain),
        "individual_gain": holds(
            found.individual_gain.low, found.individual_gain.high, TRUE.individual_gain
        ),
        "change": holds(found.change.low, found.change.high, TRUE.change),
        "d": holds(found.d.low, found.d.high, TRUE.d),
        "slope": holds(slope["low"], slope["high"], TRUE.slope),
        "control": control_holds(n, rng),
    }


def control_holds(n, rng):
    """Half of n learnt nothing: does ANCOVA's interval hold the difference?"""
    parts = [irt.two_scores(n // 2, rng, gain=g) for g in (0.0, irt.GAIN)]
    pre, post = (pd.concat(of, ignore_index=True) for of in zip(*parts, strict=True))
    group = pd.Series(np.arange(2 * (n // 2)) // (n // 2))
    row = ancova(pre, post, group).row("1")
    return holds(row["low"], row["high"], TRUE.change - UNTAUGHT.change)


def coverage(n, n_classes, seed=1):
    """Return statistic → share of simulated classes of n whose interval holds the truth."""
    rng = np.random.default_rng([seed, n])
    return pd.DataFrame([estimates(n, rng) for _ in range(n_classes)]).mean()


def out_of_line(covered, n_classes, n_errors):
    """Return the statistics whose coverage is too far from what is stated."""
    error = np.sqrt(STATED * (1 - STATED) / n_classes)
    return covered[(covered - STATED).abs() > n_errors * error].to_dict()


@pytest.mark.parametrize("n", SIZES)
def test_intervals_cover_at_their_stated_rate(n):
    assert out_of_line(coverage(n, SIZES[n]), SIZES[n], 3.3) == {}


@pytest.mark.full
@pytest.mark.parametrize("n", FULL)
def test_intervals_cover_within_two_points(n):
    covered = coverage(n, FULL[n], seed=2)
    error = np.sqrt(STATED * (1 - STATED) / FULL[n])
    assert covered[(covered - STATED).abs() > 0.02 + 2 * error].to_dict() == {}


def test_a_narrower_interval_is_found_out():
    """The proof can fail: Student's width replaced by the normal's misses too often at 12."""
    rng, missed = np.random.default_rng(3), 0
    for _ in range(400):
        pre, post = irt.two_scores(12, rng)
        change = (post - pre).to_numpy()
        half = 1.64 * change.std(ddof=1) / np.sqrt(12)
        missed += not holds(change.mean() - half, change.mean() + half, TRUE.change)
    assert out_of_line(pd.Series({"narrow": 1 - missed / 400}), 400, 3.3)


def test_point_estimates_find_the_truth_in_a_large_class():
    pre, post = irt.two_scores(20_000, np.random.default_rng(4))
    found = gain(pre, post, max_points=irt.N_ITEMS)
    got = [found.change.value, found.class_gain.value, found.individual_gain.value, found.d.value]
    true = [TRUE.change, TRUE.class_gain, TRUE.individual_gain, TRUE.d]
    assert got == pytest.approx(true, rel=0.03)
    assert found.adjusted.row(AT_MEAN)["estimate"] == pytest.approx(post.mean())


def test_harder_items_have_lower_difficulty_and_all_discriminate():
    table = item_analysis(irt.answers(4000, np.random.default_rng(5)))
    assert np.corrcoef(table["difficulty"], irt.PRE)[0, 1] < -0.99
    assert (table["discrimination"] > 0.2).all()


def test_same_seed_gives_the_same_interval():
    answers = irt.answers(30, np.random.default_rng(6))
    assert reliability(answers, seed=1) == reliability(answers, seed=1)
    assert reliability(answers, seed=1).interval != reliability(answers, seed=2).interval
