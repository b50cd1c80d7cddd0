"""What a trainee sees of deadline and attempts before handing in: as the exchange has it now."""

import re
from datetime import UTC, datetime

import pytest

from smeprofile.deadlines import RULES, Rules, write_rules
from smeprofile.start.choices import Choices
from smeprofile.start.page import start_page

DUE = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.fixture
def tiny(trainee):
    trainee.gets()
    trainee.cohort = trainee.cohort.model_copy(update={"attempts": 2})
    return trainee


def in_exchange(trainee):
    folder = trainee.home / "grading" / "exchange" / "tiny" / "outbound" / "02_tiny"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_without_rules_nothing_is_said(tiny):
    assert tiny.module.told == ()


def test_the_exchange_is_newer_than_what_was_fetched(tiny):
    write_rules(tiny.workspace / "02_tiny", DUE, tiny.cohort)
    assert tiny.module.told[0].startswith("截止 2026-01-05 18:00（周一），已过 ")
    write_rules(in_exchange(tiny), DUE.replace(year=2099), tiny.cohort)
    assert tiny.module.told == ("截止 2099-01-05 18:00（周一）", "还能交 2 次")


def test_hand_ins_through_the_exchange_are_counted(tiny):
    write_rules(in_exchange(tiny), None, tiny.cohort)
    tiny.hands_in("2026-01-05 09:00:00.000000 UTC")
    assert tiny.module.told == ("还能交 1 次",)
    tiny.hands_in("2026-01-05 10:00:00.000000 UTC")
    assert tiny.module.told == ("已交满 2 次，再交不算",)


@pytest.mark.parametrize(
    "broken",
    ["", "{", '{"due": "soon"}', '{"time_zone": "Mars"}', '{"time_zone": "../x"}', '{"format": 2}'],
)
def test_rules_that_cannot_be_read_are_none(tiny, broken):
    (in_exchange(tiny) / RULES).write_text(broken, encoding="utf-8")
    assert tiny.module.told == ()


def test_the_page_shows_it_beside_the_hand_in(tiny):
    rules = Rules(due=DUE.replace(year=2099))
    (in_exchange(tiny) / RULES).write_text(rules.model_dump_json(), encoding="utf-8")
    html = start_page(tiny.course(), tiny.cohort, Choices(), tiny.workspace, "/x")
    (cell,) = re.findall(r'data-label="交作业">(.*?)</td>', html, flags=re.DOTALL)
    assert '<span class="small">截止 2099-01-05 18:00（周一）</span>' in cell


def test_points_are_shown_without_those_taken_for_being_late(tiny):
    page = '<p><span data-left="0.800000">（已扣迟交 1 分）</span></p>'
    row = (
        '<table><tr data-exercise="red" data-track="all" data-score="5" data-points="5">'
        "<td>甲</td><td>5 / 5</td><td>通过</td></tr></table>"
        '<span data-left="0.100000">'  # a learner's own output
    )
    tiny.receives(page + row)
    assert (tiny.module.score, tiny.module.points) == (4.0, 5.0)
