"""The faces of printed papers are ready: the first certificate of a process waits for no work on fonts."""

import subprocess
import sys

import pytest

from core.pdf.typefaces import Kerning, face

NAMES = ["text", "italic", "bold", "display"]
DRAWS = "import sys; from core.pdf.typefaces import face; face('display').width('Ў', 10); print(*sys.modules)"


def test_loading_a_face_needs_no_tool_that_works_on_fonts():
    loaded = subprocess.run([sys.executable, "-c", DRAWS], capture_output=True, text=True, check=True).stdout.split()

    assert "reportlab.pdfbase.ttfonts" in loaded
    assert [module for module in loaded if module.startswith("fontTools")] == []


@pytest.mark.parametrize("name", NAMES)
def test_letters_that_fit_under_each_other_stand_closer(name):
    typeface = face(name)

    assert typeface.kern("T", "o") < 0
    assert typeface.kern("n", "n") == 0
    assert typeface.width("To", 100) == pytest.approx(
        typeface.width("T", 100) + typeface.width("o", 100) + typeface.kern("T", "o") / 10
    )


def test_letters_of_a_class_kern_alike_and_a_letter_of_none_not_at_all():
    kerning = Kerning(units=2000, left=["AÁ", "T"], right=["V", "o"], kerns=[[-120, 0], [0, -80]])

    pairs = [("A", "V"), ("Á", "V"), ("A", "o"), ("T", "o"), ("o", "T")]
    assert [kerning.between(*pair) for pair in pairs] == [-60.0, -60.0, 0.0, -40.0, 0.0]


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_of_the_three_languages_can_be_drawn(name):
    letters = "abcdefghijklmnopqrstuvwxyz" + "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіў"

    assert face(name).missing(letters + letters.upper() + "0123456789«»“”’–…№") == []
