"""The parameter file, one laid over another, and the cohort's secret."""

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from smeprofile.errors import UserError
from smeprofile.params.cohort import Cohort
from smeprofile.params.words import in_words
from smeprofile.params.yamlfile import read_yaml
from smeprofile.paths import MARKER, base_of, home

MANIFEST = Path("datasets") / "manifest.json"  # of what a build made


def load_cohort(params: Path | None = None, *, root: Path | None = None) -> Cohort:
    """Return the course's parameters, with those of the file ``params`` laid over them.

    Raises ``UserError`` naming the file, field, value and what is allowed.

    >>> load_cohort(Path("没有.yml"))
    Traceback (most recent call last):
    smeprofile.errors.UserError: 找不到参数文件 没有.yml。
    """
    base = (root or base_of(params)) / MARKER
    values = _read(base)
    if params is not None:
        values = _overlay(values, _read(Path(params)))
    try:
        return Cohort.model_validate(values)
    except ValidationError as error:
        raise UserError(in_words(error, params or base)) from None


def with_secret(cohort: Cohort) -> Cohort:
    """Return ``cohort`` with its seed drawn from the cohort's secret, when one is set.

    The secret comes by ``SMEPROFILE_SECRET`` or the file ``SMEPROFILE_SECRET_FILE``; it is never
    written. The public seed stays in ``cohort.yml``, and alone can't remake a graded cohort's
    data: the new seed is 128 bits of HMAC-SHA256(secret, cohort id and public seed).

    Learners have none, and go by the public seed: what an instructor makes of the class's seed asks
    ``refuse_other_secret`` first. Raises ``UserError`` when the file can't be read or the secret is
    shorter than 16 characters.
    """
    secret = class_secret()
    if not secret:
        return cohort
    if len(secret) < 16:
        raise UserError("班次密钥太短：SMEPROFILE_SECRET 至少要 16 个字符。")
    label = f"{cohort.cohort_id}:{cohort.seed}".encode()
    digest = hmac.new(secret.encode(), label, hashlib.sha256).digest()
    return cohort.model_copy(update={"seed": int.from_bytes(digest[:16], "big")})


def of_class(cohort: Cohort) -> Cohort:
    """Return ``with_secret(cohort)``, for instructors: never the public seed of a secret edition.

    Raises ``UserError`` also where our course was built with another secret than is set.
    """
    refuse_other_secret(cohort, home())
    return with_secret(cohort)


def class_secret() -> str:
    """Return the cohort's secret, by environment or file; "" where there is none.

    Raises ``UserError`` when the file can't be read.

    >>> class_secret()
    ''
    """
    return os.environ.get("SMEPROFILE_SECRET") or _secret_file()


def secret_fingerprint() -> str:
    """Return what tells the secret that is set from any other, and nothing of it; "" without one.

    >>> secret_fingerprint()
    ''
    """
    secret = class_secret()
    return secret and hmac.new(secret.encode(), b"manifest", hashlib.sha256).hexdigest()[:16]


def refuse_other_secret(cohort: Cohort, root: Path) -> None:
    """Raise ``UserError`` where ``root`` holds this cohort's data, made with another secret than is set.

    ``datasets/manifest.json`` says so: who deletes it gives the cohort another secret, or none.

    >>> refuse_other_secret(load_cohort(), home())
    """
    try:
        made = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    now = secret_fingerprint()
    if not made.get("is_secret") or (now and (made.get("secret") or now) == now):
        return
    if _read(root / MARKER).get("cohort_id") == cohort.cohort_id:
        found = "现在设的是另一个密钥" if now else "现在没有设"
        raise UserError(
            f"班次 {cohort.cohort_id} 是用班次密钥生成的，{found}。请先把环境变量 SMEPROFILE_SECRET"
            "（或 SMEPROFILE_SECRET_FILE）设成生成时的那个密钥。要换密钥或改成公开的班次，"
            f"先删掉 {root / MANIFEST}，再运行 smeprofile build。"
        )


def variant_key(cohort: Cohort) -> str:
    """Return what decides, with a learner's id, which part of the data is whose.

    It is drawn from the cohort's secret, when one is set, and may be known: nothing of the secret
    can be told from it. Sixteen hexadecimal digits of HMAC-SHA256(seed, "variant").

    >>> variant_key(load_cohort())
    '511dfe7cf5e096aa'
    """
    seed = str(with_secret(cohort).seed).encode()
    return hmac.new(seed, b"variant", hashlib.sha256).hexdigest()[:16]


def _secret_file() -> str:
    path = os.environ.get("SMEPROFILE_SECRET_FILE")
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不了班次密钥文件 {path}：{error}。") from None


def _read(path: Path) -> dict[str, Any]:
    values = read_yaml(path)
    if not isinstance(values, dict):
        raise UserError(f"参数文件 {path} 应为“键: 值”，现在不是。")
    return values


def _overlay(base: dict, top: dict) -> dict:
    """Return ``base`` with ``top`` laid over it; mappings merge, everything else is replaced."""
    merged = dict(base)
    for key, value in top.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _overlay(base[key], value) if both else value
    return merged
