"""New modules in the CMS: planned step by step without losing a word, or copied without a person in them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, PageLogEntry

from assessments.models import Objective
from audit.models import Event
from courses.models import Enrolment, LessonObjective, LessonPage, Module, ModuleObjective, ModulePage
from courses.services import CourseError, ModulePlan, blueprints, create_planned_module, set_structure
from courses.services.drafts import LessonPlan, ObjectivePlan
from library.models import Rendering
from people.models import Account
from tests.factories.assessments import make_question
from tests.factories.courses import block, make_enrolment, make_home, make_lesson_page, make_module_page, translate

pytestmark = pytest.mark.django_db

NEW = "/cms/blueprints/new/"


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    make_home(), make_home("ru"), make_home("be")
    return client_of(roles.editor)


class Walk:
    """Somebody who fills in a step, presses a button and gets the next page; what the page holds goes along."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.answer = client.get(NEW)

    def press(self, go: str, **typed: Any) -> "Walk":
        said = self.fields()
        said.update({name.replace("__", "-"): value for name, value in typed.items()})
        self.answer = self.client.post(NEW, {**said, "go": go})
        return self

    def fields(self) -> dict[str, Any]:
        """What a browser would send: hidden fields, and those of the step as they were filled in."""
        context = self.answer.context
        said: dict[str, Any] = {"at": context["step"], "key": str(context["wizard"].key)}
        for name, value in context["carried"]:
            said.setdefault(name, []).append(value)
        form = context["form"]
        if form is None:
            return said
        forms = [form.management_form, *form.forms] if hasattr(form, "management_form") else [form]
        for each in forms:
            for field in each:
                value = field.value()
                if value not in (None, "", []):
                    said[field.html_name] = value
        return said

    @property
    def step(self) -> str:
        return str(self.answer.context["step"])

    @property
    def shown(self) -> str:
        return self.answer.content.decode()


def planned(editor: Client) -> Walk:
    """Everything filled in, before the last button."""
    walk = Walk(editor)
    walk.press(
        "objectives", module__code="M7", module__title_en="Water", module__title_be="Вада", module__aspects=["social"]
    )
    walk.press("lessons", objectives__0__text_en="Can boil water", objectives__1__text_en="Can test it")
    titles = {"lessons__0__title_en": "Wells", "lessons__0__title_be": "Калодзежы", "lessons__1__title_en": "Taps"}
    walk.press("questions", **titles, lessons__0__serves=["M7-O1"], lessons__1__minutes="15")
    return walk.press("confirm", **{"questions__M7-O1": "3"})


def test_a_module_is_planned_in_five_steps_and_made_at_the_last(editor: Client, roles: SimpleNamespace) -> None:
    walk = planned(editor)
    assert (walk.step, ModulePage.objects.count(), Objective.objects.count()) == ("confirm", 0, 0)

    walk.press("create")

    pages = ModulePage.objects.order_by("locale__language_code")
    assert [(page.locale.language_code, page.title, page.live, page.minutes) for page in pages] == [
        ("be", "Вада", False, 35),
        ("en", "Water", False, 35),
    ]
    assert walk.answer.url == reverse("blueprints:page", args=[pages[0].translation_key])
    (blueprint,) = blueprints(ModulePage.objects.all())
    assert [(each.code, sorted(each.pages), each.minutes) for each in blueprint.lessons] == [
        ("M7.1", ["be", "en"], 20),
        ("M7.2", ["en"], 15),
    ]
    assert [(line.objective, line.wanted, line.is_taught) for line in blueprint.lines] == [
        ("M7-O1", 3, True),
        ("M7-O2", 2, False),
    ]
    assert pages[0].aspects == ["social"]
    assert {entry.user for entry in PageLogEntry.objects.filter(action="wagtail.create", page__in=pages)} == {
        roles.editor
    }
    assert Event.objects.get(action="courses.module_planned").actor == roles.editor
    assert not Module.objects.exists()


def test_a_second_click_makes_nothing(editor: Client) -> None:
    walk = planned(editor)
    sent = {**walk.fields(), "go": "create"}

    addresses = {editor.post(NEW, sent).url for _click in range(2)}

    assert (len(addresses), ModulePage.objects.count(), LessonPage.objects.count()) == (1, 2, 3)
    assert Event.objects.filter(action="courses.module_planned").count() == 1


