"""What events of the audit trail are called in words: a sentence for every action that the code records.

A test gathers the keys from the code and fails for one without words.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

Words = str | Promise

_PEOPLE: dict[str, Words] = {
    "people.account_not_opened": _("No account was opened: the e-mail belongs to somebody else."),
    "people.account_opened": _("An account was opened."),
    "people.agency_created": _("An agency was added."),
    "people.agency_joined": _("A person joined an agency."),
    "people.agency_removed": _("An agency without people was removed."),
    "people.consent_given": _("A person agreed to a purpose."),
    "people.consent_withdrawn": _("A person no longer agrees to a purpose."),
    "people.data_request_answered": _("A request about own data was answered."),
    "people.data_request_made": _("A person asked for own data to be corrected or erased."),
    "people.data_request_withdrawn": _("A request about own data was taken back."),
    "people.display_chosen": _("A person chose how pages are shown."),
    "people.email_added": _("A person on record got an e-mail."),
    "people.invitation_accepted": _("An invitation was accepted."),
    "people.invitation_resent": _("An invitation was sent again."),
    "people.invitation_withdrawn": _("An invitation was withdrawn."),
    "people.invited": _("A person was invited into an agency."),
    "people.join_approved": _("A request to join an agency was approved."),
    "people.join_asked": _("A person asked to join an agency."),
    "people.join_refused": _("A request to join an agency was refused."),
    "people.join_withdrawn": _("A request to join an agency was taken back."),
    "people.language_chosen": _("A person chose a language or a time zone."),
    "people.latin_name_changed": _("The spelling of a name in Latin script was changed."),
    "people.list_invited": _("A list of people was invited."),
    "people.messages_chosen": _("A person chose which messages come."),
    "people.own_data_exported": _("A person took along what is held about them."),
    "people.own_data_read": _("A person read what is held about them."),
    "people.person_changed": _("A person’s names or contact data were changed."),
    "people.person_created": _("A person was added."),
    "people.person_erased": _("A person’s data were erased."),
    "people.post_changed": _("A person’s post was changed."),
    "people.retention_applied": _("Data whose time was over were erased."),
    "people.role_granted": _("A role was given."),
    "people.role_revoked": _("A role was taken away."),
    "people.roles_ended": _("Rights ended with a role."),
    "people.roster_imported": _("A list of people was imported."),
    "people.signed_in": _("A person signed in."),
    "people.trail_read": _("The audit trail was read."),
}
# What becomes of agencies, and of people and roles with them.
_AGENCIES: dict[str, Words] = {
    "people.agency_changed": _("The details of an agency were corrected."),
    "people.agency_closed": _("An agency was closed from a day on."),
    "people.agency_domains_changed": _("The mail domains of an agency were changed."),
    "people.agency_followed": _("A person went to the successor of an agency."),
    "people.agency_people_read": _("The people of an agency were read."),
    "people.join_request_followed": _("A request to join went to the successor of an agency."),
    "people.join_request_refused": _("A request to join an agency was refused."),
    "people.membership_ended": _("A person belongs to an agency no more."),
    "people.role_followed": _("A coordinator’s role went to the successor of an agency."),
    "people.sights_read": _("It was read who can see a person."),
    "people.transfer_asked": _("A transfer to another agency was asked for."),
    "people.transfer_confirmed": _("A transfer to another agency was confirmed."),
    "people.transfer_followed": _("A transfer went to the successor of an agency."),
    "people.transfer_refused": _("A transfer to another agency was refused."),
    "people.transfer_withdrawn": _("A transfer to another agency was taken back."),
    "workshops.register_restamped": _("Minutes of a register were counted for the agencies of their day."),
    "workshops.registrations_followed_agency": _("Registrations went to the successor of an agency."),
}
# How an account signs in; `people.emails.CHANGES` has the words for its owner.
_SIGN_INS: dict[str, Words] = {
    "people.account_connected": _("The sign-in of a ministry was connected with an account."),
    "people.account_disconnected": _("The sign-in of a ministry was disconnected from an account."),
    "people.email_changed": _("The e-mail of an account was changed."),
    "people.email_deleted": _("An e-mail was removed from an account."),
    "people.password_changed": _("A password was changed."),
    "people.password_reset": _("A new password was set by a link from a mail."),
    "people.password_set": _("A password was set."),
    "people.recovery_codes_generated": _("New recovery codes were made."),
    "people.second_factor_reset": _("A second factor that was lost was taken away."),
    "people.viewed_as": _("An administrator looked at a page as a person."),
    "people.viewing_ended": _("An administrator looks no more at the Academy as a person."),
    "people.viewing_refused": _("What an administrator tried as a person was refused."),
    "people.viewing_started": _("An administrator began to look at the Academy as a person."),
    "people.session_ended": _("A person was signed out somewhere."),
    "people.totp_activated": _("An authenticator app was added."),
    "people.totp_deactivated": _("An authenticator app was removed."),
    "people.webauthn_added": _("A passkey or a security key was added."),
    "people.webauthn_removed": _("A passkey or a security key was removed."),
}

_ASSESSMENTS: dict[str, Words] = {
    "assessments.appeal_answered": _("A question about a mark was answered."),
    "assessments.appeal_made": _("A person asked for a mark to be looked at again."),
    "assessments.attempt_recomputed": _("The mark of a test was worked out anew."),
    "assessments.category_saved": _("A category of questions was saved."),
    "assessments.import_discarded": _("A file with questions was thrown away."),
    "assessments.import_started": _("A file with questions was sent in."),
    "assessments.import_undone": _("An import of questions was undone."),
    "assessments.objective_saved": _("A learning objective was saved."),
    "assessments.override_removed": _("An exception for a test was removed."),
    "assessments.override_set": _("An exception for a test was made."),
    "assessments.question_changed": _("A question was changed."),
    "assessments.question_created": _("A question was added."),
    "assessments.question_described": _("The description of a question was changed."),
    "assessments.question_text_revised": _("The wording of a question was mended."),
    "assessments.question_translated": _("A question was translated."),
    "assessments.questions_imported": _("Questions were imported."),
    "assessments.response_marked": _("An answer was marked."),
    "assessments.test_changed": _("A test was changed."),
    "assessments.test_created": _("A test was added."),
    "assessments.version_voided": _("A question was taken out of the marking."),
}

_COURSES: dict[str, Words] = {
    "courses.completed": _("A module was completed."),
    "courses.enrolled": _("A person enrolled in a module."),
    "courses.enrolled_again": _("A person enrolled in a module again."),
    "courses.refreshed": _("A module may be taken again to renew its certificate."),
    "courses.resources_set": _("The resources of a module were set."),
    "courses.rules_set": _("The rules of a module were set."),
    "courses.withdrawn": _("A person left a module."),
}

_WORKSHOPS: dict[str, Words] = {
    "workshops.attendance_imported": _("Attendance was imported from a file."),
    "workshops.attendance_refused": _("A statement about attendance was refused."),
    "workshops.calendar_feed_made": _("An address for a calendar program was made."),
    "workshops.calendar_feed_revoked": _("An address for a calendar program was withdrawn."),
    "workshops.cancelled": _("A workshop was cancelled."),
    "workshops.changed": _("A workshop was changed."),
    "workshops.check_in_closed": _("Check-in was closed."),
    "workshops.check_in_opened": _("Check-in was opened."),
    "workshops.check_in_refused": _("A check-in was refused."),
    "workshops.closed": _("A workshop was closed."),
    "workshops.completed": _("A workshop was completed by a person."),
    "workshops.copied": _("A workshop was copied."),
    "workshops.ended": _("A workshop ended."),
    "workshops.evaluation_reviewed": _("Texts of an evaluation were looked through."),
    "workshops.facilitation_accepted": _("A facilitator accepted."),
    "workshops.facilitation_declined": _("A facilitator declined."),
    "workshops.facilitator_added": _("A facilitator was added."),
    "workshops.facilitator_asked_again": _("A facilitator was asked again."),
    "workshops.facilitator_right_set": _("What somebody may do in a workshop was changed."),
    "workshops.facilitator_removed": _("A facilitator was removed."),
    "workshops.history_imported": _("Workshops of earlier years were imported."),
    "workshops.material_added": _("Material of a workshop was added."),
    "workshops.material_changed": _("Material of a workshop was changed."),
    "workshops.material_removed": _("Material of a workshop was removed."),
    "workshops.message_edited": _("A message was written anew."),
    "workshops.message_hurried": _("A message was sent at once."),
    "workshops.message_stopped": _("A message was stopped."),
    "workshops.message_written": _("A message to people of a workshop was written."),
    "workshops.needs_forgotten": _("What people needed for a workshop was deleted."),
    "workshops.nomination_moved": _("A nomination was moved in its order."),
    "workshops.note_removed": _("A facilitator’s note was removed."),
    "workshops.online_log_applied": _("The log of an online meeting was applied to the register."),
    "workshops.online_log_kept": _("The log of an online meeting was kept."),
    "workshops.online_log_read_anew": _("The log of an online meeting was read anew."),
    "workshops.online_names_decided": _("It was decided who is who in the log of an online meeting."),
    "workshops.outline_created": _("An outline was added."),
    "workshops.people_downloaded": _("A file with the people of a workshop was downloaded."),
    "workshops.people_read": _("The people of a workshop were looked at."),
    "workshops.postponed": _("A workshop was postponed."),
    "workshops.published": _("A workshop was published."),
    "workshops.reconciled": _("The register of a workshop was completed."),
    "workshops.recommendation_changed": _("A recommendation was changed."),
    "workshops.registered": _("A person got a seat in a workshop."),
    "workshops.recommended": _("A recommendation was recorded."),
    "workshops.record_change_asked": _("Somebody asked for an attendance record to be changed."),
    "workshops.record_change_granted": _("A change of an attendance record was granted."),
    "workshops.record_change_refused": _("A change of an attendance record was refused."),
    "workshops.record_change_taken_back": _("A request to change an attendance record was taken back."),
    "workshops.record_corrected": _("An attendance record was corrected after the register was signed."),
    "workshops.register_opened": _("The register of a session was opened."),
    "workshops.register_signed": _("The register of a session was signed."),
    "workshops.request_declined": _("A request for a workshop was declined."),
    "workshops.request_scheduled": _("A workshop was planned from a request."),
    "workshops.request_taken_back": _("A request for a workshop was taken back."),
    "workshops.requested": _("A workshop was asked for."),
    "workshops.room_added": _("A room was added."),
    "workshops.room_changed": _("A room was changed."),
    "workshops.room_removed": _("A room was removed."),
    "workshops.roster_nominated": _("A list of people was nominated for a workshop."),
    "workshops.roster_registered": _("A list of people was registered for a workshop."),
    "workshops.running": _("A workshop began."),
    "workshops.scan_kept": _("A scan of a signed register was kept."),
    "workshops.scheduled": _("A workshop was planned."),
    "workshops.seats_released": _("Seats that were kept for agencies were opened to all."),
    "workshops.seats_set": _("The seats of a workshop were set."),
    "workshops.session_added": _("A session was added."),
    "workshops.session_changed": _("A session was changed."),
    "workshops.session_removed": _("A session was removed."),
    "workshops.sessions_shifted": _("The sessions of a workshop were moved to other days."),
    "workshops.test_closed": _("A test of a workshop was closed."),
    "workshops.test_opened": _("A test of a workshop was opened."),
}
# What becomes of a registration is recorded by its new state.
_REGISTRATIONS: dict[str, Words] = {
    "workshops.registration_nominated": _("A person was nominated for a workshop."),
    "workshops.registration_invited": _("A person was invited to a workshop."),
    "workshops.registration_pending": _("A person registered for a workshop and waits for approval."),
    "workshops.registration_waitlisted": _("A person was put on the waiting list of a workshop."),
    "workshops.registration_offered": _("A person was offered a seat in a workshop."),
    "workshops.registration_lapsed": _("The offer of a seat in a workshop ran out."),
    "workshops.registration_rejected": _("A registration for a workshop was rejected."),
    "workshops.registration_withdrawn": _("A registration for a workshop was withdrawn."),
    "workshops.registration_replaced": _("Somebody else took a person’s seat in a workshop."),
}

_PROGRAMMES: dict[str, Words] = {
    "programmes.changed": _("A programme was changed."),
    "programmes.completed": _("A programme was completed by a person."),
    "programmes.component_added": _("A component of a programme was added."),
    "programmes.component_changed": _("A component of a programme was changed."),
    "programmes.component_removed": _("A component of a programme was removed."),
    "programmes.created": _("A programme was added."),
    "programmes.indicator_added": _("An indicator was added."),
    "programmes.indicator_changed": _("An indicator was changed."),
    "programmes.indicator_removed": _("An indicator was removed."),
    "programmes.milestone_added": _("A milestone was added."),
    "programmes.milestone_changed": _("A milestone was changed."),
    "programmes.milestone_removed": _("A milestone was removed."),
    "programmes.programmepartner_added": _("A partner of a programme was added."),
    "programmes.programmepartner_changed": _("A partner of a programme was changed."),
    "programmes.programmepartner_removed": _("A partner of a programme was removed."),
    "programmes.reportingperiod_added": _("A reporting period was added."),
    "programmes.reportingperiod_changed": _("A reporting period was changed."),
    "programmes.reportingperiod_removed": _("A reporting period was removed."),
    "programmes.rule_set": _("The rule of a programme was set."),
    "programmes.targetagency_added": _("An agency was made a target of a programme."),
    "programmes.targetagency_changed": _("An agency that is a target of a programme was changed."),
    "programmes.targetagency_removed": _("An agency is no longer a target of a programme."),
    "programmes.targets_set": _("The targets of an indicator were set."),
    "programmes.value_corrected": _("The value of an indicator was corrected."),
    "programmes.value_entered": _("The value of an indicator was entered."),
}

_CERTIFICATES: dict[str, Words] = {
    "certificates.awarded": _("A certificate was awarded."),
    "certificates.design_changed": _("A design of certificates was changed."),
    "certificates.downloaded": _("A certificate was downloaded."),
    "certificates.erased": _("What a certificate says was erased."),
    "certificates.extended": _("The signature of a certificate was extended."),
    "certificates.key_given_up": _("A signing key was given up."),
    "certificates.list_downloaded": _("A list of certificates was downloaded."),
    "certificates.list_read": _("A list of certificates was read."),
    "certificates.paper_entered": _("A certificate on paper was entered."),
    "certificates.papers_entered": _("A list of certificates on paper was entered."),
    "certificates.privacy_set": _("It was chosen how much a certificate tells."),
    "certificates.read": _("A certificate was read."),
    "certificates.reissued": _("A certificate was issued anew."),
    "certificates.revoked": _("A certificate was revoked."),
    "certificates.run_paused": _("Work on many certificates was paused."),
    "certificates.run_resumed": _("Work on many certificates went on."),
    "certificates.run_retried": _("Work on many certificates was tried again."),
    "certificates.run_started": _("Work on many certificates was started."),
    "certificates.sealed": _("A certificate was sealed."),
    "certificates.superseded": _("A certificate was replaced by another one."),
    "certificates.suspended": _("A certificate was suspended."),
    "certificates.suspension_lifted": _("A certificate is valid again."),
}

_REPORTS: dict[str, Words] = {
    "reports.file_asked": _("A file of a report was asked for."),
    "reports.file_asked_again": _("A file of a report was asked for again."),
    "reports.file_cancelled": _("A file of a report was given up."),
    "reports.file_fetched": _("A file of a report was downloaded."),
    "reports.file_made": _("A file of a report was made."),
    "reports.frozen": _("A report was frozen."),
    "reports.read": _("A report that names people was read."),
    "reports.refused": _("A report was refused."),
}

ACTIONS: dict[str, Words] = {
    **_PEOPLE,
    **_AGENCIES,
    **_SIGN_INS,
    **_ASSESSMENTS,
    **_COURSES,
    **_WORKSHOPS,
    **_REGISTRATIONS,
    **_PROGRAMMES,
    **_CERTIFICATES,
    **_REPORTS,
}
# What tells that somebody looked at, or took along, data of people.
READING = (
    "certificates.downloaded", "certificates.list_downloaded", "certificates.list_read", "certificates.read",
    "people.agency_people_read", "people.own_data_exported", "people.own_data_read", "people.sights_read",
    "people.viewed_as", "people.viewing_started", "reports.file_fetched", "reports.read",
    "workshops.people_downloaded", "workshops.people_read",
)  # fmt: skip


def sentence_of(action: str) -> str:
    """Return what an action is called in the language of the page; an action of a later release is named as it is.

    >>> sentence_of("somewhere.something")
    'Other: somewhere.something'
    """
    known = ACTIONS.get(action)
    return str(known) if known is not None else translated("Other: %(action)s") % {"action": action}


def actions_saying(text: str) -> list[str]:
    """Return the keys whose sentence, in the language of the page, or whose name has `text`, however it is written."""
    wanted = text.strip().casefold()
    return [key for key, words in ACTIONS.items() if wanted in str(words).casefold() or wanted in key]
