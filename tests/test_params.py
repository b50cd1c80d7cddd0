"""cohort.yml: every wrong field is named with its value and what is allowed."""

import re
from copy import deepcopy

import pytest
import yaml
from typer.testing import CliRunner

from conftest import ROOT
from smeprofile.cli import app
from smeprofile.errors import UserError
from smeprofile.grading import release
from smeprofile.grading.pseudonyms import pseudonyms
from smeprofile.notebooks import build as builder
from smeprofile.notebooks.build import build
from smeprofile.params import Cohort, load_cohort, of_class, variant_key, with_secret
from smeprofile.simulate import class_tables, manifest
from smeprofile.simulate.exported import setting
from smeprofile.simulate.terms import OURS
from tiny_course import write_tiny_course


def overlay(tmp_path, text):
    path = tmp_path / "class.yml"
    path.write_text(text, encoding="utf-8")
    return load_cohort(path, root=ROOT)


def test_a_file_of_another_encoding_is_named(tmp_path):
    (tmp_path / "class.yml").write_bytes("cohort_name: 二班\n".encode("gbk"))
    with pytest.raises(UserError, match=r"读不了参数文件 .*class\.yml.*UTF-8"):
        load_cohort(tmp_path / "class.yml", root=ROOT)


def test_overlay_changes_only_what_it_names(tmp_path, cohort):
    changed = overlay(tmp_path, "bank: {name: 海屿银行}\n")
    assert changed == cohort.model_copy(
        update={"bank": cohort.bank.model_copy(update={"name": "海屿银行"})}
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seed: -1", r"seed（现为 -1）：须 ≥ 0"),
        ("seed: many", r"seed（现为 'many'）：应为整数"),
        ("as_of: 2019-01-01", r"as_of（.*）：须 ≥ 2020-01-31"),
        ("as_of: soon", r"as_of（现为 'soon'）：应为日期"),
        ("n_customers: 5", r"n_customers（现为 5）：须 ≥ 200"),
        ("months: 6", r"months（现为 6）：须 ≥ 12"),
        ("txn_customers: 0", r"txn_customers（现为 0）：须 ≥ 1"),
        ("n_export: 99", r"n_export（现为 99）：须 ≥ 100"),
        ("cohort_id: 一班", r"cohort_id（现为 '一班'）：须符合格式"),
        ("bank: {name: ''}", r"bank.name（现为 ''）：至少 1 个字"),
        ("bnak: {}", r"bnak.*没有这个参数"),
        ("modules: []", r"modules.*至少 1 项"),
        ("modules: [{slug: 02_a}]", r"modules\[0\]\.title：缺少这一项"),
        ("fx_rates_cny: {USD: 0}", r"fx_rates_cny.USD（现为 0）：须 > 0"),
        ("pass_share: 60", r"pass_share（现为 60）：须 ≤ 1"),
        ("time_zone: Mars", r"time_zone（现为 'Mars'）：没有这个时区"),
        ("time_zone: ../x", r"没有这个时区"),
        ("late: {grace_minutes: -1}", r"late.grace_minutes（现为 -1）：须 ≥ 0"),
        ("late: {per_day_share: 10}", r"late.per_day_share（现为 10）：须 ≤ 1"),
        ("late: {each_day: 1}", r"late.each_day.*没有这个参数"),
        ("attempts: -1", r"attempts（现为 -1）：须 ≥ 0"),
        ("bank: {kind: 信用社}", r"bank.kind（现为 '信用社'）：只能是 '大型银行'、.*'村镇银行'"),
        ("regions: [{name: 甲区, share: 1}]", r"regions.*至少 2 项"),
        (
            "regions: [{name: 甲区, share: 0.5}, {name: 乙县, share: 0.4}]",
            r"regions：各项 share 合计 0.9，须为 1",
        ),
        (
            "regions: [{name: 甲区, share: 0.5}, {name: 甲区, share: 0.5}]",
            r"regions：甲区 写了两次",
        ),
        (
            "regions: [{name: 甲区, share: 2}, {name: 乙县}]",
            r"regions\[0\].share（现为 2）：须 ≤ 1",
        ),
        (
            "industries: [{code: C99, share: 1}, {code: C33, share: 0}, {code: C34, share: 0}]",
            r"industries\[0\].code（现为 'C99'）：只能是 'C13'、",
        ),
        ("products: {F6: {}}", r"products.F6.*没有这个参数"),
        ("products: {F1: {spread: 0.5}}", r"products.F1.spread（现为 0.5）：须 ≤ 0.15"),
        ("products: {F1: {min_line_cny: 1}}", r"products.F1.min_line_cny（现为 1）：须 ≥ 10000"),
        (
            "products: {F1: {max_line_cny: 20000}}",
            r"products.F1：max_line_cny 须 ≥ min_line_cny（50000）",
        ),
        ("products: {F1: {hours: 0}}", r"products.F1.hours（现为 0）：须 ≥ 0.1"),
        ("products: {F1: {auto_share: 80}}", r"products.F1.auto_share（现为 80）：须 ≤ 1"),
        ("products: {F1: {unit_cost_cny: -1}}", r"products.F1.unit_cost_cny（现为 -1）：须 ≥ 0"),
        ("products: {F1: {security: 抵押}}", r"products.F1.security.*没有这个参数"),
        ("policy: {min_scores: {抵押: 1}}", r"policy.min_scores.抵押（现为 1）：须 ≥ 300"),
        (
            "policy: {random_approval_share: 0}",
            r"policy.random_approval_share（现为 0）：须 ≥ 0.02",
        ),
        ("policy: {override_share: 1}", r"policy.override_share（现为 1）：须 ≤ 0.2"),
        (
            "lpr: [{date: 2024-01-20, lpr_1y: 0.03, lpr_5y: 0.03}]",
            r"lpr：2024-01-20 不晚于 .*；公布过的不用写",
        ),
        ("lpr: [{date: 2030-01-20, lpr_1y: 3.0, lpr_5y: 0.03}]", r"lpr_1y（现为 3.0）：须 ≤ 0.1"),
        ("tracks: []", r"tracks（现为 \[\]）：至少 1 项"),
        ("tracks: [rm, teller]", r"tracks\[1\]（现为 'teller'）：只能是 'rm'、'analyst'"),
        ("tracks: [rm, rm]", r"tracks：rm 写了两次"),
        ("item_forms: {post: A}", r"item_forms：前测和后测都用 A 卷"),
        ("n_customers: true", r"n_customers（现为 True）：应为整数"),
        ("products: {F1: {hours: true}}", r"products.F1.hours（现为 True）：应为数字"),
        ("fx_rates_cny: {USD: yes}", r"fx_rates_cny.USD（现为 True）：应为数字"),
        ("seed: 1\nbank:\n  name: 甲\n  name: 乙\n", r"class.yml 第 4 行的 name 前面已经写过"),
        ("a: [", r"第 1 行不是合法的 YAML"),
        ("just text", r"应为“键: 值”"),
        ("as_of: 2026-02-29", r"class.yml 里有读不了的值.*日期应是真有的一天"),
    ],
)
def test_wrong_field_is_named_with_value_and_rule(tmp_path, text, says):
    with pytest.raises(UserError, match=says):
        overlay(tmp_path, text)


