"""Where a holder takes a certificate: the address by which a profile elsewhere takes it over."""

from datetime import date
from urllib.parse import urlencode

# LinkedIn's "Add to profile": https://addtoprofile.linkedin.com/
_LINKEDIN = "https://www.linkedin.com/profile/add"


def linkedin_address(
    *, name: str, organisation: str, issued: date, expires: date | None, code: str, address: str
) -> str:
    """Return the address that opens LinkedIn's form with everything filled in. Nothing is sent before it is followed.

    >>> linkedin_address(name="M1", organisation="A & B", issued=date(2026, 3, 9), expires=None, code="X", address="h")
    'https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=M1&organizationName=A+%26+B&issueYear=2026&issueMonth=3&certUrl=h&certId=X'
    """
    said = {
        "startTask": "CERTIFICATION_NAME",
        "name": name,
        "organizationName": organisation,
        "issueYear": issued.year,
        "issueMonth": issued.month,
    }
    if expires is not None:
        said |= {"expirationYear": expires.year, "expirationMonth": expires.month}
    return f"{_LINKEDIN}?{urlencode({**said, 'certUrl': address, 'certId': code})}"
