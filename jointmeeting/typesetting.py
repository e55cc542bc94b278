"""What WeasyPrint lacks for Chinese official documents: a steady grid, justified lines.

`install` puts both in. They replace private functions of weasyprint 70.0: pin that
version, and let a test measure a page (22 lines, 28 characters).
"""

import re

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

CHINESE = re.compile(
    "[\u2018-\u201d\u2014\u2026\u3000-\u303f\u3400-\u9fff"
    "\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
WIDEST_STRETCH = 2.5  # em a line; what lacks more stays ragged
FEWEST_CHARACTERS = 8  # below this a line is justified at its spaces, if at all

# Unicode before 15.1 glues a quotation mark to both its neighbours.
AT_QUOTES = re.compile(
    "(?<=[\u3001\u3002\u300b\u3400-\u9fff\uff01\uff09\uff0c\uff1a\uff1b\uff1f])(?=[\u2018\u201c])"
    "|(?<=[\u2019\u201d])(?=[\u300a\u3014\u3400-\u9fff\uff08])"
)

_line_metrics = line_break.first_line_metrics
_justify_at_spaces = inline.justify_line
_set_text = line_break.Layout.set_text
_font_metrics: dict[tuple, tuple] = {}  # of the one FontConfiguration of this process


def with_breaks(text: str) -> str:
    """Let a line end before an opening mark and after a closing one; nothing is drawn."""
    return AT_QUOTES.sub("\u200b", text)


def first_line_metrics(
    line, text, layout, resume_at, space_collapse, style, *args, **kwargs
):
    """Measure a line by the first font of its chain, whatever font fills its gaps."""
    metrics = _line_metrics(
        line, text, layout, resume_at, space_collapse, style, *args, **kwargs
    )
    if style["line_height"] == "normal":
        return metrics
    font = ("font_family", "font_size", "font_weight", "font_style")
    key = tuple(style[name] for name in font)
    if key not in _font_metrics:
        sample = line_break.create_layout("国", style, None, None, 0)
        first, _ = sample.get_first_line()
        measured = _line_metrics(first, "国", sample, None, space_collapse, style)
        _font_metrics[key] = measured[4:]
    return *metrics[:4], *_font_metrics[key]


def justify_line(context, line, extra):
    """Spread what a line lacks over its Chinese characters."""
    count = _count(line)
    if count <= FEWEST_CHARACTERS or line.style["direction"] == "rtl":
        _justify_at_spaces(context, line, extra)
    elif extra <= WIDEST_STRETCH * line.style["font_size"]:
        _stretch(context, line, extra / (count - 1), 0)


def _count(box):
    if isinstance(box, boxes.TextBox):
        return len(CHINESE.findall(box.text))
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return sum(_count(child) for child in box.children)
    return 0


def _stretch(context, box, gap, advance):
    """Widen the box by a gap per Chinese character; return where the next one starts."""
    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        if count := _count(box):
            layout = line_break.create_layout(box.text, box.style, context, None, 0)
            layout.chinese_gap = gap
            layout.deactivate()
            box.pango_layout = layout
            box.width += gap * count
            advance += gap * count
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += advance
        start = advance
        for child in box.children:
            if child.is_in_normal_flow():
                advance = _stretch(context, child, gap, advance)
        box.width += advance - start
    else:
        box.translate(advance, 0)
    return advance


def set_text(self, text, justify=False):
    """Draw with the gap found by `_stretch`, as letter spacing on Chinese characters."""
    _set_text(self, text, justify)
    gap = getattr(self, "chinese_gap", 0)
    if not (justify and gap and self.text):
        return
    spacing = self.style["letter_spacing"]
    spacing = gap + (0 if spacing == "normal" else spacing)
    attributes = pango.pango_layout_get_attributes(self.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for match in CHINESE.finditer(self.text):
        attribute = pango.pango_attr_letter_spacing_new(int(spacing * TO_UNITS))
        attribute.start_index = len(self.text[: match.start()].encode())
        attribute.end_index = len(self.text[: match.end()].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(self.layout, attributes)


def install() -> None:
    line_break.first_line_metrics = first_line_metrics
    inline.justify_line = justify_line
    line_break.Layout.set_text = set_text


def uninstall() -> None:
    """Leave WeasyPrint as it comes, to measure what the hooks cost."""
    line_break.first_line_metrics = _line_metrics
    inline.justify_line = _justify_at_spaces
    line_break.Layout.set_text = _set_text
