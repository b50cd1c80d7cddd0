"""Verdicts filled in from the generator's truth: right, the same again, and never handed out."""

import json

import pytest

from conftest import ROOT
from smeprofile.errors import UserError
from smeprofile.notebooks import as_trainee, master, read_source, truth
from smeprofile.notebooks.truth import statements
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.exported import setting
from smeprofile.verdicts import share_of_points

SOURCE = ROOT / "solutions" / "03_flows_tax" / "practice.py"


def verdicts(cohort):
    return eval(truth.filled("{{ truth.flow_verdicts }}", cohort))


def customers(cohort):
    return eval(truth.filled("{{ truth.flow_customers }}", cohort))


def test_verdicts_are_those_of_the_truth(cohort):
    s = setting(cohort)
    for customer, verdict in zip(customers(cohort), verdicts(cohort).values(), strict=True):
        number = int(customer[1:])
        t = Chunk(s, number - 1, number).t
        assert (t.ring[0] >= 0) == (verdict == statements.DOUBTFUL)
        assert (verdict == statements.UNPROVED) == (t.settlement[0] < 0.3 and t.ring[0] < 0)


def test_every_verdict_occurs_and_the_order_tells_nothing(cohort):
    found = verdicts(cohort)
    assert {statements.REAL: 3, statements.DOUBTFUL: 2, statements.UNPROVED: 3} == {
        v: list(found.values()).count(v) for v in statements._WANTED
    }
    assert customers(cohort) == sorted(customers(cohort))


def test_another_bank_has_other_customers(cohort):
    other = cohort.model_copy(update={"seed": cohort.seed + 1})
    assert set(customers(other)) != set(customers(cohort))


def test_a_small_bank_has_fewer_and_never_a_wrong_one(cohort):
    small = cohort.model_copy(update={"n_customers": 300, "txn_customers": 300, "seed": 4})
    assert 0 < len(verdicts(small)) <= 8


def test_the_trainees_edition_names_the_customers_and_no_verdict(cohort):
    source = read_source(SOURCE)
    text = json.dumps(as_trainee(master(source, cohort)), ensure_ascii=False)
    found = verdicts(cohort)
    assert all(customer in text for customer in customers(cohort))
    assert not any(f"'{who}': '{said}'" in text for who, said in found.items())
    assert "_truth" not in text


def test_an_unknown_name_is_refused_with_those_that_there_are(cohort):
    with pytest.raises(UserError, match=r"truth\.nothing 没有；可以用 .*flow_all_real、"):
        truth.filled("{{ truth.nothing }}", cohort)


COSTS = {("真", "假"): 6, ("真", "查"): 1, ("假", "真"): 30, ("假", "查"): 2}


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ({"a": "真", "b": "假"}, 1.0),
        ({"a": "查", "b": "查"}, 0.0),
        ({"a": "查", "b": "假"}, 2 / 3),
        ({"a": "真", "b": "真"}, 0.0),
    ],
)
def test_points_follow_the_cost_of_mistakes(given, share):
    assert share == pytest.approx(
        share_of_points(given, {"a": "真", "b": "假"}, COSTS, always="查")
    )
