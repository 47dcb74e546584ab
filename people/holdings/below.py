"""What the apps below and the libraries hold: they cannot know of this registry."""

from django.utils.translation import gettext_lazy as _

from people.holdings.own import done_by
from people.holdings.registry import Erasing, Holding, Merging

_OF_SIGNING_IN = Erasing.DELETES

HOLDINGS_BELOW = (
    Holding(
        "mail.Message",
        "recipient",
        Erasing.BY_SERVICE,
        why="that a letter went, and when, stays; what it said and where it went does not",
        shown={"created_at": _("When"), "subject": _("Subject"), "text": _("Text"), "state": _("State")},
    ),
    Holding(
        "audit.Event",
        "subject",
        Erasing.BY_SERVICE,
        why="that something was done, when and by whom, stays; what stood there before and after does not",
        shown={"at": _("When"), "action": _("What was done")},
        merging=Merging.STAYS,
    ),
    *done_by("audit.Event", "actor"),
    # Signing in
    Holding(
        "account.EmailAddress",
        "user",
        _OF_SIGNING_IN,
        shown={"email": _("E-mail"), "verified": _("Confirmed")},
        merging=Merging.ONE_ONLY,
    ),
    Holding(
        "mfa.Authenticator",
        "user",
        _OF_SIGNING_IN,
        shown={"type": _("Kind"), "created_at": _("When")},
        # It proves that somebody is the owner of this account, and of no other one.
        merging=Merging.STAYS,
    ),
    Holding(
        "usersessions.UserSession",
        "user",
        _OF_SIGNING_IN,
        shown={
            "created_at": _("Signed in"),
            "last_seen_at": _("Last seen"),
            "ip": _("Network address"),
            "user_agent": _("Browser"),
        },
        merging=Merging.ONE_ONLY,
    ),
    # Working in the CMS: of no use to an account that is closed, and nothing that another one should get.
    Holding("wagtailusers.UserProfile", "user", Erasing.DELETES, merging=Merging.STAYS),
    Holding("wagtailadmin.EditingSession", "user", Erasing.DELETES, merging=Merging.STAYS),
    Holding("wagtailadmin.FormState", "user", Erasing.DELETES, merging=Merging.STAYS),
    Holding("wagtailcore.APIToken", "user", Erasing.DELETES, merging=Merging.STAYS),
    Holding("wagtailcore.PageSubscription", "user", Erasing.DELETES, merging=Merging.STAYS),
    *done_by("wagtailcore.Page", "locked_by", "owner"),
    *done_by("wagtailcore.Revision", "user"),
    *done_by("wagtailcore.UploadedFile", "uploaded_by_user"),
    *done_by("wagtailcore.WorkflowState", "requested_by"),
    *done_by("wagtailcore.TaskState", "finished_by"),
    *done_by("wagtailcore.ModelLogEntry", "user"),
    *done_by("wagtailcore.PageLogEntry", "user"),
    *done_by("wagtailcore.Comment", "user", "resolved_by"),
    *done_by("wagtailcore.CommentReply", "user"),
    *done_by("wagtaildocs.Document", "uploaded_by_user"),
    *done_by("wagtailimages.Image", "uploaded_by_user"),
    *done_by("wagtail_localize.StringTranslation", "last_translated_by"),
    *done_by("wagtail_localize.SegmentOverride", "last_translated_by"),
)

# There only where a ministry lets its officials in. Whoever goes over to another account goes on signing in that way.
HOLDINGS_OF_MINISTRIES = (
    Holding(
        "socialaccount.SocialAccount",
        "user",
        _OF_SIGNING_IN,
        shown={
            "provider": _("Sign-in of a ministry"),
            "uid": _("Identifier at the ministry"),
            "date_joined": _("Since"),
            "last_login": _("Last seen"),
        },
    ),
)
