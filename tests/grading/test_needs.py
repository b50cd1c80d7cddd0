"""A simulated class does the real course: scores as foretold, responses, needs, export, deletion."""

import json
import re
import shutil
import zipfile

import pytest
import yaml

from smeprofile.answers import read_answers
from smeprofile.errors import UserError
from smeprofile.grading import backup, erase, export, grade, needs, release, restore
from smeprofile.grading.checks import checks_of
from smeprofile.grading.course import Course, nbgrader_config, open_course
from smeprofile.grading.followup import follow_up
from smeprofile.grading.lessonfeedback import lesson_feedback
from smeprofile.grading.responses import item_responses, needs_survey
from smeprofile.items import read_gap_map
from smeprofile.notebooks import read_module
from smeprofile.notebooks.build import build
from smeprofile.params import load_cohort
from smeprofile.paths import HOME_VARIABLE, home, solutions
from smeprofile.rehearse import rehearse, simulate_class
from smeprofile.start.returned import read_returned

MODULE = "00_needs_survey"
N = 3
FEW = ("00", "03", "14")  # modules: with a paper, with verdicts by cost, with the other paper


def course_at(root):
    config = nbgrader_config(root, load_cohort())
    config.Exchange.root = str(root / "exchange")
    return Course(root, config)


def simulated():
    """The learners whom the rehearsal simulates."""
    cohort = load_cohort()
    sources = [read_module(solutions(), cohort.module(m).slug, "practice") for m in FEW]
    return {h.learner for h in simulate_class(sources, cohort, learners=N, seed=5)}


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    """A small class that did a few modules, by the real exchange and grading."""
    return rehearse(N, seed=5, out=tmp_path_factory.mktemp("needs"), modules=FEW)


@pytest.fixture(scope="module")
def course(rehearsal):
    """The course after that."""
    return course_at(rehearsal.folder)


def graded_of(course, learner):
    return [a for a, who in course.entries("autograded") if who == learner]


def given(course, learner):
    path = course.folder("submitted", learner, MODULE) / "answers.json"
    return read_answers(path.read_bytes())["pre"].value


def test_every_score_is_as_foretold(rehearsal):
    assert {line.learner.learner_id: line.differing for line in rehearsal.lines} == {
        f"sim{n}": [] for n in range(1, N + 1)
    }
    assert rehearsal.ok


@pytest.mark.full
def test_every_module_is_scored_as_foretold(tmp_path):
    assert [
        line.differing for line in rehearse(6, seed=8, out=tmp_path).lines if line.differing
    ] == []


def test_scores_are_the_points_of_the_right_answers(rehearsal):
    assert [line.scored for line in rehearsal.lines] == [line.predicted for line in rehearsal.lines]


def test_report_is_chinese_marked_as_simulated_and_needs_no_network(rehearsal):
    text = rehearsal.report.read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in text
    assert "班级报告（模拟）" in text
    assert not re.search(r"https?://|<script|<link|url\(", text)


def test_each_learner_gets_feedback(rehearsal):
    pages = rehearsal.folder.glob("feedback/*/*/practice.html")
    assert len(list(pages)) == len(rehearsal.lines)


def test_the_rehearsal_goes_on_to_needs_and_effect(rehearsal):
    assert sorted(rehearsal.needs.paths) == [f"sim{n}" for n in range(1, N + 1)]
    text = rehearsal.effect.report.read_text(encoding="utf-8")
    assert "这是演练" in text
    assert f"{N} 人两次都考" in text
    assert "不要下结论" in text
    assert rehearsal.effect.n_personal == N


# --- what the class needs ----------------------------------------------------------------------


def test_each_learner_has_each_item_once_with_its_state(course):
    found = item_responses(course)
    assert len(found) == 2 * 32 * N
    assert not found.duplicated(["learner_id", "form", "item"]).any()
    pre = found[found["form"] == "pre"]
    for learner, mine in pre.groupby("learner_id"):
        answered = mine["response"].notna()
        assert set(mine.loc[answered, "state"]) <= {"right", "wrong"}
        assert answered.sum() == len(given(course, learner)["answers"])
        unseen = mine["position"] > given(course, learner)["reached"]
        assert (mine.loc[~answered & unseen, "state"] == "not_reached").all()
        assert (mine.loc[~answered & ~unseen, "state"] == "untried").all()