def filled_in():
    """The whole parameter file with one future change of the LPR, so that no list is empty."""
    values = yaml.safe_load((ROOT / "datasets" / "cohort.yml").read_text(encoding="utf-8"))
    return values | {"lpr": [{"date": "2030-01-20", "lpr_1y": 0.03, "lpr_5y": 0.035}]}


def leaves(values, at=()):
    """Yield where each field is; of a list, in its first entry."""
    pairs = values.items() if isinstance(values, dict) else enumerate(values[:1])
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from leaves(value, (*at, key))
        else:
            yield (*at, key)


def dotted(at):
    return "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in at).removeprefix(".")


def with_value(at, value):
    values = deepcopy(filled_in())
    place = values
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = value
    return values


FIELDS = list(leaves(filled_in()))


def test_every_field_of_a_cohort_is_tried():
    named = set(Cohort.model_fields)
    assert named == {at[0] for at in FIELDS}


@pytest.mark.parametrize("at", FIELDS, ids=dotted)
@pytest.mark.parametrize(
    "wrong", [{"甲": 1}, -1e18, "", "不对" * 40], ids=["map", "low", "no", "long"]
)
def test_each_field_wrong_in_turn_is_named_and_nothing_is_written(tmp_path, at, wrong):
    path = tmp_path / "class.yml"
    path.write_text(yaml.safe_dump(with_value(at, wrong), allow_unicode=True), encoding="utf-8")
    with pytest.raises(UserError) as error:
        build(params=path, out=tmp_path / "edition")
    says = re.escape(f"{path} 的 {dotted(at)}（现为 {wrong!r}）：")
    assert re.match(rf"参数文件 {says}(须|应为|只能是|至少|至多)", str(error.value))
    assert [path] == list(tmp_path.iterdir())


