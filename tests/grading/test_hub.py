"""The JupyterHub configuration loads, and lets in who is on the class list."""

from pathlib import Path

import pytest
from traitlets.config import PyFileConfigLoader

HUB = Path(__file__).parents[2] / "grading" / "hub"


@pytest.fixture
def config(tmp_path, monkeypatch):
    (tmp_path / "grading").mkdir()
    roster = "learner_id,name,branch,email,track\nzhang,张三,城南,,rm\n"
    (tmp_path / "grading" / "roster.csv").write_text(roster, encoding="utf-8")
    monkeypatch.setenv("SMEPROFILE_HOME", str(tmp_path))
    monkeypatch.setenv("SMEPROFILE_EXCHANGE", str(tmp_path / "exchange"))
    monkeypatch.setenv("SMEPROFILE_INSTRUCTORS", "teacher")
    return PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()


def test_listed_learners_and_instructors_may_log_in(config):
    assert config.Authenticator.allowed_users == {"zhang", "teacher"}


def test_only_instructors_are_admins(config):
    assert config.Authenticator.admin_users == {"teacher"}
