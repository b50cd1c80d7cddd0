"""Figures speak Chinese without warnings and carry words for those who can't see them."""

import logging

import matplotlib.pyplot as plt
import pytest

from smeprofile import charts


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


def test_chinese_and_minus_draw_without_a_missing_glyph():
    figure, axes = plt.subplots()
    axes.plot([-1, 2], [3, -4])
    axes.set_title("客户画像：票流比 −5 %", weight="bold")
    figure.canvas.draw()  # a missing glyph warns, and warnings are errors here
    plt.close(figure)


def test_bold_does_not_log_a_missing_weight(caplog):
    with caplog.at_level(logging.WARNING, logger="matplotlib.font_manager"):
        figure, axes = plt.subplots()
        axes.set_title("小微企业", weight="bold")
        figure.canvas.draw()
        plt.close(figure)
    assert caplog.messages == []


def test_image_carries_its_alternative_text():
    figure, axes = plt.subplots()
    axes.bar(["制造业"], [1])
    html = charts.as_html(figure, '制造业占比最高，其次是"批发零售"。')
    assert 'alt="制造业占比最高，其次是&quot;批发零售&quot;。"' in html


def test_empty_alternative_text_is_refused():
    with pytest.raises(ValueError, match="alt"):
        charts.as_html(plt.figure(), "图")
    plt.close("all")


def test_same_figure_gives_same_bytes():
    def draw():
        figure, axes = plt.subplots()
        axes.bar(["甲", "乙"], [1, 2])
        return charts.as_html(figure, "乙的柱子是甲的两倍高。")

    assert draw() == draw()