def modules(*day_minutes):
    """Modules with the given minutes of the one-day path, as YAML."""
    rows = (
        f"{{slug: '{n:02}_a', title: 甲, lesson_minutes: 60, practice_minutes: 60, day_minutes: {m}}}"
        for n, m in enumerate(day_minutes)
    )
    return f"modules: [{', '.join(rows)}]"


def test_a_one_day_path_of_seven_hours_is_accepted(tmp_path):
    assert 420 == sum(
        m.day_minutes for m in overlay(tmp_path, modules(120, 120, 120, 60, 0)).modules
    )


def test_a_one_day_path_beyond_seven_hours_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"的 modules：各模块 day_minutes 合计 421，须 ≤ 420"):
        overlay(tmp_path, modules(120, 120, 120, 61))


def test_a_module_takes_at_most_two_hours_of_the_day(tmp_path):
    with pytest.raises(UserError, match=r"modules\[0\]\.day_minutes（现为 121）：须 ≤ 120"):
        overlay(tmp_path, modules(121))


def test_a_module_without_day_minutes_is_not_part_of_the_day(tmp_path):
    text = "modules: [{slug: 02_a, title: 甲, lesson_minutes: 60, practice_minutes: 60}]"
    assert [0] == [m.day_minutes for m in overlay(tmp_path, text).modules]


def test_a_bank_too_small_for_a_module_is_told_which_and_how_many(tmp_path):
    with pytest.raises(
        UserError, match="04_tags_segments 的数据至少要 1000 户，n_customers 只有 300"
    ):
        overlay(tmp_path, "n_customers: 300")


def test_module_is_found_by_number_or_name(cohort):
    assert cohort.module("02") == cohort.module("02_data_cleaning")


def test_parameters_survive_writing_and_reading(tmp_path, cohort):
    assert Cohort.model_validate(yaml.safe_load(cohort.to_yaml())) == cohort


def test_secret_changes_the_seed_and_nothing_else(monkeypatch, cohort):
    monkeypatch.setenv("SMEPROFILE_SECRET", "sixteen characters")
    secret = with_secret(cohort)
    assert secret.seed != cohort.seed
    assert secret.model_copy(update={"seed": cohort.seed}) == cohort


def test_secret_comes_from_a_file_too(monkeypatch, tmp_path, cohort):
    (tmp_path / "secret").write_text("sixteen characters\n", encoding="utf-8")
    monkeypatch.setenv("SMEPROFILE_SECRET_FILE", str(tmp_path / "secret"))
    from_file = with_secret(cohort)
    monkeypatch.setenv("SMEPROFILE_SECRET", "sixteen characters")
    assert from_file == with_secret(cohort)


def test_short_secret_is_refused(monkeypatch, cohort):
    monkeypatch.setenv("SMEPROFILE_SECRET", "short")
    with pytest.raises(UserError, match="16"):
        with_secret(cohort)


def test_without_a_secret_the_public_seed_counts(monkeypatch, cohort):
    monkeypatch.delenv("SMEPROFILE_SECRET", raising=False)
    assert with_secret(cohort) == cohort


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """Our course, as built with SECRET; the variable is no longer set."""
    write_tiny_course(tmp_path)
    monkeypatch.setenv("SMEPROFILE_HOME", str(tmp_path))
    monkeypatch.setenv("SMEPROFILE_SECRET", SECRET)
    manifest.write(tmp_path / "datasets", {}, is_secret=True)
    monkeypatch.delenv("SMEPROFILE_SECRET")
    return tmp_path


SECRET = "sixteen characters"
NEED_IT = {
    "seed": lambda: of_class(load_cohort()),
    "build": builder.build,
    "check": builder.check,
    "release": lambda: release("02"),
    "pseudonyms": lambda: pseudonyms({}, "tiny"),
}


