"""Unified social credit code (统一社会信用代码), GB 32100-2015."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FAKE_REGION = "990000"  # no such administrative division: a made-up code can't be a real firm's
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_char(first17: str) -> str:
    """Return the 18th character for the first 17 (GB 32100-2015).

    Raises ``ValueError`` for another length or a character outside the alphabet.

    >>> check_char("91350100M000100Y4")
    '3'
    """
    if len(first17) != 17 or not set(first17) <= _VALUE.keys():
        raise ValueError(f"应为 17 位、不含 I O S V Z 的大写字母或数字：{first17!r}")
    total = sum(_VALUE[char] * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: object) -> bool:
    """Say whether ``code`` has 18 allowed characters and the right check character.

    Never raises: anything that is not such a text, missing values included, is ``False``.
    The code is taken as it stands; see ``normalize``.

    >>> is_valid("91350100M000100Y43"), is_valid("91350100M000100Y44"), is_valid(None)
    (True, False, False)
    """
    if not isinstance(code, str) or len(code) != 18 or not set(code) <= _VALUE.keys():
        return False
    return code[17] == check_char(code[:17])


def normalize(text: object) -> str:
    """Return ``text`` half-width, upper-case and without spaces; missing becomes ``""``.

    Only the writing is mended. A letter O is not turned into a zero: that would be a guess.

    >>> normalize(" 91350100 ｍ000100ｙ43　")
    '91350100M000100Y43'
    """
    if not isinstance(text, str):
        return ""
    return "".join(text.translate(_HALF_WIDTH).split()).upper()


def make(serial: int, *, region6: str = FAKE_REGION) -> str:
    """Return a code that passes the check but, in the default region, belongs to nobody.

    Characters 9-17 are an organisation code with its own check character (GB 11714-1997).
    Raises ``ValueError`` unless 0 <= ``serial`` < 10**8.

    >>> make(20251231), is_valid(make(20251231))
    ('91990000202512311G', True)
    """
    if not 0 <= serial < 10**8:
        raise ValueError(f"序号应在 0 与 99999999 之间：{serial}")
    body = f"{serial:08d}"
    first17 = f"91{region6}{body}{_organisation_check(body)}"
    return first17 + check_char(first17)


def _organisation_check(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
