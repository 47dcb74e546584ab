"""Human beings whom facts are about."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from people import scopes
from people.likeness import name_key

if TYPE_CHECKING:
    from people.models.accounts import Account


class Language(models.TextChoices):
    EN = "en", _("English")
    RU = "ru", _("Russian")
    BE = "be", _("Belarusian")


CODE_CHARACTERS = "23456789abcdefghjkmnpqrstvwxyz"


def new_public_code() -> str:
    """A name for a person in files and addresses that tells nothing: 10 characters without look-alikes."""
    return "".join(secrets.choice(CODE_CHARACTERS) for _ in range(10))


def public_code_from(*words: str) -> str:
    """Such a name that only we can derive from `words`: a form that is sent twice names one person twice."""
    digest = salted_hmac("people.public_code", "\0".join(words), algorithm="sha256").digest()
    return "".join(CODE_CHARACTERS[byte % len(CODE_CHARACTERS)] for byte in digest[:10])


def in_full(family_name: str, given_name: str, patronymic: str) -> str:
    """Return a name as registers and orders write it: the family name first."""
    return " ".join(part for part in (family_name, given_name, patronymic) if part)


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, account: "Account") -> "PersonQuerySet":
        """People the account may see by name: itself, and whom each app's registered way brings (see `scopes`)."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        condition = Q(pk=account.person_id)
        for way in scopes.ways():
            condition |= Q(pk__in=way(account))
        return self.filter(condition)

    def search(self, text: str) -> "PersonQuerySet":
        """People whose names or e-mail hold every word of `text`, in either script, letters forgiven."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def unmerged(self) -> "PersonQuerySet":
        """People as they are counted: records that were merged into another are left out."""
        return self.filter(merged_into__isnull=True)

    def with_merged(self) -> "PersonQuerySet":
        """These, and the records that went into them, over three merges."""
        keys = self.order_by().values("pk")
        return Person.objects.filter(
            models.Q(pk__in=keys)
            | models.Q(merged_into__in=keys)
            | models.Q(merged_into__merged_into__in=keys)
            | models.Q(merged_into__merged_into__merged_into__in=keys)
        )

    def namesakes(self, family_name: str, given_name: str, patronymic: str = "") -> "PersonQuerySet":
        """People who may be the one of this name: the same names, and the same patronymic where both have one."""
        short = fold(family_name, given_name)
        same = Q(sort_name=short) | Q(sort_name=fold(family_name, given_name, patronymic))
        return self.unmerged().filter(same if patronymic else Q(sort_name=short) | Q(sort_name__startswith=f"{short} "))

    def by_email(self, emails: Iterable[str]) -> "dict[str, Person]":
        """Return by e-mail whose it is; one that a merged record had is an address of whoever it was merged into."""
        found = self.filter(email__in=[email for email in emails if email]).select_related("merged_into").order_by("pk")
        earlier = {each.email: each.merged_into for each in found if each.merged_into}
        return earlier | {each.email: each for each in found if each.merged_into is None}

    def named_exactly(self, text: str) -> "PersonQuerySet":
        """The person whose whole e-mail or public code this is: how people outside one's scope are found."""
        word = text.strip().lower()
        return self.unmerged().filter(Q(public_code=text.strip()) | Q(email=word)) if word else self.none()


class Person(models.Model):
    """A human being whom facts are about. The account, if there is one, is another record."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        UNDISCLOSED = "undisclosed", _("undisclosed")

    public_code = models.CharField(max_length=40, unique=True, default=new_public_code)
    family_name = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    name_latin = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=12, choices=Sex.choices, default=Sex.UNDISCLOSED)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.RU)
    time_zone = models.CharField(max_length=60, default="Europe/Minsk")
    search_text = models.TextField(editable=False)
    sort_name = models.CharField(max_length=300, editable=False)
    # What all spellings of the name share (`people.likeness`): one human being recorded twice is found by it.
    name_key = models.CharField(max_length=200, editable=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email="") & Q(merged_into__isnull=True), name="person_email_once"
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="person_by_name"),
            models.Index(fields=["name_key"], condition=Q(merged_into__isnull=True), name="person_by_likeness"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fold_names()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text", "sort_name", "name_key"}
        super().save(*args, **kwargs)

    def fold_names(self) -> None:
        """Fill the columns that search and sorting use; `bulk_create`, which skips `save`, needs it called before."""
        self.email = self.email.strip().lower()
        self.sort_name = fold(self.family_name, self.given_name, self.patronymic)
        self.search_text = fold(self.family_name, self.given_name, self.patronymic, self.name_latin, self.email)
        self.name_key = name_key(self.family_name, self.given_name)[:200]

    @property
    def full_name(self) -> str:
        """Family name first, as registers and orders write it."""
        return in_full(self.family_name, self.given_name, self.patronymic)

    @property
    def first_names(self) -> str:
        """How a letter addresses the person."""
        return " ".join(part for part in (self.given_name, self.patronymic) if part)
