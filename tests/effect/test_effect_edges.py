"""Unanswered, unreached, tiny, full and alike: what must be said instead of a false number."""

import numpy as np
import pandas as pd
import pytest

import irt
import smeprofile as sp
from smeprofile.effect import (
    ancova,
    caution,
    dif,
    distractors,
    dropout,
    gain,
    item_analysis,
    reliability,
    reliable_change,
    retention,
    wide,
)
from smeprofile.errors import UserError


def long_table():
    """Four learners, three items; one item untried by c and not reached by d."""
    states = {
        "a": ("right", "right", "right"),
        "b": ("right", "right", "wrong"),
        "c": ("right", "wrong", "untried"),
        "d": ("wrong", "wrong", "not_reached"),
    }
    return pd.DataFrame(
        [
            {"learner_id": who, "form": "pre", "item": f"q{n}", "position": n, "state": state,
             "points": int(state == "right"), "mistake": "漏了缺失" if state == "wrong" else ""}
            for who, of in states.items()
            for n, state in enumerate(of, 1)
        ]
    )  # fmt: skip


def test_it_is_reached_as_the_contract_says():
    answers = irt.answers(30, np.random.default_rng(1))
    assert {"difficulty", "discrimination", "item_rest", "alpha_if_deleted"} <= set(
        sp.effect.item_analysis(answers)
    )
    assert sp.effect.reliability(answers).interval[0] < sp.effect.reliability(answers).alpha
    assert sp.effect.gain(answers[0], answers[1], max_points=1).n == 30


def test_unanswered_and_unreached_are_counted_apart_and_never_as_wrong():
    row = item_analysis(long_table()).loc["q3"]
    assert (row["n_answered"], row["n_untried"], row["n_not_reached"]) == (2, 1, 1)
    assert row["difficulty"] == 0.5


def test_unanswered_is_missing_in_the_wide_table_and_zero_in_the_score():
    answers = wide(long_table(), "pre")
    assert answers.isna().sum().tolist() == [0, 0, 2]
    assert reliability(answers).alpha == reliability(answers.fillna(0)).alpha


def test_order_of_learners_and_items_decides_nothing():
    answers = irt.answers(40, np.random.default_rng(2))
    other = answers.sample(frac=1, random_state=1)[list(answers.columns[::-1])]
    pd.testing.assert_frame_equal(item_analysis(other).loc[answers.columns], item_analysis(answers))


def test_an_item_that_all_get_right_has_no_correlation_rather_than_zero():
    table = item_analysis(pd.DataFrame({"a": [1, 1, 1, 1], "b": [1, 0, 1, 0], "c": [0, 0, 1, 1]}))
    assert np.isnan(table.loc["a", "item_rest"])
    assert table.loc["a", "discrimination"] == 0


def test_scores_all_alike_have_no_reliability():
    found = reliability(pd.DataFrame({"a": [1, 0], "b": [0, 1]}))
    assert (found.alpha, found.interval) == (None, None)
    assert "都一样" in found.why_no_interval


def test_partial_points_are_shares_of_the_most_reached():
    table = item_analysis(pd.DataFrame({"a": [0, 5, 10], "b": [0, 1, 1]}))
    assert table["difficulty"].tolist() == [0.5, pytest.approx(2 / 3)]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (pd.DataFrame({"a": ["对"], "b": ["错"]}), "至少要 2 题、2 人"),
        (pd.DataFrame({"a": ["对", "错"], "b": ["错", "对"]}), "不是数"),
    ],
)
def test_what_cannot_be_analysed_is_refused_in_chinese(table, told):
    with pytest.raises(UserError, match=told):
        item_analysis(table)


def test_a_long_table_with_two_forms_is_refused_not_mixed():
    both = pd.concat([long_table(), long_table().assign(form="post")])
    with pytest.raises(UserError, match="先选一张卷"):
        wide(both)


# --- wrong answers -----------------------------------------------------------------------------


