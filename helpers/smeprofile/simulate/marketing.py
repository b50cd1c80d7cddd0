"""Needs surveys, owners, and what each customer would have done under every offer."""

import numpy as np

from smeprofile.simulate import approach, granting
from smeprofile.simulate.lending import Lending
from smeprofile.simulate.life import Life
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import Traits, running_number

Rows = dict[str, np.ndarray]


def surveys(setting: Setting, t: Traits, life: Life) -> Rows:
    """Return answered needs surveys: about one customer in twelve a year ([P]).

    What people say is not what they do: the keen say they have no need, amounts are rounded up.
    """
    d, months = setting.draws, setting.months_shown
    skip = len(setting.months_all) - len(months)
    who = t.who[:, None]
    asked = d.uniform("survey", who, months) < 0.008
    at, k = np.nonzero(asked & life.on_books[:, skip:] & (life.operating[:, skip:] == 0))
    number, month = t.who[at], months[k]
    need = life.need[at, k + skip]
    says = d.uniform("s_wants", number, month) < np.where(need > 30_000, 0.72, 0.16)
    wanted = (
        np.ceil(
            np.maximum(need, 30_000) * np.exp(0.4 * d.normal("s_amount", number, month)) / 50_000
        )
        * 50_000
    )
    weights = np.stack(
        [t.speed_sensitivity[at], t.price_sensitivity[at], 0.6 + (need > 5e5),
         np.full(len(at), 0.7), 0.4 + 0.9 * ~t.collateral[at]], axis=1,
    )  # fmt: skip
    edges = np.cumsum(weights, axis=1) / weights.sum(1, keepdims=True)
    concern = (d.uniform("s_concern", number, month)[:, None] > edges[:, :-1]).sum(1)
    day = first_day(month) + d.integers("s_day", 0, 28, number, month)
    rows = {
        "who": at, "day": day, "wants": says, "amount": wanted,
        "tenor": np.array([6, 12, 24, 36])[d.choice("s_tenor", (0.2, 0.5, 0.15, 0.15), number, month)],
        "method": d.choice("s_method", (0.38, 0.25, 0.17, 0.08, 0.12), number, month),
        "concern": concern,
        "channel": d.choice("s_channel", (0.32, 0.16, 0.06, 0.16, 0.06, 0.12, 0.12), number, month),
    }  # fmt: skip
    told = rows["day"] <= setting.end_day
    rows = {name: values[told] for name, values in rows.items()}
    rows["serial"] = running_number(rows["who"])
    return rows


def outcomes(setting: Setting, w: Lending) -> Rows:
    """Return the last month's potential outcomes: customer × product × contact channel.

    ``p0`` and ``p1`` are the chances to apply without and with that contact, ``y0`` and ``y1``
    what this customer would have done: one draw decides both.
    """
    n, products, channels = len(w.t.who), len(granting.PRODUCTS), approach.CONTACT_CHANNELS
    p0, u = w.book.p0, w.u("apply")
    blocks = []
    for product in range(products):
        for channel in channels:
            p1 = approach.chance_asked(
                w, p0, w.book.lately, np.full(n, product), np.full(n, channel)
            )
            blocks.append(p1)
    p1 = np.stack(blocks, axis=1)
    size = p1.shape[1]
    who = np.repeat(np.arange(n), size)
    return {
        "who": who,
        "product": np.tile(np.repeat(np.arange(products), len(channels)), n),
        "channel": np.tile(np.tile(channels, products), n),
        "p0": p0[who], "p1": p1.ravel(), "y0": (u < p0)[who], "y1": (u[:, None] < p1).ravel(),
    }  # fmt: skip


def owners(setting: Setting, t: Traits) -> Rows:
    """Return each customer's shareholders: the controller, sometimes a spouse and others ([P])."""
    d, who, holder = setting.draws, t.who, controllers(setting, t)
    married = d.uniform("spouse", holder) < 0.35
    others = np.floor(-np.log(d.uniform("others", who)) * 0.9).astype(int).clip(0, 3)
    count = 1 + married + others
    at = np.repeat(np.arange(len(who)), count)
    slot = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    role = np.where(slot == 0, 0, np.where((slot == 1) & married[at], 1, 2))
    main = np.where(count == 1, 1.0, 0.51 + 0.44 * d.uniform("main_share", who))
    raw = np.where(slot == 0, 0.0, 0.2 + d.uniform("share", who[at], 0, slot))
    rest = np.bincount(at, weights=raw, minlength=len(who))
    share = np.where(slot == 0, main[at], (1 - main[at]) * raw / np.maximum(rest[at], 1e-9))
    share = np.round(share, 4)
    # Rounding must not make more or less than the whole.
    left = np.round(
        1 - np.bincount(at, weights=np.where(slot == 0, 0, share), minlength=len(who)), 4
    )
    share = np.where(slot == 0, left[at], share)
    firm = (role == 2) & (d.uniform("is_firm", who[at], 0, slot) < 0.15)
    # Who controls several firms is one person, and so is the spouse.
    person = np.where(role < 2, holder[at], who[at])
    man = d.uniform("male", person, 0, slot) < 0.68
    spouse_of = d.uniform("male", holder[at], 0, 0) < 0.68
    male = np.where(role == 1, ~spouse_of, man)
    u = d.uniform("owner_age", person, 0, slot)
    age = 27 + np.floor(33 * u**1.1)
    # Nobody founds a firm as a child; of several firms the others aren't known here.
    last = first_day(setting.months_all[-1:])[0]
    grown = 20 + np.ceil(np.maximum(last - t.established, 0) / 365.25)
    grown = np.where(
        holder == who, grown, 46 + np.floor(14 * d.uniform("owner_of_several", holder))
    )
    age = np.where(slot == 0, np.maximum(age, grown[at]), age)
    born = (last / 365.25 + 1970 - age).astype(int)
    return {
        "who": at,
        "slot": slot,
        "role": role,
        "share": share,
        "firm": firm,
        "male": male,
        "born": born,
    }


def controllers(setting: Setting, t: Traits) -> np.ndarray:
    """Return the number of each customer's controller; some control several firms ([P])."""
    d = setting.draws
    groups = max(1, round(setting.customers * 0.03))
    shared = d.uniform("shared_owner", t.who) < 0.07
    return np.where(shared, 50_000_000 + d.integers("owner_group", 0, groups, t.who), t.who)
