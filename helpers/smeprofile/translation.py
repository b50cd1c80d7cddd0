"""What the Chinese language pack lacks or says in machine words, laid over it.

A Jupyter server extension. The pack's own way for packages to add words (entry point
``jupyterlab.locale``) compares versions, and this pack's version is not one.
"""

import json
from functools import cache
from importlib import import_module
from pathlib import Path

WORDS = Path(__file__).parent / "jupyter" / "zh_CN.json"
_HANDLER = "jupyterlab_server.translations_handler"


@cache
def words() -> dict[str, str]:
    """Return English text of JupyterLab → ours; a key may carry a gettext context before ``\\x04``.

    >>> words()["Server Connection Error"]
    '连不上课程程序'
    """
    return json.loads(WORDS.read_text(encoding="utf-8"))


def overlaid(packs: dict[str, dict]) -> dict[str, dict]:
    """Return language packs (domain → text → translations) with our words in domain jupyterlab.

    >>> overlaid({"jupyterlab": {"Apply": ["应该"]}})["jupyterlab"]["Apply"]
    ['应用']
    """
    ours = {text: [chinese] for text, chinese in words().items()}
    return packs | {"jupyterlab": packs.get("jupyterlab", {}) | ours}


def load_jupyter_server_extension(server: object) -> None:
    """Let JupyterLab's translations be served with ours."""
    handler = import_module(_HANDLER)
    served = handler.get_language_pack

    def with_ours(locale: str) -> tuple:
        packs, message = served(locale)
        return (overlaid(packs) if locale == "zh_CN" else packs), message

    handler.get_language_pack = with_ours


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "smeprofile.translation"}]


_load_jupyter_server_extension = load_jupyter_server_extension
