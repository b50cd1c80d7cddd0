"""Size boundary, statement filter and cross-check: a move changes the numbers and says why."""

import re
from pathlib import Path

import pandas as pd
import pytest

from smeprofile import charts, widgets
from smeprofile.rules import SIZE_CLASSES, classify_size, size_bounds
from smeprofile.widgets import cross_check, flow_filter, size_boundary, size_html
from smeprofile.widgets.ipc import METHODS, estimates, estimates_html
from widget_parts import control, walk, words


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


# --- size boundary -----------------------------------------------------------------------------


def test_every_stop_of_every_industry_is_classed_by_the_rule():
    for codes, bounds in size_bounds():
        code = f"{codes[0]}01" if len(codes[0]) == 1 else codes[0]
        code = {"B01": "B06", "C01": "C13", "D01": "D44", "E01": "E47", "L01": "L71"}.get(
            code, code
        )
        code = {"M01": "M73"}.get(code, code)
        view = size_boundary({"某业": code})
        sliders = [w for w in walk(view) if type(w).__name__ == "SelectionSlider"]
        assert len(sliders) == len(bounds)
        for slider in sliders:
            for stop in [value for _, value in slider.options]:
                slider.value = stop
                given = {n: s.value for n, s in zip(bounds, sliders, strict=True)}
                assert f"划型：<b>{classify_size(code, **given)}</b>" in words(view)


def test_the_weak_point_is_named_and_the_mistake_of_any_one_shown():
    said = size_html("F51", {"n_staff": 4, "revenue_cny": 1e8})
    assert "短板是从业人员" in said
    assert "会划成中型" in said


def test_another_industry_brings_its_own_indicators():
    view = size_boundary({"批发业": "F51", "农林牧渔业": "A01"})
    control(view, "行业").value = "A01"
    assert ["营业收入"] == [
        w.description for w in walk(view) if type(w).__name__ == "SelectionSlider"
    ]
    assert any(f"划型：<b>{name}</b>" in words(view) for name in SIZE_CLASSES)


# --- statement filter --------------------------------------------------------------------------


def statement():
    rows = [
        ("2024-06-03", "in", 90_000.0, "货款"),  # too old to count
        ("2025-11-03", "in", 100_000.0, "货款"),
        ("2025-11-05", "in", 50_000.0, "同名划转"),
        ("2025-11-08", "in", 40_000.0, "往来款"),
        ("2025-11-09", "out", 40_000.0, "往来款"),
        ("2025-12-01", "in", 30_000.0, "贷款发放"),
    ]
    frame = pd.DataFrame(rows, columns=["date", "direction", "amount_cny", "summary"])
    return frame.assign(customer_id="C1", date=pd.to_datetime(frame["date"]))


def test_each_exclusion_lowers_the_inflow_by_its_own_money():
    view = flow_filter(statement(), {"某户": "C1"}, as_of="2025-12-31")
    assert "<b>22.0</b> 万元" in words(view)
    assert "多算了 120%" in words(view)
    for box, left in (("剔除同名划转", "17.0"), ("剔除贷款发放", "14.0"), ("剔除快进快出", "10.0")):
        control(view, box).value = True
        assert f"<b>{left}</b> 万元" in words(view)
    assert "不是卖货的钱都剔除了" in words(view)


def test_a_kind_that_only_passed_through_is_not_said_to_be_absent():
    view = flow_filter(statement(), {"某户": "C1"}, as_of="2025-12-31")
    control(view, "剔除往来款").value = control(view, "剔除退款").value = True
    assert "这户的往来款都是快进快出，算在那一项里。" in words(view)
    assert "没有退款，剔不剔都一样" in words(view)


def test_an_account_without_sales_is_told_so():
    none = statement().query("summary == '贷款发放'")
    view = flow_filter(none, {"某户": "C1"}, as_of="2025-12-31")
    assert "没有销售回款" in words(view)


# --- cross-check -------------------------------------------------------------------------------

CASE = {"inflow_cny": 4_520_000, "invoiced_cny": 6_400_000, "vat_rate": 0.13, "settled": 0.5,
        "purchase_cny": 4_480_000, "utility_cny": 44_000, "invoiced": 0.8,
        "purchase_share": 0.7, "utility_share": 0.011}  # fmt: skip


def test_the_method_that_differs_is_named_with_what_to_ask_for():
    view = cross_check(pd.DataFrame([CASE], index=["某厂"]))
    assert "须解释" in words(view)
    assert "成本法偏低" in words(view)
    control(view, "成本法用").value = "utility_cny"
    assert "可以取中间的数：800.0 万元" in words(view)
    control(view, "成本占销售额").value = 2  # electricity: what to ask for isn't purchases alone
    assert "成本法偏低" in words(view) and "有的电费不从本行付" in words(view)


def test_a_gap_is_told_as_finely_as_it_is_judged():
    said = estimates_html(pd.Series([89.6, 100, 109.6], index=METHODS))
    assert "-10.4%</td><td>须解释" in said and "+9.6%</td><td>对得上" in said


def test_shares_are_typed_in_per_cent_and_small_ones_stand_on_the_grid():
    view = cross_check(pd.DataFrame([CASE | {"utility_share": 0.005}], index=["某厂"]))
    control(view, "成本法用").value = "utility_cny"
    cost = control(view, "成本占销售额")
    assert cost.value == pytest.approx(0.5)
    assert (cost.value / cost.step) % 1 == pytest.approx(0, abs=1e-9)
    before = words(view)
    control(view, "走本行的占比").value = 70  # as who types 70 has it
    assert words(view) != before


def test_what_a_slider_shows_can_be_typed_back():
    found = [
        (path.name, told)
        for path in Path(widgets.__file__).parent.glob("*.py")
        for told in re.findall(r"readout_format=(.*?),\s*\w+=", path.read_text(encoding="utf-8"))
    ]
    assert found and [one for one in found if "%" in one[1] or "," in one[1]] == []


def test_a_moved_share_moves_its_own_method():
    case = pd.Series(CASE)
    less = estimates(case, settled=0.4, invoiced=0.8, cost=0.7, by="purchase_cny")
    more = estimates(case, settled=0.8, invoiced=0.8, cost=0.7, by="purchase_cny")
    assert less["流水法"] == pytest.approx(2 * more["流水法"])
    assert less[["开票法", "成本法"]].tolist() == more[["开票法", "成本法"]].tolist()
