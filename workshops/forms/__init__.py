"""Input for planning workshops, naming people and keeping registers. `save()` calls a service."""

from workshops.forms.evaluation import EvaluationAnswerForm, ReviewForm
from workshops.forms.fields import ReasonForm
from workshops.forms.messages import GroupMessageForm, PlannedMessageForm
from workshops.forms.people import FindPersonForm, NewPersonForm, RosterForm, SeatsForm
from workshops.forms.planning import (
    FacilitatorForm,
    OutlineSessionForm,
    SessionForm,
    WorkshopEditForm,
    WorkshopForm,
)
from workshops.forms.register import CorrectionForm, WalkInForm

__all__ = [
    "GroupMessageForm",
    "PlannedMessageForm",
    "CorrectionForm",
    "EvaluationAnswerForm",
    "FacilitatorForm",
    "FindPersonForm",
    "NewPersonForm",
    "OutlineSessionForm",
    "ReasonForm",
    "ReviewForm",
    "RosterForm",
    "SeatsForm",
    "SessionForm",
    "WalkInForm",
    "WorkshopEditForm",
    "WorkshopForm",
]
