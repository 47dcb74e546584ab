"""Blocks name other things by codes that can stand in an address."""

import pytest
from django.core.exceptions import ValidationError

from core.blocks import CodeBlock


@pytest.mark.parametrize("code", ["M1-P11", "right-to-health", "S34", "M1.2_b"])
def test_codes_are_letters_digits_dots_and_hyphens(code: str) -> None:
    assert CodeBlock().clean(code) == code


@pytest.mark.parametrize("code", ["right to health", "-x", "a/b", "право", "<b>"])
def test_anything_else_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        CodeBlock().clean(code)


def test_a_translator_never_sees_a_code() -> None:
    block = CodeBlock()

    assert (block.get_translatable_segments("S34"), block.restore_translated_segments("S34", [])) == ([], "S34")