def test_responses_add_up_to_the_gradebooks_score(course):
    found = item_responses(course)
    points = found[found["form"] == "pre"].groupby("learner_id")["points"].sum()
    with course.gradebook() as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(MODULE)}
    assert scores == {who: round(100 * n / 32, 2) for who, n in points.items()}


def test_rows_name_nobody_but_by_id(course):
    assert set(item_responses(course)) == {
        "learner_id", "form", "item", "module", "position", "variant", "response", "state",
        "points", "mistake",
    }  # fmt: skip


def test_grading_again_stores_nothing_twice(course):
    before = item_responses(course)
    shutil.rmtree(course.folder("autograded", "sim1", MODULE))
    assert grade([MODULE], course=course).ok
    assert item_responses(course).equals(before)


def test_feedback_shows_the_gap_map_and_no_key(course):
    page = course.folder("feedback", "sim1", MODULE) / "practice.html"
    text = page.read_text(encoding="utf-8")
    mine = item_responses(course).query("learner_id == 'sim1' and form == 'pre'")
    counts = read_gap_map(text)
    assert sum(c["right"] for c in counts.values()) == mine["points"].sum()
    assert "HIDDEN" not in text
    assert "load_paper" not in text
    (mark,) = read_returned(page).marks
    assert "检查下面的说明" in mark.note


def test_report_and_overlay_come_from_the_class(course, tmp_path):
    found = needs(tmp_path, course=course)
    assert sorted(found.paths) == [f"sim{n}" for n in range(1, N + 1)]
    text = found.report.read_text(encoding="utf-8")
    assert "http" not in text.replace("http-equiv", "")
    assert f"交来问卷 {N} 份、前测 {N} 份" in text
    tracks = {learner.learner_id: learner.track for learner in simulated()}
    assert {who: path.track for who, path in found.paths.items()} == tracks
    kept = yaml.safe_load(found.overlay.read_text(encoding="utf-8"))["modules"]
    assert [m["slug"] for m in kept] == found.kept  # what enough of the class need
    needed = {stop.number for path in found.paths.values() for stop in path.stops}
    every = [m.slug for m in load_cohort().modules]
    assert not needed & {slug[:2] for slug in found.dropped}
    assert sorted(found.kept + found.dropped) == every


def test_the_overlay_is_read_as_the_classs_modules(course, tmp_path):
    found = needs(tmp_path, course=course)
    assert [m.slug for m in load_cohort(found.overlay).modules] == found.kept


def test_the_class_goes_on_in_its_edition_by_the_steps_that_are_told(course, tmp_path, monkeypatch):
    """Told in this order, and the gradebook that is carried over lets its modules be released again."""
    found = needs(tmp_path, course=course)
    steps = [
        "--backup",
        f"build --params {found.overlay} --out",
        HOME_VARIABLE,
        "--restore",
        "release",
    ]
    places = [str(found).index(step) for step in steps]
    assert places == sorted(places)
    before = item_responses(course)
    packed = backup(tmp_path / "换版.zip", course=course).path
    edition = tmp_path / "edition"
    (edition / "datasets").mkdir(parents=True)
    for path in (home() / "datasets").iterdir():
        if path.name != "cohort.yml":
            (edition / "datasets" / path.name).symlink_to(path)
    made = load_cohort(found.overlay).to_yaml()  # as build --params --out writes it
    (edition / "datasets" / "cohort.yml").write_text(made, "utf-8")
    monkeypatch.setenv(HOME_VARIABLE, str(edition))
    restore(packed)
    assert item_responses(open_course()).equals(before)
    assert release("00").exchange == edition / "grading" / "exchange"


