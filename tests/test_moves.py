"""Every control is moved, to its ends, and beside others that were moved."""

import ipywidgets as w
import pytest

from smeprofile.moves import move_all


@pytest.mark.parametrize(
    ("made", "values"),
    [
        (lambda: w.IntSlider(3, 1, 5), {1, 5}),
        (lambda: w.FloatSlider(0.5, min=0, max=1), {0, 1}),
        (lambda: w.Dropdown(options=[("甲", "C1"), ("乙", "C2")]), {"C1", "C2"}),
        (lambda: w.RadioButtons(options=["是", "否"], value=None), {"是", "否"}),
        (lambda: w.SelectionSlider(options=range(100)), {0, 34, 68, 99}),
        (lambda: w.Select(options=[]), set()),
        (lambda: w.SelectMultiple(options="甲乙"), {(), ("甲", "乙")}),
        (lambda: w.Checkbox(), {True, False}),
        (lambda: w.Text("原文"), {"", "12", "一二"}),
    ],
)
def test_a_control_takes_its_values(made, values):
    control, taken = made(), []
    control.observe(lambda change: taken.append(change["new"]), "value")
    assert move_all([control]) == []
    assert values <= set(taken)
    assert len(taken) <= 16


def test_a_button_is_pressed_and_what_it_raises_is_told():
    button = w.Button(description="检查")
    button.on_click(lambda _: 1 / 0)
    assert move_all([button]) == ["检查：ZeroDivisionError: division by zero"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_fails_only_together_is_found_and_told_once(order):
    makers = [
        lambda: w.Dropdown(options=["甲", "乙"], description="客户"),
        lambda: w.Checkbox(description="剔除退款"),
    ]
    made = {k: makers[k]() for k in order}
    who, box = made[0], made[1]

    def draw(_):
        if who.value == "乙" and box.value:
            raise KeyError("退款")

    who.observe(draw, "value")
    box.observe(draw, "value")
    found = move_all(made.values())
    assert {line.split("：")[1] for line in found} == {"KeyError: '退款'"}
    assert len(found) == len({line.split(" ")[0] for line in found})


def test_a_control_that_is_put_away_is_left_alone():
    box = w.Checkbox(disabled=True)
    box.observe(lambda _: 1 / 0, "value")
    assert move_all([box]) == []
