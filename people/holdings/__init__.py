"""What is held about people, where, and what becomes of it: a registry that every app fills.

Each foreign key to a person or an account is registered by the app that owns it (those of libraries and of the apps
below `people` are registered here), with what the person is shown of it, what an erasure does and what a merge does. A
test walks all models and fails for a key that nobody thought about.
"""

from people.holdings.below import HOLDINGS_BELOW, HOLDINGS_OF_MINISTRIES
from people.holdings.own import HOLDINGS
from people.holdings.registry import (
    Eraser,
    Erasing,
    Holding,
    Keeper,
    Merging,
    erasers,
    holdings,
    keepers,
    register,
    register_eraser,
    register_keeper,
    uncovered,
)

__all__ = [
    "HOLDINGS", "HOLDINGS_BELOW", "HOLDINGS_OF_MINISTRIES", "Eraser", "Erasing", "Holding", "Keeper", "Merging",
    "erasers", "holdings", "keepers", "register", "register_eraser", "register_keeper", "uncovered",
]  # fmt: skip
