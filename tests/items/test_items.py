"""The item bank: every key checked by other means, nothing given away, both forms alike."""

import random
import re
import shutil
from collections import Counter
from statistics import mean

import pytest

from conftest import ROOT
from items import keys as independent
from smeprofile.errors import UserError
from smeprofile.items import (
    FORMS,
    N_VARIANTS,
    bank,
    blueprint,
    is_right,
    make_paper,
    mark,
    simulate_responses,
    variants,
)
from smeprofile.items.learners import BLOOM_DIFFICULTY, KIND_DIFFICULTY, difficulty
from smeprofile.params import load_cohort

ITEMS = bank(ROOT / "solutions")
NAMES = [item.name for item in ITEMS]
COHORT = load_cohort(root=ROOT)
SEEDS = (COHORT.seed, 1, 2**100)


def made(item):
    """Return the item's variants for several cohorts."""
    return [variant for seed in SEEDS for variant in variants(item, seed)]


def test_bank_is_large_and_covers_every_objective_of_every_module():
    assert len(ITEMS) >= 60
    assert {item.objective for item in ITEMS} == set(blueprint().cells)
    assert {item.objective[:2] for item in ITEMS} == {f"{n:02}" for n in range(1, 15)}
    assert {item.kind for item in ITEMS} == {"single", "multiple", "numeric", "judge"}


def test_every_item_has_an_independent_key():
    known = [*independent.NUMERIC, *independent.SINGLE, *independent.READ, *independent.SEVERAL]
    assert sorted(known) == sorted(NAMES)


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_key_agrees_with_an_independent_computation(item):
    for variant in made(item):
        options = list(variant.options)
        match item.kind:
            case "numeric":
                due = float(independent.NUMERIC[item.name](variant.stem))
                assert variant.key == pytest.approx(
                    due, abs=0.51 if item.name == "need_group" else 0.0501
                )
                assert is_right("numeric", due, variant.key)  # unrounded is right too
            case "single" if item.name in independent.SINGLE:
                assert options[variant.key] == independent.SINGLE[item.name](variant.stem)
            case "multiple":
                due = independent.SEVERAL[item.name](variant.stem, options)
                assert [options[n] for n in variant.key] == [o for o in options if o in due]
            case _:
                word = independent.READ[item.name]
                chosen = variant.key[1] if item.kind == "judge" else variant.key
                assert [word in option for option in options].index(True) == chosen
                assert sum(word in option for option in options) == 1


