"""Input for rooms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.models import Account
from workshops import services
from workshops.models import Room


class RoomForm(forms.Form):
    """A room, new or changed."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("With the house, if there are several."))
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=30000,
        required=False,
        help_text=_("How many people fit in. Whoever plans a workshop is told when it gives out more seats."),
    )

    def __init__(self, *args: Any, account: Account, room: Room | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(room, name) for name in ("name", "address", "seats")} if room is not None else {}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.account, self.room = account, room

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Room.objects.filter(name=name)
        if self.room is not None:
            others = others.exclude(pk=self.room.pk)
        if others.exists():
            raise ValidationError(_("Another room has this name."))
        return name

    def save(self) -> Room:
        if self.room is None:
            return services.add_room(actor=self.account, **self.cleaned_data)
        return services.change_room(room=self.room, actor=self.account, **self.cleaned_data)
