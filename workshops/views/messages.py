"""What people are told about a workshop by mail: planned, read, changed, stopped, sent, written to a group."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from mail.models import Message, MessageQuerySet
from workshops import services
from workshops.forms import GroupMessageForm, PlannedMessageForm
from workshops.models import Workshop
from workshops.views.access import FORM_METHODS, SECTION, account_of, language, managed_workshop, refuse, say

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
@require_http_methods(FORM_METHODS)
def workshop_message(request: HttpRequest, code: str, message: int) -> HttpResponse:
    """One message: whom it is for, its words, what became of it. While it waits, its words can be written anew."""
    workshop = managed_workshop(request, code)
    found = _message(workshop, message)
    form = PlannedMessageForm(request.POST or None, workshop=workshop, message=found, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
            found.refresh_from_db()
        else:
            return say(request, _("The words are saved."), "workshop_message", code, message)
    context = {**SECTION, "workshop": workshop, "message": found, "form": form}
    return render(request, "workshops/workshop_message.html", context)


@login_required
@require_POST
def message_stop(request: HttpRequest, code: str, message: int) -> HttpResponse:
    """Stop a message that has not gone yet."""
    workshop = managed_workshop(request, code)
    found = _message(workshop, message)
    try:
        services.stop_planned_message(workshop=workshop, message=found, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_messages", code)
    stopped = _("%(person)s will not receive this message.") % {"person": found.recipient}
    return say(request, stopped, "workshop_messages", code)


@login_required
@require_POST
def message_send(request: HttpRequest, code: str, message: int) -> HttpResponse:
    """Let a message that waits go now."""
    workshop = managed_workshop(request, code)
    found = _message(workshop, message)
    try:
        services.send_planned_message(workshop=workshop, message=found, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_message", code, message)
    return say(request, _("The message goes now."), "workshop_message", code, message)


@login_required
@require_http_methods(FORM_METHODS)
def message_write(request: HttpRequest, code: str) -> HttpResponse:
    """Write to a group in two steps: the words, then how they arrive and to how many."""
    workshop = managed_workshop(request, code)
    form = GroupMessageForm(
        request.POST or None, workshop=workshop, account=account_of(request), initial={"language": language()}
    )
    context = {**SECTION, "workshop": workshop, "form": form}
    step = request.POST.get("step", "")
    if request.method == "POST" and step != "change" and form.is_valid():
        if step != "send":
            return render(request, "workshops/message_preview.html", {**context, "preview": form.preview()})
        try:
            count = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            sent = ngettext("The message goes to %(count)d person.", "The message goes to %(count)d people.", count)
            return say(request, sent % {"count": count}, "workshop_messages", code)
    return render(request, "workshops/message_write.html", context)


def waiting_first(workshop: Workshop) -> MessageQuerySet:
    """Messages of a workshop with their recipients, in the order in which the pages show them."""
    waits = Case(When(PLANNED, then=Value(0)), default=Value(1))
    goes = Case(When(PLANNED, then=F("send_after")))
    found = services.messages_about(workshop).select_related("recipient").defer("text", "calendar")
    return found.order_by(waits, goes, "-send_after", "recipient__sort_name", "pk")


def message_counts(workshop: Workshop) -> dict[str, Any]:
    """How many messages wait, have gone, and did not arrive."""
    state = Message.State
    return services.messages_about(workshop).aggregate(
        planned=Count("pk", filter=PLANNED),
        sent=Count("pk", filter=Q(state=state.SENT)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
    )


def _message(workshop: Workshop, message: int) -> Message:
    return get_object_or_404(services.messages_about(workshop).select_related("recipient"), pk=message)