def test_distractors_tell_who_made_which_mistake_and_keep_unanswered_apart():
    table = distractors(long_table(), {"q3": ["当成 0"]}).set_index(["item", "choice"])
    assert table.loc["q3", "n"].to_dict() == {
        "答对": 1, "漏了缺失": 1, "当成 0": 0, "未答": 1, "未到达": 1,
    }  # fmt: skip
    assert "没有人犯" in table.loc[("q3", "当成 0"), "note"]
    assert table.groupby("item")["share"].sum().tolist() == pytest.approx([1, 1, 1])


def test_a_mistake_that_draws_the_able_is_pointed_at():
    rng = np.random.default_rng(3)
    rows = []
    for n in range(60):
        right = n < 30  # who is able gets all others right and falls for this one
        for item in ("q1", "q2", "q3"):
            rows.append((f"u{n:02d}", item, right))
        rows.append((f"u{n:02d}", "odd", not right and rng.random() < 0.8))
    long = pd.DataFrame(rows, columns=["learner_id", "item", "ok"]).assign(
        state=lambda t: np.where(t["ok"], "right", "wrong"), points=lambda t: t["ok"].astype(int),
        mistake=lambda t: np.where(t["ok"], "", "看错单位"),
    )  # fmt: skip
    found = distractors(long).set_index(["item", "choice"])["note"]
    assert "查标准答案" in found["odd", "看错单位"]
    assert found["q1", "看错单位"] == ""


# --- learning ----------------------------------------------------------------------------------


def test_who_cannot_be_used_is_counted():
    pre = pd.Series({"a": 10.0, "b": 5.0, "c": 6.0, "d": 7.0, "e": 1.0})
    post = pd.Series({"a": 9.0, "b": 8.0, "c": 6.0, "d": 10.0, "f": 3.0})
    found = gain(pre, post, max_points=10)
    assert (found.n, found.n_pre_only, found.n_post_only) == (4, 1, 1)
    assert (found.n_improved, found.n_unchanged, found.n_declined) == (2, 1, 1)
    assert (found.n_full_before, found.n_full_after, found.individual_gain.n) == (1, 1, 3)


def test_all_full_before_has_no_gain_instead_of_zero():
    found = gain(pd.Series([10.0, 10]), pd.Series([9.0, 10]), max_points=10)
    assert (found.class_gain.value, found.individual_gain.value) == (None, None)
    assert found.n_full_before == 2


def test_one_learner_gets_numbers_without_intervals():
    found = gain(pd.Series([4.0]), pd.Series([6.0]), max_points=10)
    assert (found.change.value, found.change.low, found.t, found.adjusted) == (2, None, None, None)


def test_a_change_that_is_the_same_for_all_has_no_interval_rather_than_one_of_no_width():
    change = gain(pd.Series([4.0, 5, 6]), pd.Series([7.0, 8, 9]), max_points=10).change
    assert (change.value, change.low, change.high, change.n) == (3, None, None, 3)
    assert change.why_not == "大家都一样，没有区间"
    assert not change.excludes_zero


@pytest.mark.parametrize(
    ("post", "told"), [({"z": 1.0}, "没有人同时有"), ({"a": 11.0}, "0–10 之间")]
)
def test_impossible_scores_are_refused(post, told):
    with pytest.raises(UserError, match=told):
        gain(pd.Series({"a": 5.0}), pd.Series(post), max_points=10)


def test_small_classes_are_warned_about_and_large_ones_are_not():
    assert "不要下结论" in caution(11)
    assert "看方向" in caution(29)
    assert caution(30) == ""


def test_ancova_without_two_groups_or_with_equal_pretests_is_refused():
    post, same = pd.Series([1.0, 2, 3, 4, 5, 6]), pd.Series([3.0] * 6)
    with pytest.raises(UserError, match="前测都一样"):
        ancova(same, post)
    with pytest.raises(UserError, match="人太少"):
        ancova(pd.Series([1.0, 2]), post)


