"""Learners × items: how answers, unanswered and unreached items stand in one table."""

import pandas as pd

from smeprofile.errors import UserError

STATES = {"right": "答对", "wrong": "答错", "untried": "未答", "not_reached": "未到达"}
ANSWERED = ("right", "wrong")


def wide(item_responses: pd.DataFrame, form: str | None = None) -> pd.DataFrame:
    """Return one row per learner, one column per item: points, NaN where there is no answer.

    ``item_responses`` is the long table of the course (learner_id, item, points, state; form and
    position where there are such), of which ``form`` alone is taken. What was not answered is NaN,
    never 0: scoring it as 0 is for who adds up a score. Raises ``UserError`` where a column is
    missing or a learner has an item twice.

    >>> long = pd.DataFrame({"learner_id": ["a", "a"], "item": ["x", "y"], "points": [1, 0],
    ...                      "state": ["right", "untried"]})
    >>> wide(long).to_dict("records")
    [{'x': 1.0, 'y': nan}]
    """
    lacking = {"learner_id", "item", "points", "state"} - set(item_responses)
    if lacking:
        raise UserError(f"作答表缺少 {'、'.join(sorted(lacking))} 列。请用 item_responses 这张表。")
    mine = item_responses
    if form is not None:
        mine = mine[mine["form"] == form]
    if mine.duplicated(["learner_id", "item"]).any():
        raise UserError("作答表里有人同一题出现两次。请先选一张卷（form），或去掉重复的行。")
    order = list(dict.fromkeys(_in_order(mine)["item"]))
    points = mine["points"].astype(float).where(mine["state"].isin(ANSWERED))
    table = mine.assign(points=points).pivot(index="learner_id", columns="item", values="points")
    return table[order].rename_axis(columns=None)


def _in_order(mine: pd.DataFrame) -> pd.DataFrame:
    return mine.sort_values("position", kind="stable") if "position" in mine else mine


def checked(answers: pd.DataFrame) -> pd.DataFrame:
    """Return learners × items as floats; long tables are made wide.

    Raises ``UserError`` unless there are two items and two learners, all numbers.

    >>> checked(pd.DataFrame({"x": [1]}))
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 题目分析至少要 2 题、2 人，现为 1 题、1 人。
    """
    if {"learner_id", "item", "points"} <= set(answers):
        answers = wide(answers)
    n, k = answers.shape
    if n < 2 or k < 2:
        raise UserError(f"题目分析至少要 2 题、2 人，现为 {k} 题、{n} 人。")
    try:
        return answers.astype(float)
    except (TypeError, ValueError):
        raise UserError("作答表里有不是数的值。每格应为得分，没有作答的留空。") from None
