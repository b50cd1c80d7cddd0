"""Papers and marking: seats, states kept apart, junk that counts nothing."""

import json

import pytest

from conftest import ROOT
from smeprofile.errors import UserError
from smeprofile.items import (
    Paper,
    answers_of,
    bank,
    gap_of,
    load_paper,
    make_paper,
    mark,
    read_gap_map,
    seat_of,
    told,
    variant_at,
    write_papers,
)
from smeprofile.params import load_cohort
from smeprofile.params.cohort import ItemForms

ITEMS = bank(ROOT / "solutions")
COHORT = load_cohort(root=ROOT)
PAPER, KEYS = make_paper(ITEMS, "pre", COHORT)
SEAT = seat_of("c", "u1")


def given(**changes):
    return {"seat": SEAT, "reached": 32, "answers": answers_of(KEYS, SEAT)} | changes


def states(value):
    return [response.state for response in mark(value, PAPER, KEYS).responses]


def test_all_right_earns_all_points():
    assert mark(given(), PAPER, KEYS).points == 32


def test_named_mistakes_are_wrong_and_named():
    wrong = answers_of(KEYS, SEAT, dict.fromkeys(KEYS, 0))
    marked = mark(given(answers=wrong), PAPER, KEYS)
    assert marked.points == 0
    assert all(response.mistake for response in marked.responses)


def test_untried_and_not_reached_are_kept_apart():
    first = dict([*answers_of(KEYS, SEAT).items()][:3])
    del first[PAPER.items[1].name]
    assert states(given(reached=5, answers=first)) == (
        ["right", "untried", "right", "untried", "untried"] + ["not_reached"] * 27
    )


def test_who_reaches_less_than_they_answered_reached_what_they_answered():
    assert states(given(reached=1)) == ["right"] * 32


def test_stopping_early_still_meets_every_module_once():
    assert sorted(q.module for q in PAPER.items[:14]) == [f"{n:02}" for n in range(1, 15)]


@pytest.mark.parametrize(
    "junk",
    [
        None, 3, "right", [], {}, {"answers": []}, {"seat": None, "answers": {"x": 1}},
        {"seat": SEAT, "answers": {PAPER.items[0].name: {"a": [1]}}},
        {"seat": SEAT, "answers": {q.name: True for q in PAPER.items}},
        {"seat": SEAT, "answers": {q.name: float("nan") for q in PAPER.items}},
        {"seat": SEAT, "answers": {q.name: [[0]] for q in PAPER.items}},
        {"seat": SEAT, "reached": 10**9, "answers": {q.name: "0" for q in PAPER.items}},
    ],
)  # fmt: skip
def test_junk_earns_nothing_and_breaks_nothing(junk):
    assert mark(junk, PAPER, KEYS).points == 0


def test_another_seat_has_other_numbers():
    variants = {variant_at(seat_of("c", f"u{n}"), "inflow_net") for n in range(60)}
    assert len(variants) > 10
    assert mark(given(seat=seat_of("c", "u2")), PAPER, KEYS).points < 20


def test_gap_map_reads_back_from_the_page():
    marked = mark(
        given(reached=20, answers=dict([*answers_of(KEYS, SEAT).items()][:20])), PAPER, KEYS
    )
    assert read_gap_map(f"<p>别的</p>{told(marked)}") == marked.counts


def test_what_a_learner_is_told_holds_no_key():
    wrong = answers_of(KEYS, SEAT, dict.fromkeys(KEYS, 0))
    text = told(mark(given(answers=wrong), PAPER, KEYS))
    right = [q.options[k] for q in PAPER.items if q.kind == "single"
             for k in [KEYS[q.name][variant_at(SEAT, q.name)][0]] if len(q.options[k]) > 4]  # fmt: skip
    assert [option for option in right if option in text] == []


@pytest.mark.parametrize(
    ("counts", "gap"),
    [
        ({"right": 2}, "known"),
        ({"right": 1, "wrong": 1}, "partly"),
        ({"wrong": 2}, "gap"),
        ({"untried": 1, "not_reached": 1}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_module_without_an_answer_is_unknown(counts, gap):
    assert gap_of(counts) == gap


def test_papers_are_the_same_bytes_again_and_hold_no_key(tmp_path):
    write_papers(ITEMS, COHORT, tmp_path / "a")
    write_papers(ITEMS, COHORT, tmp_path / "b")
    for form in ("pre", "post"):
        data = (tmp_path / "a" / f"{form}.json").read_bytes()
        assert data == (tmp_path / "b" / f"{form}.json").read_bytes()
        first = json.loads(data)["items"][0]
        assert sorted(first) == ["kind", "module", "name", "options", "unit", "variants"]
        assert sorted(first["variants"][0]) == ["order", "stem"]


def test_another_cohorts_secret_gives_other_numbers(monkeypatch, tmp_path):
    monkeypatch.setenv("SMEPROFILE_SECRET", "a-secret-of-sixteen")
    write_papers(ITEMS, COHORT, tmp_path)
    assert Paper.model_validate_json((tmp_path / "pre.json").read_bytes()) != PAPER


def test_the_forms_may_be_asked_the_other_way_round():
    swapped = COHORT.model_copy(update={"item_forms": ItemForms(pre="B", post="A")})
    paper, keys = make_paper(ITEMS, "pre", swapped)
    after, _ = make_paper(ITEMS, "post", COHORT)
    assert ("前测卷 B", after.items) == (paper.title, paper.items)
    assert 32 == mark(given(answers=answers_of(keys, SEAT)), paper, keys).points


def test_a_broken_paper_is_told(tmp_path):
    (tmp_path / "datasets" / "papers").mkdir(parents=True)
    (tmp_path / "datasets" / "papers" / "pre.json").write_text('{"form": "pre"}')
    with pytest.raises(UserError, match=r"试卷 .*pre\.json 缺失或已损坏"):
        load_paper("pre", root=tmp_path)