def test_a_change_within_error_is_not_called_one():
    found = reliable_change(
        pd.Series([10.0, 10, 10]), pd.Series([12.0, 17, 4]), sem_pre=2, sem_post=1.5
    )
    assert found.threshold == pytest.approx(1.96 * 2.5)
    assert [found.verdict(n) for n in range(3)] == ["within", "up", "down"]
    assert (found.n_up, found.n_down) == (1, 1)


def test_in_95_of_100_who_learnt_nothing_the_change_is_within_error():
    """One ability, two forms: the threshold from SEM holds at every level of ability together."""
    rng = np.random.default_rng(8)
    ability = rng.normal(size=4000)
    forms = [irt.answers(4000, rng, irt.PRE, ability) for _ in range(2)]
    sems = [reliability(form).sem for form in forms]
    found = reliable_change(*(f.sum(axis=1) for f in forms), sem_pre=sems[0], sem_post=sems[1])
    assert found.by_learner.abs().le(found.threshold).mean() == pytest.approx(0.95, abs=0.02)


def test_retention_counts_who_did_not_come_back():
    post = pd.Series({"a": 20.0, "b": 25.0, "c": 30.0, "d": 10.0})
    pre = post - 10
    later = {30: pd.Series({"a": 15.0, "b": 20.0, "c": 25.0}), 7: post}
    table = retention(post, later, pre=pre).set_index("days")
    assert table.index.tolist() == [7, 30]
    assert table.loc[7, ["kept", "gain_kept", "n_missing"]].tolist() == [1, 1, 0]
    assert table.loc[30, ["kept", "gain_kept", "n_missing"]].tolist() == [0.8, 0.5, 1]


def test_retention_of_nobody_is_missing_not_zero():
    (row,) = retention(pd.Series({"a": 5.0}), {7: pd.Series(dtype=float)}).to_dict("records")
    assert (row["n"], row["n_missing"]) == (0, 1)
    assert np.isnan(row["kept"])


def test_differential_dropout_is_found_and_bounds_the_change():
    rng = np.random.default_rng(9)
    pre, post = irt.two_scores(200, rng)
    stays = pre > pre.quantile(0.3)  # the weak leave
    track = pd.Series(np.where(np.arange(200) < 100, "rm", "analyst"))
    found = dropout(pre, post[stays], track)
    assert found.n_left == (~stays).sum()
    assert found.pre_difference.low > 0
    assert found.cautious_change < (post - pre)[stays].mean()
    assert found.by_group["n"].tolist() == [100, 100]
    assert found.p_groups is not None


def test_nobody_leaving_is_no_difference():
    pre = pd.Series([1.0, 2, 3])
    found = dropout(pre, pre + 1)
    assert (found.share.value, found.pre_difference.value) == (0, None)


def test_scores_alike_in_both_groups_are_called_so_and_not_few():
    pre = pd.Series([3.0] * 10 + [2.0] * 10)
    found = dropout(pre, pd.Series([4.0] * 10))
    assert found.pre_difference.low is None and "各自都一样" in found.pre_difference.why_not


# --- fairness ----------------------------------------------------------------------------------


def two_tracks(n, harder=0.0):
    """Item 0 is harder by ``harder`` for rm, and rm are less able on the whole."""
    rng = np.random.default_rng(10)
    is_rm = np.arange(2 * n) < n
    ability = rng.normal(size=2 * n) - 0.5 * is_rm
    answers = irt.answers(2 * n, rng, ability=ability)
    shifted = irt.chance(ability - harder * is_rm, irt.PRE)[:, 0]
    answers[0] = (rng.random(2 * n) < shifted).astype(float)
    return answers, pd.Series(np.where(is_rm, "rm", "analyst"), index=answers.index)


def test_dif_below_100_a_group_is_refused():
    with pytest.raises(UserError, match="每组至少要 100 人"):
        dif(*two_tracks(99))


def test_an_item_unfair_to_one_track_is_class_c_and_ability_alone_is_not():
    found = dif(*two_tracks(600, harder=1.5))
    assert found.loc[0, "ets"] == "C"
    assert (found.drop(index=0)["ets"] != "C").all()
    assert (dif(*two_tracks(600))["ets"] != "C").all()