def test_back_and_forward_nothing_is_lost(editor: Client) -> None:
    walk = planned(editor)

    for step in ("questions", "lessons", "objectives", "module"):
        walk.press(step)
        assert (walk.step, walk.answer.status_code) == (step, 200)
    walk.press("objectives", module__title_en="Clean water")
    for step in ("lessons", "questions", "confirm"):
        walk.press(step)

    plan = walk.answer.context["plan"]
    assert plan.titles == {"en": "Clean water", "be": "Вада"}
    assert [(each.code, dict(each.texts), each.questions) for each in plan.objectives] == [
        ("M7-O1", {"en": "Can boil water"}, 3),
        ("M7-O2", {"en": "Can test it"}, 2),
    ]
    assert [(each.code, each.minutes, list(each.serves)) for each in plan.lessons] == [
        ("M7.1", 20, ["M7-O1"]),
        ("M7.2", 15, []),
    ]


def test_more_rows_keep_what_was_typed(editor: Client) -> None:
    walk = Walk(editor).press("objectives", module__code="M7", module__title_en="Water")

    walk.press("more", objectives__3__text_en="Can swim")

    assert (walk.step, len(walk.answer.context["form"].forms)) == ("objectives", 7)
    assert "Can swim" in walk.shown


def test_mistakes_stay_on_their_step_in_sentences(editor: Client) -> None:
    make_lesson_page(make_module_page("M9"), "M9.1")
    Objective.objects.create(code="OLD", text_en="Can")
    walk = Walk(editor)

    assert "Write the title in one language at least." in walk.press("objectives", module__code="M7").shown
    taken = walk.press("objectives", module__code="M9", module__title_en="Water").shown
    assert "There is a module with the code M9 already. Choose another one." in taken
    assert (walk.step, walk.answer.status_code) == ("module", 422)
    walk.press("objectives", module__code="M7")
    assert "Write one objective at least" in walk.press("lessons").shown
    row = {"objectives__0__code": "OLD", "objectives__0__text_en": "Can"}
    assert "There is an objective with the code OLD already." in walk.press("lessons", **row).shown
    walk.press("lessons", objectives__0__text_en="")
    assert walk.step == "lessons"
    assert "Write one lesson at least." in walk.press("questions").shown
    assert (
        "There is a lesson with the code M9.1 already."
        in walk.press("questions", lessons__0__code="M9.1", lessons__0__title_en="Wells").shown
    )
    foreign = walk.press("questions", lessons__0__code="", lessons__0__title_ru="Колодцы").shown
    assert "The module has no title in this language." in foreign
    walk.press("questions", lessons__0__title_ru="")
    assert "number" in walk.press("confirm", questions__OLD="many").shown
    assert walk.press("confirm", questions__OLD="0").step == "confirm"
    assert ModulePage.objects.count() == 1


def test_what_was_taken_meanwhile_is_said_and_nothing_is_made(editor: Client) -> None:
    walk = planned(editor)
    Objective.objects.create(code="M7-O2", text_en="Somebody was faster")

    walk.press("create")

    assert "There is an objective with the code M7-O2 already." in walk.shown
    assert (walk.answer.status_code, ModulePage.objects.count(), Objective.objects.count()) == (422, 0, 1)


def test_a_form_that_somebody_made_up_breaks_nothing(editor: Client) -> None:
    for sent in (
        {"at": "nowhere", "go": "create"},
        {"at": "confirm", "go": "create", "key": "x", "objectives-TOTAL_FORMS": "many"},
        {"at": "lessons", "go": "more", "lessons-TOTAL_FORMS": "99999"},
    ):
        assert editor.post(NEW, sent).status_code in {200, 422}
    assert not ModulePage.objects.exists()


def test_all_or_nothing(editor: Client, roles: SimpleNamespace) -> None:
    plan = ModulePlan(
        key=uuid4(),
        code="M7",
        titles={"en": "Water"},
        objectives=[ObjectivePlan("O1", {"en": "Can"})],
        lessons=[LessonPlan("M7.1", {"en": "Wells"}), LessonPlan("M7.1", {"en": "Taps"})],
    )

    with pytest.raises(CourseError, match=r"There is a lesson with the code M7\.1 already"):
        create_planned_module(plan=plan, actor=roles.editor)
    assert (ModulePage.objects.count(), Objective.objects.count(), ModuleObjective.objects.count()) == (0, 0, 0)


