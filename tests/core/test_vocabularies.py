"""Words in three languages and what they mean."""

import doctest

from core import vocabularies
from core.vocabularies import Vocabulary


def test_the_examples_hold():
    assert doctest.testmod(vocabularies).failed == 0


def test_files_of_a_language_are_written_with_the_first_word_of_each():
    words = Vocabulary({"yes": {"en": ("yes", "y"), "ru": ("да",)}, "no": {"en": ("no",), "ru": ("нет", "н")}})

    assert words.by_language() == {"en": ["yes", "no"], "ru": ["да", "нет"]}
