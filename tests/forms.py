"""What a page's form would send, as a browser without script would."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select = self._text = ""
        self._options: list[tuple[str, bool]] = []
        self._typed = ""

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "input" and name:
            is_box = has.get("type") in {"checkbox", "radio"}
            if has.get("type") != "file" and (not is_box or "checked" in has):
                self.fields.append((name, has.get("value") or ""))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((has.get("value") or "", "selected" in has))
        elif tag == "textarea":
            self._text, self._typed = name, ""

    def handle_data(self, data):
        if self._text:
            self._typed += data

    def handle_endtag(self, tag):
        if tag == "select" and self._options:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            self.fields.append((self._select, [self._options[0][0], *chosen][-1]))
        elif tag == "textarea":
            self.fields.append((self._text, self._typed.removeprefix("\n")))
            self._text = ""


def sent(page: str) -> dict[str, list[str]]:
    """Every field of the page's form with what stands in it."""
    form = _Form()
    form.feed(page[page.index("<main") :])
    fields: dict[str, list[str]] = {}
    for name, value in form.fields:
        fields.setdefault(name, []).append(value)
    return fields
