"""What the participants of a workshop are told by mail: planned, sent, stopped."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from mail.models import Message, MessageQuerySet
from workshops import services
from workshops.models import Workshop
from workshops.views.access import SECTION, account_of, managed_workshop, refuse, say

PER_PAGE = 50
PLANNED = Q(state=Message.State.PLANNED)


@login_required
@require_safe
def workshop_messages(request: HttpRequest, code: str) -> HttpResponse:
    """Every message about a workshop: those that wait in the order in which they go, then the others, latest first."""
    workshop = managed_workshop(request, code)
    page = Paginator(waiting_first(workshop), PER_PAGE).get_page(request.GET.get("page"))
    context = {**SECTION, "workshop": workshop, "page": page, "counts": message_counts(workshop)}
    return render(request, "workshops/workshop_messages.html", context)


@login_required
@require_POST
def message_stop(request: HttpRequest, code: str, message: int) -> HttpResponse:
    """Stop a message that has not gone yet."""
    workshop = managed_workshop(request, code)
    found = get_object_or_404(services.messages_about(workshop).select_related("recipient"), pk=message)
    try:
        services.stop_planned_message(workshop=workshop, message=found, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_messages", code)
    stopped = _("%(person)s will not receive this message.") % {"person": found.recipient}
    return say(request, stopped, "workshop_messages", code)


def waiting_first(workshop: Workshop) -> MessageQuerySet:
    """Messages of a workshop with their recipients, in the order in which the pages show them."""
    waits = Case(When(PLANNED, then=Value(0)), default=Value(1))
    goes = Case(When(PLANNED, then=F("send_after")))
    found = services.messages_about(workshop).select_related("recipient").defer("text", "html")
    return found.order_by(waits, goes, "-send_after", "recipient__sort_name", "pk")


def message_counts(workshop: Workshop) -> dict[str, Any]:
    """How many messages wait, have gone, and were not sent."""
    state = Message.State
    return services.messages_about(workshop).aggregate(
        planned=Count("pk", filter=PLANNED),
        sent=Count("pk", filter=Q(state=state.SENT)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
    )
