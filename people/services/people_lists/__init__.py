"""Lists with people and their memberships: planned row by row, taken all at once, undone for a day, and taken out."""

from people.services.people_lists.exporting import TYPES, export_people, members_to_export
from people.services.people_lists.fetching import open_sent_file
from people.services.people_lists.forgetting import forget_files, forget_lists
from people.services.people_lists.keeping import (
    ask_to_take,
    decide_rows,
    drop_list,
    options_of,
    read_again,
    read_people_list,
    send_list,
)
from people.services.people_lists.planning import NEW, SKIP, Entry, plan_list
from people.services.people_lists.taking import import_people, take_people_list
from people.services.people_lists.telling import Step, Told, told_of
from people.services.people_lists.undoing import UNDO_WITHIN, ask_to_undo, undo_people_list

__all__ = [
    "NEW", "SKIP", "TYPES", "UNDO_WITHIN", "Entry", "Step", "Told", "ask_to_take", "ask_to_undo", "decide_rows",
    "drop_list", "export_people", "forget_files", "forget_lists", "import_people", "members_to_export",
    "open_sent_file", "options_of", "plan_list", "read_again", "read_people_list", "send_list", "take_people_list",
    "told_of", "undo_people_list",
]  # fmt: skip
