import pytest

from programmes.models import Programme
from programmes.rule_words import demands


@pytest.mark.parametrize(
    ("rule", "parts", "said"),
    [
        ({}, (0, 0), []),
        ({}, (1, 0), ["1 module"]),
        ({"modules_needed": 4}, (4, 0), ["All 4 modules"]),
        ({"modules_needed": 3}, (4, 0), ["3 of the 4 modules, in any order"]),
        ({"threshold": 0}, (0, 2), []),
        (
            {"threshold": 80, "test_required": True, "pass_mark": 70, "evaluation_invited": True},
            (2, 2),
            [
                "All 2 modules",
                "80 % of the hours of all workshops together",
                "The test after each workshop, passed with 70 %",
                "Being asked for an evaluation, which nobody has to answer",
            ],
        ),
    ],
)
def test_a_certificate_asks_only_for_what_the_programme_has(rule, parts, said):
    assert demands(Programme(**rule), *parts) == said
