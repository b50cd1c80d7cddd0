"""A class on the Hub sits both tests; the desk reports what the training did."""

import json
import re
from statistics import mean

import pytest

from classroom import MODULE
from hubroom import HubRoom
from smeprofile.items.learners import simulate_responses
from smeprofile.items.mark import mark
from smeprofile.notebooks.papers import made
from smeprofile.params import load_cohort
from smeprofile.start.transcript import number

pytestmark = pytest.mark.full
TESTS = {"00_needs_survey": "pre", "14_graduation": "post"}
ABILITY = {"pre": -1.5, "post": 4.0}  # so far apart that three learners show it
LEARNERS = ["1001", "1002", "1003", "1004"]


@pytest.fixture(scope="module")
def sat(needs_hub):
    """Four learners, one after the other on the Hub, hand in both tests; the last no post-test."""
    with HubRoom(len(LEARNERS), (MODULE, *TESTS)) as room:
        yield room, {form: _sit(room, module, form) for module, form in TESTS.items()}


def _sit(room, module, form):
    """Let the class sit a test; return each learner's share of the points, by id."""
    shares, cohort = {}, load_cohort(root=room.home)
    paper, keys = made(form, room.home / "solutions", cohort)
    room.desk("release", module[:2])
    for who in LEARNERS if form == "pre" else LEARNERS[:-1]:
        value = simulate_responses(
            paper, keys, dict.fromkeys(keys, 0.0), cohort_id=cohort.cohort_id,
            learner_id=who, ability=ABILITY[form], seed=1,
        )  # fmt: skip
        marked = mark(value, paper, keys)
        shares[who] = marked.points / len(marked.responses)
        with room.learner(who) as trainee:
            trainee.ask("POST", "smeprofile/act", json={"action": "fetch", "module": module})
            room.answer(who, module, {form: f"{form} = {value | {'finished': '是'}!r}"})
            trainee.ask("POST", "smeprofile/act", json={"action": "submit", "module": module})
    for step in ("collect", "grade", "feedback"):
        room.desk(step, module[:2])
    return shares


def test_the_desk_reports_the_effect_on_who_sat_both_tests(sat):
    room, shares = sat
    out, both = room.place.staff / "grading" / "effect", shares["post"]
    told = room.desk("effect", "--json", str(out / "numbers.json"))
    assert "后测比前测高" in told and str(out / "effect.html") in told
    found = json.loads((out / "numbers.json").read_text("utf-8"))["learning"]["gain"]
    assert (found["n"], found["n_pre_only"]) == (3, 1)
    before, after = mean(shares["pre"][who] for who in both), mean(both.values())
    assert found["class_gain"]["value"] == pytest.approx((after - before) / (1 - before))
    page = (out / "effect.html").read_text("utf-8")
    assert "只有 3 人" in page and "没有对照组" in page
    assert not any(who in page for who in LEARNERS)


def test_a_learner_gets_the_tests_own_score_back(sat):
    room, shares = sat
    with room.learner("1002") as trainee:
        asked = {"action": "feedback", "module": "00_needs_survey"}
        trainee.ask("POST", "smeprofile/act", json=asked)
        seen = trainee.ask("GET", "smeprofile/transcript").text
    assert f"{number(100 * shares['pre']['1002'])} / 100" in re.sub(r"<[^>]+>", "", seen)