@pytest.mark.full
def test_the_overlay_makes_an_edition(course, tmp_path):
    """Built for real, but with fewer customers: the modules are what the class decides."""
    found = needs(tmp_path, course=course)
    small = tmp_path / "small.yml"
    small.write_text(found.overlay.read_text(encoding="utf-8") + "n_customers: 6000\n", "utf-8")
    made = build(params=small, out=tmp_path / "edition")
    assert sorted(p.name for p in (made.out / "course").iterdir()) == sorted(found.kept)
    assert (made.out / "datasets" / "papers" / "pre.json").is_file()


def test_another_seat_is_flagged_not_silently_failed(course):
    path = course.folder("submitted", "sim2", MODULE) / "answers.json"
    before = path.read_bytes()
    try:
        content = json.loads(before)
        content["answers"]["pre"]["value"]["seat"] = given(course, "sim3")["seat"]
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (row,) = [r for r in grade([MODULE], course=course).rows if r.learner_id == "sim2"]
        assert row.status == "graded"
        assert "座号不是这位学员的" in row.note
    finally:
        path.write_bytes(before)
        assert grade([MODULE], course=course).ok


def test_grading_with_another_secret_is_refused_and_done_again_later(course, monkeypatch):
    """Keys of other numbers would store nonsense; nothing is lost once the secret is right."""
    before = item_responses(course)
    shutil.rmtree(course.folder("autograded", "sim3", MODULE))
    with monkeypatch.context() as patch:
        patch.setenv("SMEPROFILE_SECRET", "another-secret-of-16")
        (row,) = [r for r in grade([MODULE], course=course).rows if r.learner_id == "sim3"]
    assert row.status == "failed"
    assert "SMEPROFILE_SECRET" in row.note
    (row,) = [r for r in grade([MODULE], course=course).rows if r.learner_id == "sim3"]
    assert row.status == "graded"
    assert item_responses(course).equals(before)


@pytest.mark.parametrize(("name", "told"), [("有.zip", "已存在"), ("记录.docx", "不是 .zip")])
def test_export_never_overwrites_and_names_what_it_wants(course, tmp_path, name, told):
    (tmp_path / "有.zip").write_bytes(b"old")
    with pytest.raises(UserError, match=told):
        export("sim1", tmp_path / name, course=course)
    assert (tmp_path / "有.zip").read_bytes() == b"old"


def test_export_holds_all_that_is_kept_and_deletion_leaves_nothing(course, tmp_path):
    with zipfile.ZipFile(export("sim2", tmp_path / "sim2.zip", course=course)) as archive:
        names = set(archive.namelist())
        responses = archive.read("item_responses.csv").decode("utf-8-sig")
    assert {
        "grades.json",
        "checks.json",
        "needs_survey.json",
        f"submitted/{MODULE}/answers.json",
    } <= names
    assert responses.count("\n") == 65
    others = item_responses(course).query("learner_id != 'sim2'")
    said_of = [lesson_feedback(course), follow_up(course)]
    mine = sum((table["learner_id"] == "sim2").sum() for table in said_of)
    n_checks, n_hand_ins = len(checks_of(course, "sim2")), len(graded_of(course, "sim2"))
    n_rows = 65 + n_checks + 2 * n_hand_ins + mine
    said = erase("sim2", course=course)
    assert f"{n_rows} 行" in said
    assert item_responses(course).equals(others.reset_index(drop=True))
    assert "sim2" not in needs_survey(course)
    left = [
        p
        for p in course.root.rglob("*sim2*")
        if "learners" not in p.parts and "cache" not in p.parts
    ]
    assert (course.root / "effect" / "personal" / "sim1.html").is_file()
    assert left == []
    pages = [p.read_text(encoding="utf-8") for p in course.root.glob("exchange/*/feedback/*.html")]
    assert len(pages) == len(graded_of(course, "sim1")) + len(graded_of(course, "sim3"))
    assert not any("学员：sim2<" in page for page in pages)
    with course.gradebook() as gradebook:
        assert "sim2" not in {student.id for student in gradebook.students}
    with pytest.raises(UserError, match="没有学员 sim2 的任何记录"):
        export("sim2", tmp_path / "again.zip", course=course)


def test_without_hand_ins_it_says_what_to_do(tmp_path):
    with pytest.raises(UserError, match="smeprofile grade 00"):
        needs(course=course_at(tmp_path))
