"""Belarusian formats, which Django does not ship: 9 сакавіка 2026 г., 09.03.2026, 12 345,67, Monday first."""

DATE_FORMAT = "j E Y\N{NO-BREAK SPACE}г."
SHORT_DATE_FORMAT = "d.m.Y"
DATETIME_FORMAT = "j E Y\N{NO-BREAK SPACE}г., H:i"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j E"
YEAR_MONTH_FORMAT = "F Y\N{NO-BREAK SPACE}г."
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%d.%m.%Y %H:%M", "%d.%m.%y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\N{NO-BREAK SPACE}"
NUMBER_GROUPING = 3