@pytest.mark.parametrize("item", [i for i in ITEMS if i.kind == "judge"], ids=lambda i: i.name)
def test_a_claim_holds_in_half_of_the_variants(item):
    """A claim that says "can't", "not yet" or "not all" holds; its bold opposite doesn't."""
    for variant in made(item):
        careful = re.search(r"说：“[^”]*?(还不|不能|并不|还不知道)", variant.stem)
        assert (variant.key[0] == 0) == bool(careful)
    assert Counter(v.key[0] for v in variants(item, 1)) == {0: N_VARIANTS // 2, 1: N_VARIANTS // 2}


def test_totals_lie_between_their_parts():
    """Simpson's paradox needs shares that exist: each total is a mix of its two parts."""
    for item in (i for i in ITEMS if i.name.startswith("simpson")):
        for variant in made(item):
            n = independent.numbers(variant.stem)
            mixes = (
                (n[0::2], n[1::2])
                if item.name == "simpson_bad"
                else (n[:2] + n[4:5], n[2:4] + n[5:])
            )
            assert all(min(mix[:2]) < mix[2] < max(mix[:2]) for mix in mixes)


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_numbers_differ_between_learners(item):
    shown = {(v.stem, v.options) for v in variants(item, COHORT.seed)}
    assert len(shown) >= N_VARIANTS // 2


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_words_are_whole_and_no_gap_is_left(item):
    for variant in made(item):
        for text in (variant.stem, *variant.options):
            assert not re.search(r"[{}]|\bNone\b|nan", text)
        assert re.search(r"[？。）]$", variant.stem)
        assert len(variant.stem) <= 190


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_each_mistake_is_named_and_wrong(item):
    for variant in made(item):
        assert variant.wrong
        assert all(name and not is_right(item.kind, r, variant.key) for r, name in variant.wrong)


# --- nothing given away ------------------------------------------------------------------------


def blind(rule, kind):
    """Return the share of options (reasons, of judgements) that ``rule`` gets right unread."""
    chosen = [(i, v) for i in ITEMS if i.kind == kind for v in made(i)]
    return mean(rule(v.options) == (v.key if kind == "single" else v.key[1]) for _, v in chosen)


ABSOLUTE = re.compile("一定|全部|都|只要|总比|必|最")
RULES = {
    "first": lambda options: 0,
    "last": lambda options: len(options) - 1,
    "longest": lambda options: max(range(len(options)), key=lambda n: len(options[n])),
    "shortest": lambda options: min(range(len(options)), key=lambda n: len(options[n])),
    "most careful": lambda options: min(
        range(len(options)), key=lambda n: len(ABSOLUTE.findall(options[n]))
    ),
    "most like the others": lambda options: max(
        range(len(options)), key=lambda n: sum(len({*options[n]} & {*o}) for o in options)
    ),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("kind", "most"), [("single", 0.34), ("judge", 0.4)])  # 24 and 8 items
def test_answering_without_reading_stays_at_chance(rule, kind, most):
    assert blind(RULES[rule], kind) <= most


@pytest.mark.parametrize("form", FORMS)
def test_blind_guessing_of_a_whole_paper_stays_at_chance(form):
    paper, keys = make_paper(ITEMS, form, COHORT)
    rng, shares = random.Random(1), []
    for n in range(300):
        answers = {}
        for question in paper.items:
            order = question.variants[0].order
            answers[question.name] = {
                "single": lambda o=order: rng.choice(o),
                "multiple": lambda o=order: sorted(rng.sample(o, rng.randint(1, 4))),
                "judge": lambda o=order: [rng.randint(0, 1), rng.choice(o)],
                "numeric": lambda: round(rng.uniform(0, 500)),
            }[question.kind]()
        shares.append(mark({"seat": str(n), "answers": answers}, paper, keys).points / 32)
    assert mean(shares) <= 0.14  # 12 of 32 at a quarter, 4 at an eighth, 3 at a twelfth or so


CHOICES = [item for item in ITEMS if item.kind in ("single", "judge")]


def right_place(item, variant):
    return variant.key[1] if item.kind == "judge" else variant.key


def test_every_option_takes_every_place_equally_often():
    """The right one alone going round would be known by it."""
    for item in (i for i in ITEMS if i.options and "{" not in "".join(i.options)):
        made_of = variants(item, COHORT.seed)
        for option in item.options:
            at = Counter(v.options.index(option) for v in made_of)
            assert len(at) == len(item.options)
            assert max(at.values()) - min(at.values()) <= 1


def test_only_the_seed_tells_where_the_right_option_stands():
    """Not its name, nor the variant's number, nor how it moves from one variant to the next."""
    for guess in (lambda item, n: n + sum(map(ord, item.name)), lambda item, n: n):
        hits = [
            guess(item, n) % len(v.options) == right_place(item, v)
            for item in CHOICES
            for seed in SEEDS
            for n, v in enumerate(variants(item, seed))
        ]
        assert mean(hits) < 0.35
    one, other = (
        [right_place(i, v) for i in CHOICES for v in variants(i, seed)] for seed in (1, 2)
    )
    assert mean(a == b for a, b in zip(one, other, strict=True)) < 0.35


# --- the two forms -----------------------------------------------------------------------------


def test_the_forms_share_blueprint_and_kinds_but_no_item():
    a, b = ([i for i in ITEMS if i.form == form] for form in "AB")
    alike = lambda items: sorted((i.objective, i.bloom, i.kind) for i in items)  # noqa: E731
    assert alike(a) == alike(b)
    assert len(a) == len(b) == 32


def class_means(hard, n=600, seed=1):
    """Return the mean share right of a simulated class, per form."""
    rng, shares = random.Random(seed), {form: [] for form in FORMS}
    papers = {form: make_paper(ITEMS, form, COHORT) for form in FORMS}
    for who in range(n):
        ability = rng.gauss(0, 1)
        for form, (paper, keys) in papers.items():
            given = simulate_responses(paper, keys, hard, cohort_id="c", learner_id=f"u{who}",
                                       ability=ability, seed=seed)  # fmt: skip
            shares[form].append(mark(given, paper, keys).points / 32)
    return {form: mean(found) for form, found in shares.items()}


def test_forms_are_of_equal_difficulty_for_simulated_learners():
    """By what an item is (level, kind, options, known mistakes), the forms differ by nothing."""
    hard = {i.name: BLOOM_DIFFICULTY[i.bloom] + KIND_DIFFICULTY[i.kind] for i in ITEMS}
    means = class_means(hard)
    assert abs(means["pre"] - means["post"]) < 0.02


@pytest.mark.parametrize("seed", range(4))
def test_forms_stay_within_five_points_whatever_each_item_adds(seed):
    hard = {i.name: difficulty(i, seed=seed) for i in ITEMS}
    means = class_means(hard, n=300, seed=seed)
    assert abs(means["pre"] - means["post"]) < 0.05


# --- a bank that doesn't fit -------------------------------------------------------------------


def spoilt(tmp_path, old, new):
    shutil.copytree(ROOT / "solutions" / "items", tmp_path / "items")
    path = tmp_path / "items" / "items_01_04.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"01a", "A"', '"01b", "A"', "A 卷和蓝图不合"),
        ('"01a", "A", "应用"', '"01a", "A", "记忆"', "A 卷和蓝图不合"),
        ('"size_factory"', '"size_wholesale"', "重名"),
    ],
)
def test_a_bank_that_does_not_fit_is_refused(tmp_path, old, new, told):
    with pytest.raises(UserError, match=told):
        bank(spoilt(tmp_path, old, new))
