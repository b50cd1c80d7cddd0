"""A market is the synthetic bank at a fresh seed, and its year follows the generator's equations."""

from dataclasses import fields

import numpy as np
import pytest

from bank.markets import market
from smeprofile import bank
from smeprofile.bank import future
from smeprofile.bank.future import Ahead, truth_of
from smeprofile.bank.loss import chance_lost, exposure_at_default
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import luck, play
from smeprofile.errors import UserError
from smeprofile.paths import home
from smeprofile.simulate import lending
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.life import life
from smeprofile.simulate.plans import lgd
from smeprofile.simulate.traits import traits


def arrays(truth):
    return {
        f.name: getattr(truth, f.name)
        for f in fields(truth)
        if isinstance(getattr(truth, f.name), np.ndarray)
    }


@pytest.fixture(scope="module")
def setting():
    return bank.market(400, 2**127 + 1).setting


def test_same_seed_same_market_and_another_seed_another(setting):
    one, again = arrays(truth_of(setting)), arrays(truth_of(setting))
    other = arrays(truth_of(bank.market(400, 5).setting))
    assert all((one[name] == again[name]).all() for name in one)
    assert (one["logit"] != other["logit"]).any()


def test_chunks_change_nothing(setting, monkeypatch):
    whole = arrays(truth_of(setting))
    monkeypatch.setattr(future, "CHUNK", 150)
    parts = arrays(truth_of(setting))
    assert all((whole[name] == parts[name]).all() for name in whole)


def test_playing_on_leaves_the_past_as_it_was(setting):
    t = traits(setting, 0, setting.customers)
    before = life(setting, t)
    ahead = Ahead(**{f.name: getattr(setting, f.name) for f in fields(setting)})
    after = life(ahead, t)
    n = len(setting.months_all)
    for name in ("stage", "operating", "sales", "need", "age_years"):
        assert (getattr(after, name)[:, :n] == getattr(before, name)).all(), name


def test_the_old_book_runs_off_and_nobody_applies(setting):
    truth = truth_of(setting)
    total = truth.old_balance.sum(0)
    assert total[0] > 0 and total[-1] < total[0]
    assert (np.diff(total) <= 0.35 * total[:-1]).all()


def test_what_can_be_renewed_leaves_the_old_book_when_it_falls_due(setting):
    truth = truth_of(setting)
    who = np.flatnonzero(truth.due_month >= 0)
    month = truth.due_month[who]
    assert len(who) and (truth.due_cny[who] <= truth.due_line[who]).all()
    assert (truth.old_balance[who, month] >= truth.due_cny[who] - 1).all()  # the month before
    assert (truth.old_balance[who, month + 1] == 0).all()
    assert lending.BULLET[truth.due_method[who]].all()


def test_who_owes_on_an_old_line_cannot_take_a_new_one(setting):
    truth = truth_of(setting)
    assert not (truth.able & (truth.old_balance[:, 1:] > 0)).any()


def test_profiles_are_copies_one_row_a_customer_in_order():
    of = market()
    frame = of.profiles()
    frame.loc[:, "age_years"] = -1
    assert (of.profiles()["age_years"] >= 0).all()
    assert of.profiles()["customer_id"].tolist() == of.ids.tolist()


def test_the_list_of_who_asked_for_peace_is_that_of_the_profiles():
    assert (market().profiles()["do_not_contact"].to_numpy(bool) == market()._truth.quiet).all()


@pytest.mark.parametrize(("customers", "seed"), [(0, 1), (10, -1), (10, 2**128)])
def test_a_market_that_cannot_be_is_refused(customers, seed):
    with pytest.raises(UserError):
        bank.market(customers, seed)


@pytest.mark.parametrize("security", [0, 1, 2])
@pytest.mark.parametrize("already", [1, 3, 9, 20])
def test_the_chance_that_a_default_ends_in_loss_is_that_of_the_generators_moves(security, already):
    rng, n = np.random.default_rng(1), 40_000
    bad, lost, open_ = np.full(n, already), np.zeros(n, bool), np.ones(n, bool)
    for _ in range(400):
        cured = open_ & (rng.random(n) < lending.chance_cured(bad))
        open_ &= ~cured
        bad += 1
        gone = (
            open_
            & (bad >= lending.WRITE_OFF[security])
            & (rng.random(n) < lending.WRITE_OFF_CHANCE)
        )
        lost |= gone
        open_ &= ~gone
    expected = chance_lost(np.array([already]), np.array([security]))[0]
    assert lost.mean() == pytest.approx(expected, abs=0.01)


