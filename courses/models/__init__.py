"""Self-paced modules: the pages that editors write, and the facts about who learnt them.

Facts never point at a page. `Module` and `Lesson` are identities whose `translation_key` the pages of every language
carry; a page may come, go or be translated, and progress stays one record.
"""

from courses.models.answers import PracticeAnswer, PracticeAnswerQuerySet
from courses.models.assignments import Assignment, AssignmentQuerySet, Exemption, LearningPath, PathModule
from courses.models.discussion import (
    Complaint,
    Contribution,
    ContributionQuerySet,
    KeptAnswer,
    KeptAnswerQuerySet,
    Reach,
    numbers_of,
    reach_of,
)
from courses.models.enrolments import Enrolment, EnrolmentQuerySet, FinalAttempt, LessonProgress
from courses.models.modules import Lesson, Module, ModuleAspect, ModuleResource
from courses.models.notes import LessonNote, LessonNoteQuerySet
from courses.models.pages import LessonPage, ModulePage, ReaderPage, best_pages, in_language_order
from courses.models.structure import LessonObjective, ModuleObjective
from courses.models.word_files import LessonFile, LessonFileQuerySet

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Complaint",
    "Contribution",
    "ContributionQuerySet",
    "Enrolment",
    "EnrolmentQuerySet",
    "Exemption",
    "FinalAttempt",
    "KeptAnswer",
    "KeptAnswerQuerySet",
    "LearningPath",
    "Lesson",
    "LessonFile",
    "LessonFileQuerySet",
    "LessonNote",
    "LessonNoteQuerySet",
    "LessonObjective",
    "LessonPage",
    "LessonProgress",
    "Module",
    "ModuleAspect",
    "ModuleObjective",
    "ModulePage",
    "ModuleResource",
    "PathModule",
    "PracticeAnswer",
    "PracticeAnswerQuerySet",
    "Reach",
    "ReaderPage",
    "best_pages",
    "in_language_order",
    "numbers_of",
    "reach_of",
]