def test_who_may_put_pages_nowhere_plans_nothing(editor: Client, roles: SimpleNamespace) -> None:
    GroupPagePermission.objects.filter(group__in=roles.editor.groups.all()).delete()

    assert (editor.get(NEW).status_code, editor.get(reverse("blueprints:index")).context["may_add"]) == (302, False)


# --- Copies ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def source(editor: Client, account: Account) -> ModulePage:
    """A module in two languages with somebody in it, a lesson with a newer draft, a structure, a mark."""
    page = make_module_page("M1")
    lesson = make_lesson_page(page, "M1.1")
    make_lesson_page(page, "M1.2")
    translate(page, "ru")
    translate(lesson, "ru", title="Урок", body=[block("M1.1", 1, "Слова")])
    objective = Objective.objects.create(code="M1-O1", text_en="Can")
    make_question(objective=objective)
    key, served = page.translation_key, {lesson.translation_key: [objective]}
    set_structure(module_key=key, objectives={objective: 4}, lessons=served)
    make_enrolment(account.person, Module.objects.get(), read=1)
    lesson.title = "A better title"
    lesson.save_revision()
    return page


def copied(editor: Client, source: ModulePage, code: str, key: UUID) -> Any:
    address = reverse("blueprints:copy", args=[source.translation_key])
    return editor.post(address, {"code": code, "key": str(key)})


def test_a_copy_has_the_newest_drafts_the_structure_and_nobody_in_it(editor: Client, source: ModulePage) -> None:
    key = uuid4()

    answer = copied(editor, source, "M8", key)

    assert answer.url == reverse("blueprints:page", args=[key])
    (copy,) = blueprints(ModulePage.objects.filter(translation_key=key).select_related("locale", "latest_revision"))
    assert (copy.module.code, sorted(copy.module.pages), copy.module.is_live) == ("M8", ["en", "ru"], False)
    assert [(each.code, each.title, sorted(each.pages)) for each in copy.lessons] == [
        ("M8.1", "A better title", ["en", "ru"]),
        ("M8.2", "Lesson M1.2 en", ["en"]),
    ]
    assert [(line.objective, line.wanted, line.ready, line.is_taught) for line in copy.lines] == [("M1-O1", 4, 1, True)]
    russian = LessonPage.objects.get(lesson_code="M8.1", locale__language_code="ru")
    assert (russian.title, russian.body[0].value.source) == ("Урок", "<p>Слова</p>")
    assert russian.get_parent().translation_key == key
    assert (Module.objects.count(), Enrolment.objects.count()) == (1, 1)
    assert LessonObjective.objects.count() == 2


def test_a_copy_is_made_once_however_often_somebody_presses(editor: Client, source: ModulePage) -> None:
    key = uuid4()

    addresses = {copied(editor, source, "M8", key).url for _click in range(2)}

    assert (len(addresses), ModulePage.objects.filter(module_code="M8").count()) == (1, 2)
    assert Event.objects.filter(action="courses.module_copied").count() == 1


def test_a_code_that_is_taken_is_refused_and_nothing_is_copied(editor: Client, source: ModulePage) -> None:
    make_lesson_page(make_module_page("M5"), "M8.1")
    before = ModulePage.objects.count()

    answers = [copied(editor, source, code, uuid4()) for code in ("M5", "M8", "M 8", "")]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422]
    assert "There is a module with the code M5 already." in answers[0].content.decode()
    assert "There is a lesson with the code M8.1 already." in answers[1].content.decode()
    assert ModulePage.objects.count() == before


def test_the_page_says_what_comes_along_and_what_does_not(editor: Client, source: ModulePage) -> None:
    shown = editor.get(reverse("blueprints:copy", args=[source.translation_key])).content.decode()

    assert "People: enrolments, assignments, progress, results, certificates, notes." in shown
    assert "All languages that exist: English, Russian." in shown


def test_marks_of_translations_come_along(editor: Client, source: ModulePage) -> None:
    lesson = LessonPage.objects.get(lesson_code="M1.1", locale__language_code="ru")
    Rendering.objects.update_or_create(
        kind="lesson", key=str(lesson.translation_key), language="ru", defaults={"unread": True}
    )

    copied(editor, source, "M8", uuid4())

    copy = LessonPage.objects.get(lesson_code="M8.1", locale__language_code="ru")
    assert Rendering.objects.get(key=str(copy.translation_key), language="ru").unread
