"""Where allauth asks us. The one about ministries' own sign-in (`social`) is loaded only where one is configured."""

from people.adapters.account import AccountAdapter, MFAAdapter, UserSessionsAdapter

__all__ = ["AccountAdapter", "MFAAdapter", "UserSessionsAdapter"]
