"""Input for planning workshops, naming people and keeping registers. `save()` calls a service."""

from workshops.forms.checkin import PassCodeForm, ScreenCodeForm, SessionChoiceForm
from workshops.forms.evaluation import EvaluationAnswerForm, ReviewForm
from workshops.forms.fields import ReasonForm
from workshops.forms.filters import WorkshopFilterForm
from workshops.forms.imports import AttendanceFileForm
from workshops.forms.messages import GroupMessageForm, PlannedMessageForm
from workshops.forms.moving import CopyForm, RepeatForm, ShiftForm
from workshops.forms.nominations import InvitationAnswerForm, NomineeForm, NomineeListForm, SubstituteForm
from workshops.forms.online import ColumnsForm, LogFileForm
from workshops.forms.people import FindPersonForm, NamesForm, NewPersonForm, RosterForm, SeatsForm
from workshops.forms.planning import (
    FacilitatorForm,
    OutlineSessionForm,
    RightForm,
    SessionForm,
    WorkshopEditForm,
    WorkshopForm,
)
from workshops.forms.proceedings import (
    ActionPlanForm,
    MaterialForm,
    NeedForm,
    NoteForm,
    PlanOutcomeForm,
    RecommendationForm,
)
from workshops.forms.record_changes import RecordAnswerForm
from workshops.forms.register import CorrectionForm, WalkInForm
from workshops.forms.requests import AnswerForm, WorkshopRequestForm
from workshops.forms.rooms import RoomForm

__all__ = [
    "ActionPlanForm",
    "AnswerForm",
    "AttendanceFileForm",
    "ColumnsForm",
    "CopyForm",
    "CorrectionForm",
    "EvaluationAnswerForm",
    "FacilitatorForm",
    "FindPersonForm",
    "GroupMessageForm",
    "InvitationAnswerForm",
    "LogFileForm",
    "MaterialForm",
    "NamesForm",
    "NeedForm",
    "NewPersonForm",
    "NomineeForm",
    "NomineeListForm",
    "NoteForm",
    "OutlineSessionForm",
    "PassCodeForm",
    "PlanOutcomeForm",
    "PlannedMessageForm",
    "ReasonForm",
    "RecommendationForm",
    "RecordAnswerForm",
    "RepeatForm",
    "ReviewForm",
    "RightForm",
    "RoomForm",
    "RosterForm",
    "ScreenCodeForm",
    "SeatsForm",
    "SessionChoiceForm",
    "SessionForm",
    "ShiftForm",
    "SubstituteForm",
    "WalkInForm",
    "WorkshopEditForm",
    "WorkshopFilterForm",
    "WorkshopForm",
    "WorkshopRequestForm",
]
