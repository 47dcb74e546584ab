"""A lesson from a Word file: what its paragraphs become, and what of them an editor has to look at.

Pure: a document in, blocks of a lesson out, with pictures by their names in the file. What a paragraph is, its style
says, or the word with which it begins (`labels`); nothing is guessed from how it looks.
"""

from courses.formats.word.lesson import Block, Remark, WordLesson
from courses.formats.word.writing import lesson_in

__all__ = ["Block", "Remark", "WordLesson", "lesson_in"]
