"""Credit codes: the usual worked example, every typing slip caught, nothing guessed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile import uscc

PATIENT = settings(deadline=None)  # a busy machine is no failure

REAL_FORM = "91350100M000100Y43"  # the example usually worked through for GB 32100-2015
serials = st.integers(0, 10**8 - 1)


def test_the_usual_worked_example_is_valid():
    assert uscc.is_valid(REAL_FORM)


@PATIENT
@given(serials, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_any_single_wrong_character_is_detected(serial, position, char):
    code = uscc.make(serial)
    changed = code[:position] + char + code[position + 1 :]
    assert uscc.is_valid(changed) == (changed == code)


@PATIENT
@given(st.one_of(st.text(max_size=20), st.none(), st.floats(), st.integers(), st.binary()))
def test_is_valid_never_raises_on_what_is_no_code(value):
    assert uscc.is_valid(value) is False


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, ""])
def test_missing_is_not_valid(missing):
    assert uscc.is_valid(missing) is False


@PATIENT
@given(serials, st.lists(st.sampled_from([" ", "　", "\t"]), min_size=18, max_size=18))
def test_normalize_mends_spaces_case_and_width_and_nothing_else(serial, gaps):
    code = uscc.make(serial)
    wide = "".join(gap + chr(ord(c) + 0xFEE0) for gap, c in zip(gaps, code.lower(), strict=True))
    assert uscc.normalize(wide) == code


@PATIENT
@given(st.text())
def test_normalize_twice_is_normalize_once(text):
    assert uscc.normalize(uscc.normalize(text)) == uscc.normalize(text)


def test_a_letter_o_is_not_guessed_to_be_a_zero():
    written = uscc.make(7).replace("0", "O", 1)
    assert not uscc.is_valid(uscc.normalize(written))


@PATIENT
@given(serials)
def test_made_codes_are_in_a_region_that_does_not_exist(serial):
    assert uscc.make(serial)[2:8] == "990000"


@PATIENT
@given(serials)
def test_made_codes_hold_a_right_organisation_code(serial):
    # GB 11714-1997, written out independently: weighted sum of all nine is 0 modulo 11.
    body = uscc.make(serial)[8:17]
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(body[:8], weights, strict=True))
    check = 10 if body[8] == "X" else int(body[8])
    assert (total + check) % 11 == 0


def test_check_char_says_what_is_wrong():
    with pytest.raises(ValueError, match="17 位"):
        uscc.check_char("123")


def test_serial_outside_eight_digits_is_refused():
    with pytest.raises(ValueError, match="序号"):
        uscc.make(10**8)
