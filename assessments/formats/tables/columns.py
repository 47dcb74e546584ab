"""The columns of a table of questions and the words that stand in them, in three languages.

Of several words for the same the first is the one that files of that language are written with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.vocabularies import Names, Vocabulary

LANGUAGES = ("en", "ru", "be")
# The letters by which people number answers. Lists in Russian and Belarusian leave ё, й and the signs out.
LATIN, CYRILLIC = ascii_lowercase, "абвгдежзиклмнопрстуфхцчшщэ"
MOST_ANSWERS, MOST_HINTS, MOST_CRITERIA = len(LATIN), 5, 20


@dataclass(frozen=True)
class Column:
    """A column, or as many of them as `most` says, numbered from 1. `explained` says what to write there.

    `width` is in letters. A column of `texts` holds words of the question, which differ between languages.
    """

    key: str
    names: Names
    explained: str | Promise
    width: int = 14
    most: int = 0
    texts: bool = False

    def heading(self, language: str, number: int = 0) -> str:
        """Return what stands above the column in a file of that language."""
        name = self.names.get(language, self.names["en"])[0]
        return f"{name} {number}" if number else name


COLUMNS = (
    Column(
        "code",
        {"en": ("code", "identifier", "id"), "ru": ("код", "шифр"), "be": ("код", "шыфр")},
        _("A sign of your own for the question. Rows with the same code are one question in several languages."),
    ),
    Column(
        "language",
        {"en": ("language",), "ru": ("язык",), "be": ("мова",)},
        _("The language of this row: en, ru or be. Empty: the one that you choose when you send the file."),
        8,
    ),
    Column(
        "name",
        {
            "en": ("name", "title", "question name"),
            "ru": ("название", "название вопроса", "имя"),
            "be": ("назва", "назва пытання"),
        },
        _("A short name by which editors find the question. Learners do not see it."),
        24,
        texts=True,
    ),
    Column(
        "type",
        {"en": ("type", "question type"), "ru": ("тип", "тип вопроса"), "be": ("тып", "тып пытання")},
        _("Choose from the list. Empty: taken from the answers where they leave no doubt."),
        24,
    ),
    Column(
        "category",
        {"en": ("category",), "ru": ("категория",), "be": ("катэгорыя",)},
        _("Where the question is filed, from the top down, with “ / ” between the names."),
        24,
    ),
    Column(
        "tags",
        {"en": ("tags", "tag"), "ru": ("метки", "теги"), "be": ("тэгі", "меткі")},
        _('Words with commas between them. A word with a comma in it stands in quotation marks (").'),
        18,
    ),
    Column(
        "situation",
        {
            "en": ("situation", "case", "scenario"),
            "ru": ("ситуация", "случай", "случай из практики"),
            "be": ("сітуацыя", "выпадак", "выпадак з практыкі"),
        },
        _("What is read before the question, such as a case from practice."),
        40,
        texts=True,
    ),
    Column(
        "question",
        {
            "en": ("question", "question text", "stem"),
            "ru": ("вопрос", "текст вопроса", "задание"),
            "be": ("пытанне", "тэкст пытання", "заданне"),
        },
        _("What is asked. Only a text with gaps can do without it."),
        50,
        texts=True,
    ),
    Column(
        "text",
        {
            "en": ("text with gaps", "text"),
            "ru": ("текст с пропусками", "текст"),
            "be": ("тэкст з пропускамі", "тэкст"),
        },
        _(
            "For gap fill: the gaps as Moodle writes them, such as {1:SHORTANSWER:=health}. For select missing words: "
            "[[1]] where answer 1 belongs."
        ),
        50,
        texts=True,
    ),
    Column(
        "answer",
        {
            "en": ("answer", "option", "variant", "choice"),
            "ru": ("ответ", "вариант", "вариант ответа"),
            "be": ("адказ", "варыянт", "варыянт адказу"),
        },
        _(
            "An option; an accepted text or number; true or false; the line of a pair; an item of an order, the first "
            "one first; a word for a gap."
        ),
        28,
        MOST_ANSWERS,
        texts=True,
    ),
    Column(
        "credit",
        {
            "en": ("credit", "grade", "fraction"),
            "ru": ("доля", "балл", "зачёт"),
            "be": ("частка", "бал", "залік"),
        },
        _(
            "What the answer earns in per cent: 100 or x for everything, empty for nothing, less than 0 to take off. "
            "Where numbers and texts are typed, empty means everything."
        ),
        9,
        MOST_ANSWERS,
    ),
    Column(
        "feedback",
        {"en": ("feedback", "comment"), "ru": ("комментарий", "отзыв"), "be": ("каментарый", "водгук")},
        _("What is said to whoever gives this answer."),
        28,
        MOST_ANSWERS,
        texts=True,
    ),
    Column(
        "tolerance",
        {"en": ("tolerance", "error"), "ru": ("погрешность", "допуск"), "be": ("хібнасць", "допуск")},
        _("How far a number may lie from the right one. With the sign for per cent it is a part of that number."),
        11,
        MOST_ANSWERS,
    ),
    Column(
        "match",
        {
            "en": ("match", "belongs to"),
            "ru": ("соответствие", "пара"),
            "be": ("адпаведнасць", "пара"),
        },
        _(
            "Matching: what belongs to the line; without a line it fits none. Select missing words: the numbers of the "
            "gaps that offer this word, 0 for none; empty means all."
        ),
        28,
        MOST_ANSWERS,
        texts=True,
    ),
    Column(
        "right",
        {
            "en": (
                "right answer",
                "right",
                "right answers",
                "correct",
                "correct answer",
                "correct answers",
                "answer key",
                "answer",
            ),
            "ru": (
                "верный ответ",
                "верные ответы",
                "правильный ответ",
                "правильные ответы",
                "верно",
                "правильно",
                "ключ",
                "ответ",
            ),
            "be": ("правільны адказ", "правільныя адказы", "правільна", "ключ", "адказ"),
        },
        _("Instead of credits: the letters or numbers of the right answers, such as B or A, C or 1; 3."),
        12,
    ),
    Column(
        "unit",
        {
            "en": ("unit", "unit of measure"),
            "ru": ("единица", "единица измерения"),
            "be": ("адзінка", "адзінка вымярэння"),
        },
        _("What stands behind the number."),
        texts=True,
    ),
    Column(
        "grading",
        {
            "en": ("marking of the order", "grading"),
            "ru": ("оценка порядка",),
            "be": ("ацэнка парадку",),
        },
        _("What earns marks in an order: neighbours, everything or nothing, the longest run, the longest subset."),
        22,
    ),
    Column(
        "case_sensitive",
        {
            "en": ("case sensitive", "capitals count"),
            "ru": ("учитывать регистр",),
            "be": ("улічваць рэгістр",),
        },
        _("“yes” when capitals and small letters differ in a typed answer."),
    ),
    Column(
        "yo_sensitive",
        {"en": ("ё is not е", "yo sensitive"), "ru": ("различать ё и е",), "be": ("адрозніваць ё і е",)},
        _("“yes” when ё and е differ in a typed answer."),
    ),
    Column(
        "keep_order",
        {"en": ("keep order", "do not shuffle"), "ru": ("не перемешивать",), "be": ("не перамешваць",)},
        _("“yes” when the options keep the order in which they stand here."),
    ),
    Column(
        "last",
        {"en": ("stay last",), "ru": ("остаются в конце",), "be": ("застаюцца ў канцы",)},
        _("The letters or numbers of answers that stay at the end when options are shuffled."),
    ),
    Column(
        "explanation",
        {
            "en": ("explanation", "general feedback", "feedback"),
            "ru": ("объяснение", "пояснение", "общий комментарий"),
            "be": ("тлумачэнне", "агульны каментарый"),
        },
        _("What everybody reads after the answer."),
        40,
        texts=True,
    ),
    Column(
        "hint",
        {"en": ("hint",), "ru": ("подсказка",), "be": ("падказка",)},
        _("What helps, one after the other, where somebody practises."),
        28,
        MOST_HINTS,
        texts=True,
    ),
    Column(
        "rubric",
        {
            "en": ("rubric", "notes for markers"),
            "ru": ("указания по оценке", "как оценивать"),
            "be": ("указанні па ацэнцы", "як ацэньваць"),
        },
        _("How the answer to an essay is marked."),
        40,
        texts=True,
    ),
    Column(
        "criterion",
        {"en": ("criterion",), "ru": ("критерий",), "be": ("крытэрый",)},
        _("What a marker of an essay looks at."),
        28,
        MOST_CRITERIA,
        texts=True,
    ),
    Column(
        "points",
        {"en": ("points",), "ru": ("баллы за критерий", "баллы"), "be": ("балы за крытэрый", "балы")},
        _("The most points for this criterion, from 1 to 100."),
        9,
        MOST_CRITERIA,
    ),
    Column(
        "model_answer",
        {
            "en": ("model answer", "sample answer"),
            "ru": ("образец ответа", "пример ответа"),
            "be": ("узор адказу", "прыклад адказу"),
        },
        _("An answer to the essay that would earn everything."),
        40,
        texts=True,
    ),
    Column(
        "format",
        {"en": ("format", "text format"), "ru": ("формат", "формат текста"), "be": ("фармат", "фармат тэксту")},
        _(
            "How the texts of the row are written: plain (if empty), html, markdown or moodle. A text written in "
            "another way says so in front, such as [html]."
        ),
        10,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}

TYPES = Vocabulary(
    {
        "single_choice": {
            "en": ("single choice", "one answer", "one right answer", "multiple choice", "single", "radio"),
            "ru": ("один правильный ответ", "один ответ", "одиночный выбор", "один верный ответ", "один вариант"),
            "be": ("адзін правільны адказ", "адзін адказ", "адзін варыянт"),
        },
        "multiple_response": {
            "en": ("multiple response", "several answers", "multiple answers", "several right answers", "checkboxes"),
            "ru": (
                "несколько правильных ответов",
                "несколько ответов",
                "множественный выбор",
                "несколько верных ответов",
                "несколько вариантов",
            ),
            "be": ("некалькі правільных адказаў", "некалькі адказаў", "множны выбар", "некалькі варыянтаў"),
        },
        "true_false": {
            "en": ("true or false", "true/false", "true false", "yes or no"),
            "ru": ("верно или неверно", "верно/неверно", "верно неверно", "да или нет", "да/нет"),
            "be": ("правільна або няправільна", "правільна/няправільна", "праўда або няпраўда", "так або не", "так/не"),
        },
        "matching": {
            "en": ("matching", "match", "pairs"),
            "ru": ("соответствие", "на соответствие", "сопоставление", "пары"),
            "be": ("адпаведнасць", "на адпаведнасць", "супастаўленне", "пары"),
        },
        "ordering": {
            "en": ("ordering", "order", "sequence"),
            "ru": ("порядок", "последовательность", "упорядочивание"),
            "be": ("парадак", "паслядоўнасць", "упарадкаванне"),
        },
        "numerical": {
            "en": ("numerical", "number", "numeric"),
            "ru": ("числовой ответ", "число", "числовой"),
            "be": ("лікавы адказ", "лік", "лікавы"),
        },
        "short_answer": {
            "en": ("short answer", "short text"),
            "ru": ("краткий ответ", "короткий ответ"),
            "be": ("кароткі адказ", "сціслы адказ"),
        },
        "gap_fill": {
            "en": ("gap fill", "cloze", "fill in the gaps", "fill in the blanks", "embedded answers"),
            "ru": ("заполнение пропусков", "текст с пропусками", "вложенные ответы", "пропуски"),
            "be": ("запаўненне пропускаў", "тэкст з пропускамі", "укладзеныя адказы", "пропускі"),
        },
        "select_words": {
            "en": ("select missing words", "select words", "missing words"),
            "ru": ("выбор пропущенных слов", "выбор слов", "пропущенные слова"),
            "be": ("выбар прапушчаных слоў", "выбар слоў", "прапушчаныя словы"),
        },
        "essay": {
            "en": ("essay", "long answer"),
            "ru": ("развёрнутый ответ", "эссе", "сочинение", "открытый вопрос"),
            "be": ("разгорнуты адказ", "эсэ", "адкрытае пытанне"),
        },
        "description": {
            "en": ("description", "information"),
            "ru": ("описание", "информация", "текст без вопроса"),
            "be": ("апісанне", "інфармацыя", "тэкст без пытання"),
        },
    }
)
GRADINGS = Vocabulary(
    {
        "relative": {
            "en": ("neighbours", "neighbors"),
            "ru": ("соседи", "пары соседей"),
            "be": ("суседзі", "пары суседзяў"),
        },
        "all_or_nothing": {
            "en": ("everything or nothing",),
            "ru": ("всё или ничего",),
            "be": ("усё або нічога", "усё ці нічога"),
        },
        "longest_run": {
            "en": ("longest run",),
            "ru": ("самый длинный отрезок",),
            "be": ("самы доўгі адрэзак",),
        },
        "longest_subset": {
            "en": ("longest subset",),
            "ru": ("наибольшее число в верном порядке",),
            "be": ("найбольшы лік у правільным парадку",),
        },
    }
)
LANGUAGE_WORDS = Vocabulary(
    {
        "en": {"en": ("en", "english"), "ru": ("английский", "английская"), "be": ("англійская",)},
        "ru": {"en": ("ru", "russian"), "ru": ("русский", "русская"), "be": ("руская",)},
        "be": {"en": ("be", "by", "belarusian"), "ru": ("белорусский", "белорусская"), "be": ("беларуская",)},
    }
)
FORMATS = Vocabulary(
    {
        "plain": {
            "en": ("plain", "text", "plain text"),
            "ru": ("текст", "простой текст"),
            "be": ("тэкст", "просты тэкст"),
        },
        "html": {"en": ("html",)},
        "markdown": {"en": ("markdown", "md")},
        "moodle": {"en": ("moodle", "moodle auto-format")},
    }
)
TRUTHS = Vocabulary(
    {
        "true": {
            "en": ("true",),
            "ru": ("верно", "правда", "истина", "правильно"),
            "be": ("правільна", "праўда", "ісціна"),
        },
        "false": {
            "en": ("false",),
            "ru": ("неверно", "неправда", "ложь", "неправильно"),
            "be": ("няправільна", "няпраўда", "хлусня"),
        },
    }
)
YES_OR_NO = Vocabulary(
    {
        "true": {
            "en": ("yes", "y", "true", "x", "+", "1", "✓", "✔"),
            "ru": ("да", "х", "верно"),
            "be": ("так", "правільна"),
        },
        "false": {"en": ("no", "n", "false", "0"), "ru": ("нет", "неверно"), "be": ("не", "няправільна")},
    }
)


def headings() -> dict[str, list[str]]:
    """Return for the key of each column, such as "unit" and "answer 7", every heading that means it."""
    return {
        key: found
        for column in COLUMNS
        for key, found in (_numbered(column) if column.most else [(column.key, _names(column))])
    }


def heading_of(key: str, language: str) -> str:
    """Return the heading for a key such as "answer 7" in a language."""
    name, _space, number = key.partition(" ")
    return BY_KEY[name].heading(language, int(number or 0))


def _numbered(column: Column) -> Iterator[tuple[str, list[str]]]:
    for number in range(1, column.most + 1):
        signs = [str(number), LATIN[number - 1], CYRILLIC[number - 1]]
        spellings = [f"{name}{space}{sign}" for name in _names(column) for sign in signs for space in (" ", "")]
        yield f"{column.key} {number}", spellings


def _names(column: Column) -> list[str]:
    return [each for several in column.names.values() for each in several]
