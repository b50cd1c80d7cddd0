"""What a rate or a share may be."""

from numbers import Real

from smeprofile.errors import UserError


def refuse_unless_shares(**given: float) -> None:
    """Raise ``UserError`` for the first that is no number from 0 to 1: a percentage, or text.

    >>> refuse_unless_shares(rate=0.045, sale_share=1)
    >>> refuse_unless_shares(rate=4.5)
    Traceback (most recent call last):
    smeprofile.errors.UserError: rate 应在 0 到 1 之间（2% 写 0.02），现为 4.5。
    """
    for name, value in given.items():
        if not (isinstance(value, Real) and 0 <= value <= 1):
            raise UserError(f"{name} 应在 0 到 1 之间（2% 写 0.02），现为 {value}。")
