"""Small cells: what a published table has to hide so that nobody can work out a count of fewer than k persons.

Hidden are counts from 1 to k − 1 (k = 5 inside a programme, 10 outside) and as few others as it takes until each hidden
figure may have at least three values for a reader who knows every published figure and total, that counts are whole and
not negative, and why figures are hidden: each connected block of hidden figures holds one from 1 to k − 1. Two figures
are of one block when they stand in the same row or in the same column, or are connected by others that do. Zeros may be
hidden for others. Two hidden figures that sum to 2 are not enough. A row or column that totals 1 to k − 1 loses its
total, and so does whatever gives that total away. `reader` has a worked example.

Values in, values out, standard library only; each module does one thing:

    tables    two-way tables, and single columns as tables
    linked    three two-way tables with common totals
    lists     columns of counts nested in one another, rates
    network   tables as networks
    reader    what a reader can find out
    search    which figures to hide besides
    reading   a table from a file
    rows      rows about one person each

A. Hundepool et al., Statistical Disclosure Control (Wiley 2012), chapter 4, has the terms: what is hidden for itself is
called primary, what is hidden for others secondary or complementary, and what a hidden cell may be its feasibility
interval.

Not protected: what only follows from all three linked tables coming from one list of persons (bounds of Fréchet), and
what somebody inside a small group knows of the others by being one of them.
"""

from reports.suppression.linked import protect_linked
from reports.suppression.lists import ProtectedList, hidden_rates, protect_nested
from reports.suppression.rows import OTHER, coarsened
from reports.suppression.tables import Protected, Table, protect

__all__ = [
    "OTHER",
    "Protected",
    "ProtectedList",
    "Table",
    "coarsened",
    "hidden_rates",
    "protect",
    "protect_linked",
    "protect_nested",
]
