"""Learning paths: what is taken, in what order, and that each says why."""

import pytest

from conftest import ROOT
from smeprofile.items import blueprint, learning_path
from smeprofile.params import load_cohort

COHORT = load_cohort(root=ROOT)
NUMBERS = [topic.number for topic in blueprint().topics]
MANAGER = {"role": "rm", "tasks": ["visit", "price"], "coding": 1}
MODELLER = {"role": "analyst", "tasks": ["model"], "coding": 5}


def counts(**states):
    """Return two items per module, as named: m03="right" and so on; all others wrong."""
    return {n: {states.get(f"m{n}", "wrong"): 2} for n in NUMBERS}


def numbers(survey, found):
    return [stop.number for stop in learning_path(survey, found, COHORT).stops]


def test_what_is_built_on_comes_first():
    for survey in (MANAGER, MODELLER, {}):
        order = numbers(survey, counts())
        for number in order:
            before = [b for b in blueprint().topic(number).before if b in order]
            assert all(order.index(b) < order.index(number) for b in before)


def test_a_known_module_between_does_not_loosen_the_order():
    order = numbers({"tasks": ["prospect"]}, counts(m04="right"))
    assert order.index("03") < order.index("09")


def test_managers_and_modellers_get_other_modules_and_tracks():
    manager, modeller = (learning_path(s, counts(), COHORT) for s in (MANAGER, MODELLER))
    assert (manager.track, modeller.track) == ("rm", "analyst")
    assert {s.number for s in manager.stops} != {s.number for s in modeller.stops}
    assert "13" in {s.number for s in modeller.stops}


def test_a_class_of_one_track_puts_everybody_on_it():
    only = COHORT.model_copy(update={"tracks": ["rm"]})
    found = learning_path(MODELLER, counts(), only)
    assert ("rm", "本班只开客户经理这一轨") == (found.track, found.why_track)


def test_every_module_is_taken_with_a_reason_or_left_with_one():
    found = learning_path(MANAGER, counts(m01="right"), COHORT)
    assert sorted([s.number for s in found.stops] + [n for n, _, _ in found.skipped]) == NUMBERS
    assert all("前测" in s.why for s in found.stops)
    assert all("用不到" in why for _, _, why in found.skipped)


@pytest.mark.parametrize(("sure", "how"), [(4, "practice"), (2, "full"), (None, "practice")])
def test_a_known_module_is_practised_only_unless_one_feels_unsure(sure, how):
    survey = MANAGER | ({"skill_03": sure} if sure else {})
    found = learning_path(survey, counts(m03="right"), COHORT)
    (stop,) = [s for s in found.stops if s.number == "03"]
    assert (stop.how, "自评把握不大" in stop.why) == (how, how == "full")


def test_a_known_foundation_is_not_taken_for_its_own_sake():
    assert "05" not in numbers({"tasks": ["price"]}, counts(m05="right"))
    assert "05" in numbers({"tasks": ["price"]}, counts())


def test_without_any_answer_everything_is_unknown_and_the_common_modules_stay():
    found = learning_path({}, {}, COHORT)
    assert [s.number for s in found.stops if "人人必学" in s.why] == ["01", "02", "14"]
    assert all("还不知道会不会" in s.why for s in found.stops)


def test_without_a_survey_nothing_is_said_of_the_work():
    found = learning_path({}, {}, COHORT)
    assert (found.track, found.why_track[:6]) == ("rm", "问卷还没有填")
    assert not any("你的工作暂时用不到" in why for _, _, why in found.skipped)


def test_larger_gaps_come_before_smaller_ones():
    survey = {"tasks": ["monitor"]}
    late = numbers(survey, {n: {"right": 1, "wrong": 1} for n in NUMBERS} | {"05": {"wrong": 2}})
    assert late.index("05") < late.index("03")


def test_analysts_who_do_not_code_begin_with_the_common_exercises():
    assert learning_path({"role": "analyst", "coding": 1}, {}, COHORT).track == "rm"


def test_the_analyst_spends_longer_on_the_same_module():
    minutes = [
        {s.number: s.minutes for s in learning_path(survey, counts(), COHORT).stops}["02"]
        for survey in (MANAGER, MODELLER)
    ]
    assert minutes[0] < minutes[1]


def test_junk_in_the_survey_is_not_said():
    odd = {"role": 7, "tasks": "visit", "pains": [3, "nothing"], "coding": "yes", "skill_03": "x"}
    assert numbers(odd, counts()) == numbers({}, counts())


def test_planned_minutes_are_those_of_the_course(cohort):
    """A class may drop modules, so the blueprint plans for all of them."""
    known = {m.slug[:2]: (m.lesson_minutes, m.practice_minutes) for m in cohort.modules}
    planned = {t.number: (t.lesson_minutes, t.practice_minutes) for t in blueprint().topics}
    assert planned == {number: minutes for number, minutes in known.items() if number in planned}
