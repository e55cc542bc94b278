"""How dates, numbers and titles stand in an official document."""

import re
from datetime import date, datetime
from math import ceil, inf

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

register = template.Library()

DIGITS = "零一二三四五六七八九"
WEEKDAYS = "一二三四五六日"
COUNTED = "次届年月日号项"
STOPS = "。！？；：…"
LINE = 20  # Chinese characters of a title in a line
TEXT_WIDTH = 442  # points
QUOTED = re.compile("“[^”]*”|《[^》]*》|第[0-9]+次会议")
JOINTS = re.compile("(?<=[的与和、])|(?=联席会议|第[0-9]+次)")  # where a long name is two
BROKEN = 500  # what it costs that a name is; more than any shape
AROUND_FIGURES = re.compile(
    "(?<=[\u4e00-\u9fff]) (?=[0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])"
)
OPENING, CLOSING = "《“‘（〔", "》”’）〕、，；："


@register.filter
def paper_date(day: date | None) -> str:
    """2026年11月20日; nothing where there is no day yet."""
    if isinstance(day, datetime):
        day = localtime(day).date()
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def paper_time(moment: datetime | None) -> str:
    """上午9:30, in the time of the office."""
    if moment is None:
        return ""
    local = localtime(moment)
    half = "上午" if local.hour < 12 else "中午" if local.hour == 12 else "下午"
    hour = local.hour - 12 if local.hour > 12 else local.hour
    return f"{half}{hour}:{local:%M}"


@register.filter
def paper_moment(moment: datetime | None) -> str:
    """2026年3月20日（星期五）上午9:30."""
    if moment is None:
        return ""
    weekday = WEEKDAYS[localtime(moment).weekday()]
    return f"{paper_date(moment)}（星期{weekday}）{paper_time(moment)}"


@register.filter
def paper_paragraphs(text: str) -> SafeString:
    """One paragraph for each line of what a user typed."""
    lines = (line.strip() for line in str(text or "").splitlines())
    return format_html_join("\n", "<p>{}</p>", ((line,) for line in lines if line))


@register.filter
def paper_number(number: int) -> str:
    """一 … 九百九十九, the first and second level of numbers."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds and tens == 1:
        return "十" + (DIGITS[ones] if ones else "")
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += f"{DIGITS[tens]}十"
    elif hundreds and ones:
        said += DIGITS[0]
    return said + DIGITS[ones] if ones else said


@register.filter
def paper_sentence(text: str) -> str:
    """In one paragraph, with a stop at its end whether or not the user typed one."""
    text = "".join(line.strip() for line in str(text or "").splitlines())
    return text if not text or text[-1] in STOPS else f"{text}。"


@register.filter
def paper_figures(text: str) -> str:
    """As on the screen, but for the spaces around figures: 第1次会议."""
    return AROUND_FIGURES.sub("", text)


@register.filter
def paper_quoted(text: str) -> str:
    """In quotation marks; those inside become single ones."""
    return f"“{text.translate(str.maketrans('“”', '‘’'))}”"


@register.filter
def masthead_size(text: str) -> str:
    """As large as fits in one line, 42 points at most."""
    return f"{min(42, TEXT_WIDTH // max(len(text), 1))}pt"


@register.filter
def longest(names: list[str]) -> str:
    """The longest of these names."""
    return max(names, key=len)


@register.filter
def spread(name: str, widest: str) -> str:
    """The space between the signs of a name that makes it as wide as the widest."""
    return f"{(len(widest) - len(name)) / max(len(name) - 1, 1):.3f}em"


@register.filter
def paper_title(text: str, whole: str = "") -> SafeString:
    """A title in lines of like length that break no sign, number, quotation, nor `whole`.

    A name longer than a line is broken between the names or words it is made of. Where a
    word is broken all the same, a line break typed into the title is kept.
    """
    lines = text.split("\n") if "\n" in text else _lines(text, whole)
    return format_html_join(SafeString("<br>"), "{}", ((line.strip(),) for line in lines))


def _lines(text: str, whole: str) -> list[str]:
    """The cheapest way to break the title into as few lines as it needs, or one more."""
    if not text:
        return [text]
    count = ceil(_width(text) / LINE)
    inside = _inside(text, whole)
    ways = (_broken(text, inside, lines) for lines in (count, count + 1, count + 2))
    return min(ways, key=lambda way: (way[0] >= BROKEN, len(way[1])))[1]


def _inside(text: str, whole: str) -> set[int]:
    """Where a line must not end, as it would break the name, what is quoted, or a part."""
    kept = [each.span() for each in QUOTED.finditer(text)]
    if whole and whole in text:
        kept.append((text.find(whole), text.find(whole) + len(whole)))
    return {place for start, end in kept for place in _within(text[start:end], start)}


def _within(name: str, start: int) -> set[int]:
    """The places in a name that begins at `start`, but where it is two if it is long."""
    joints = JOINTS.finditer(name) if _width(name) > LINE else ()
    return {*range(start + 1, start + len(name))} - {
        start + each.start() for each in joints
    }


def _broken(text: str, inside: set[int], count: int) -> tuple[float, list[str]]:
    """What it costs to set the title in just so many lines, and the lines."""
    ideal = _width(text) / count
    best: dict[int, tuple[float, list[str]]] = {0: (0, [])}
    for _line in range(count):
        longer: dict[int, tuple[float, list[str]]] = {}
        for start, (cost, lines) in best.items():
            for end in range(start + 1, len(text) + 1):
                width = _width(text[start:end])
                if width > LINE:
                    break
                price = cost + (width - ideal) ** 2 + _price(text, end)
                price += BROKEN if end in inside else 0
                if end not in longer or price < longer[end][0]:
                    longer[end] = (price, [*lines, text[start:end]])
        best = longer
    return best.get(len(text), (inf, []))


def _width(text: str) -> float:
    return sum(0.6 if each.isascii() else 1 for each in text)


def _price(text: str, place: int) -> int:
    """What it costs the reader that a line ends here."""
    if place == len(text):
        return 0
    before, after = text[place - 1], text[place]
    if after in CLOSING or before in OPENING or _is_in_a_number(before, after):
        return 1000
    if after in OPENING or before in CLOSING or text[place:].startswith("关于"):
        return 0
    return 10 if before in "的和与" else 100


def _is_in_a_number(before: str, after: str) -> bool:
    """Between two figures, or between a figure and what it counts: 第1次, 2026年."""
    if before == "第":
        return after.isascii() or after in DIGITS
    counted = after.isascii() or after in COUNTED
    return before.isascii() and before.isalnum() and counted
