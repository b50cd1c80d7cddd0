"""JupyterLab's own words: the language pack, and ours for what it lacks."""

import ast
import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from jupyterlab_server import translations_handler

from smeprofile import translation

PACK = Path(find_spec("jupyterlab_language_pack_zh_CN").origin).parent
STATIC = Path(find_spec("jupyterlab").origin).parent / "static"
_CALL = re.compile(r"\.(?:__|gettext)\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")


@pytest.fixture(autouse=True)
def handler_as_it_was(monkeypatch):
    served = translations_handler.get_language_pack
    monkeypatch.setattr(translations_handler, "get_language_pack", served)


def packed():
    path = PACK / "locale" / "zh_CN" / "LC_MESSAGES" / "jupyterlab.json"
    return json.loads(path.read_text(encoding="utf-8"))


def asked_for():
    """All texts that the installed JupyterLab asks a translation of."""
    bundles = (path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    return {ast.literal_eval(text) for bundle in bundles for text in _CALL.findall(bundle)}


def test_every_text_of_jupyterlab_is_translated():
    """After an upgrade of JupyterLab this names the texts to add to zh_CN.json."""
    known = {key.split("\x04")[-1] for key in packed()} | set(translation.words())
    wordless = {text for text in asked_for() if not re.search("[A-Za-z]{2}", text)}
    assert len(asked_for()) > 1000
    assert sorted(asked_for() - known - wordless) == []


def test_overlay_keeps_placeholders():
    for text, chinese in translation.words().items():
        assert set(re.findall(r"%\d", text)) == set(re.findall(r"%\d", chinese)), text


def test_server_serves_the_pack_with_our_words():
    translation.load_jupyter_server_extension(None)
    packs, _ = translations_handler.get_language_pack("zh_CN")
    assert packs["jupyterlab"]["Server Connection Error"] == ["连不上课程程序"]
    assert packs["jupyterlab"]["Restart Kernel"] == packed()["Restart Kernel"]


def test_other_locales_are_served_as_they_are():
    before = translations_handler.get_language_pack("en")
    translation.load_jupyter_server_extension(None)
    assert translations_handler.get_language_pack("en") == before