def test_the_year_is_like_the_last_one_of_the_generator():
    of = market(seed=3, customers=6000).setting
    old = {"asked": 0, "approved": 0, "accepted": 0, "line": [], "rate": []}
    for low in range(0, of.customers, 3000):
        book = Chunk(of, low, low + 3000).lending.book
        apps, told = book.all("applications"), book.all("decisions")
        told = {name: column[told["app"].argsort()] for name, column in told.items()}
        year = (apps["month"] >= len(of.months_all) - 12) & (apps["kind"] == 0)
        old["asked"] += year.sum()
        for name in ("approved", "accepted"):
            old[name] += told[name][year].sum()
        for name in ("line", "rate"):
            old[name] += told[name][year & told["accepted"]].tolist()
    draws = luck(3, 1)
    new = play(truth_of(of), no_offers(), bank.Policy(), bank.Sources(), draws).applications
    took = new["accepted"]
    assert len(took) == pytest.approx(old["asked"], rel=0.15)  # then, some were contacted
    assert new["approved"].mean() == pytest.approx(old["approved"] / old["asked"], rel=0.10)
    assert took.sum() / new["approved"].sum() == pytest.approx(
        old["accepted"] / old["approved"], rel=0.10
    )
    assert new["rate"][took].mean() == pytest.approx(np.mean(old["rate"]), rel=0.05)
    assert new["line"][took].mean() == pytest.approx(np.mean(old["line"]), rel=0.25)


def test_the_losses_expected_at_first_are_those_that_come_or_are_left():
    truth, foreseen, came = truth_of(market(seed=3, customers=6000).setting), 0.0, 0.0
    for seed in range(16):
        loans = play(truth, no_offers(), bank.Policy(), bank.Sources(), luck(3, seed)).loans
        n, f = loans.notes, loans.fac
        who, security = f["who"][n["fac"]], f["security"][n["fac"]]
        share = lgd(truth.setting, truth.t, {"customer": who, "security": security})
        share = share * chance_lost(np.ones(len(who), int), security)
        debt = np.bincount(n["fac"], weights=n["fen"] / 100)[n["fac"]]
        at_first = share * exposure_at_default(truth, who, n["start"], n, 0 * n["start"], debt, 0)
        # Fraud shows in the first month, nobody foresees it; what was never paid back isn't a loan of ours.
        honest = (truth.t.ring[who] < 0) & (f["kind"][n["fac"]] < 2)
        foreseen += at_first[honest].sum()
        came += (n["expected_fen"] + n["lost_fen"])[honest].sum()
    assert came == pytest.approx(foreseen, rel=0.2)


def test_grading_seeds_follow_the_secret(monkeypatch):
    monkeypatch.delenv("SMEPROFILE_SECRET", raising=False)
    public = bank.grading_seeds("14:market", 3)
    monkeypatch.setenv("SMEPROFILE_SECRET", "x" * 20)
    secret = bank.grading_seeds("14:market", 3)
    assert set(public) & set(secret) == set() and len(set(secret)) == 3
    assert bank.grading_seeds("14:luck") != secret[:1]


def test_another_cohorts_bank_has_its_own_prices_and_cut_offs(tmp_path, monkeypatch):
    text = (home() / "datasets" / "cohort.yml").read_text(encoding="utf-8")
    changed = text.replace("spread: 0.031", "spread: 0.041").replace("信用: 604", "信用: 610")
    assert changed.count("0.041") == 1 and changed.count("信用: 610") == 1
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "cohort.yml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("SMEPROFILE_HOME", str(tmp_path))
    of = bank.market(300, 5)
    assert bank.list_rate("F1", of.setting.end) == pytest.approx(0.071)
    assert bank.Policy().cutoffs["信用"] == bank.from_answers({}).policy.cutoffs["信用"] == 610
    assert bank.evaluate(bank.reference(), of, 1).breaches == ()
    assert list((tmp_path / ".build" / "markets").glob("*.parquet"))  # kept beside that course