@pytest.mark.parametrize("what", NEED_IT)
@pytest.mark.parametrize(
    ("secret", "says"), [("", "现在没有设"), ("another-secret-of-16", "另一个密钥")]
)
def test_what_needs_a_secret_editions_seed_is_refused_without_its_secret(
    edition, monkeypatch, what, secret, says
):
    monkeypatch.setenv("SMEPROFILE_SECRET", secret)
    with pytest.raises(UserError, match=rf"{says}.*SMEPROFILE_SECRET"):
        NEED_IT[what]()


def test_a_learner_of_a_secret_edition_has_no_secret_and_is_not_stopped(edition):
    assert with_secret(load_cohort()) == load_cohort() and variant_key(load_cohort())


def test_a_secret_edition_has_its_seed_with_its_secret(edition, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_SECRET", SECRET)
    assert with_secret(load_cohort()).seed != load_cohort().seed


def test_an_edition_of_before_fingerprints_wants_some_secret(edition, monkeypatch):
    (edition / "datasets" / "manifest.json").write_text('{"is_secret": true}', encoding="utf-8")
    with pytest.raises(UserError, match="SMEPROFILE_SECRET"):
        of_class(load_cohort())
    monkeypatch.setenv("SMEPROFILE_SECRET", SECRET)
    assert of_class(load_cohort()).seed != load_cohort().seed


def test_the_manifest_tells_neither_secret_nor_seed(edition, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_SECRET", SECRET)
    text = (edition / "datasets" / "manifest.json").read_text(encoding="utf-8")
    assert SECRET not in text and str(with_secret(load_cohort()).seed) not in text
    monkeypatch.setenv("SMEPROFILE_SECRET", f"{SECRET}!")
    manifest.write(edition / "datasets", {}, is_secret=True)
    assert text != (edition / "datasets" / "manifest.json").read_text(encoding="utf-8")
    manifest.write(edition / "datasets", {}, is_secret=False)
    assert 'secret": "' not in (edition / "datasets" / "manifest.json").read_text(encoding="utf-8")


def test_another_cohort_and_one_without_its_manifest_are_built_as_they_say(edition):
    other = load_cohort().model_copy(update={"cohort_id": "other"})
    assert of_class(other) == other
    (edition / "datasets" / "manifest.json").unlink()
    assert of_class(load_cohort()) == load_cohort()


def test_an_edition_elsewhere_is_not_built_over_with_another_seed(
    edition, tmp_path_factory, monkeypatch
):
    def built(*_, **__):
        raise AssertionError("built")

    other = tmp_path_factory.mktemp("public")
    write_tiny_course(other)
    monkeypatch.setenv("SMEPROFILE_HOME", str(other))
    monkeypatch.setattr("smeprofile.notebooks.build.build", built)
    done = CliRunner().invoke(app, ["build", "--out", str(edition)])
    assert isinstance(done.exception, UserError) and "现在没有设" in str(done.exception)


def test_the_courses_own_bank_is_what_simulate_makes_without_a_cohort(cohort):
    assert setting(cohort).terms == OURS


def test_a_cohorts_terms_reach_the_bank(tmp_path):
    text = """
n_customers: 3000
modules: [{slug: 02_a, title: 甲, lesson_minutes: 60, practice_minutes: 60}]
months: 12
regions: [{name: 山前区, share: 0.7}, {name: 河口县, share: 0.3}]
industries: [{code: F51, share: 0.5}, {code: H62, share: 0.5}, {code: C13, share: 0}]
products: {F1: {name: 极速贷, spread: 0.09}}
policy: {min_scores: {抵押: 300, 保证: 300, 信用: 300}}
"""
    made = class_tables(overlay(tmp_path, text))
    firms = made["customers"]
    assert {"F51", "H62"} == set(firms["industry_code"])
    assert {"山前区", "河口县"} == set(firms["region"]) == set(made["branches"]["region"])
    assert 0.6 < (firms["region"] == "山前区").mean() < 0.8
    assert "极速贷" == made["products"].set_index("product_id").loc["F1", "name"]
    both = made["applications"].merge(made["decisions"], on=["application_id", "customer_id"])
    assert 0.85 < both["is_approved"].mean()  # only who is late elsewhere is refused
    quick = both.loc[both["product_id"] == "F1", "annual_rate"].dropna()
    assert 0.11 < quick.median()
