"""Statistics of tests: how a test and each of its questions measure. Values in, values out, standard library only.

`analyse` does everything; each module does one thing and says in its docstrings by which formula:

    figures       a value, or the reason why there is none
    matrix        the marks, as whole numbers
    moments       sums, correlation, skewness, kurtosis
    consistency   alpha, KR-20, error ratio, standard error
    overall       the figures of a test
    items         the figures of each question
    options       who chose what
    guessing      what a blind guess earns
    differential  harder in one language than in another?
    groups        by language and by agency, from ten attempts on
    findings      what stands out, as data
    wording       findings and reasons as sentences
    tables        marks from CSV files
"""

from assessments.statistics.analysis import Analysis, Answers, Item, ItemAnalysis, analyse
from assessments.statistics.figures import Figure, Reason
from assessments.statistics.guessing import random_guess

__all__ = ["Analysis", "Answers", "Figure", "Item", "ItemAnalysis", "Reason", "analyse", "random_guess"]
