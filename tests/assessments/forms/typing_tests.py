"""What a browser posts of the editor of a test when nothing in it is touched."""

from typing import Any

from django.http import QueryDict
from django.test import Client

from assessments.forms import TestEditor


def typed_in(editor: TestEditor, **changes: Any) -> QueryDict:
    """Return every field of the editor as it stands on the page, with changes; names with "__" for "-"."""
    data = QueryDict(mutable=True)
    data["base"] = editor.base
    forms = [editor.rules, editor.shown, editor.sections.management_form, *editor.sections.forms]
    for field in (field for form in forms for field in form):
        values = _posted(field)
        if values:
            data.setlist(field.html_name, values)
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def post(client: Client, address: str, data: QueryDict) -> Any:
    """Send it as a browser does: every value of a name."""
    return client.post(address, data.urlencode(), content_type="application/x-www-form-urlencoded")


def _posted(field: Any) -> list[str]:
    value = field.value()
    if field.field.widget.__class__.__name__ == "CheckboxInput":
        return ["on"] if value else []
    if isinstance(value, list):
        return [str(each) for each in value]
    if hasattr(value, "strftime"):
        return [value.strftime("%Y-%m-%dT%H:%M")]
    return ["" if value is None else str(value)]
