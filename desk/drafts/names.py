"""What a draft calls its posts, units, sides and classes, as far as it says so."""

from typing import Any

from institutions.reading import spoken


class Names:
    """The things that a rule of the draft may name, by kind: key → name, in their order."""

    def __init__(self, data: dict) -> None:
        words = data.get("words", {})
        self.words = (
            {k: v for k, v in words.items() if isinstance(v, str)}
            if isinstance(words, dict)
            else {}
        )
        said = self.speak(
            {key: data.get(key) for key in ("posts", "sides", "units", "topics")}
        )
        topics = said["topics"] if isinstance(said["topics"], dict) else {}
        classes = topics.get("classes", {})
        groups = list(_tables(said["units"]))
        units = [unit for group in groups for unit in _tables(group.get("units"))]
        self.of = {
            "post": _named(_tables(said["posts"]), "title"),
            "side": _named(_tables(said["sides"]), "name"),
            "unit": _named(units, "short", "name"),
            "class": _named(
                _tables(classes.get("items") if isinstance(classes, dict) else None),
                "name",
            ),
        }
        self.of["holder"] = self.of["post"] | self.of["unit"]

    def speak(self, data: Any) -> Any:
        """The data with the words of the place in it, as far as they are there."""
        return spoken(data, self.words, "", [])


def _tables(data: Any) -> list[dict]:
    return (
        [each for each in data if isinstance(each, dict)]
        if isinstance(data, list)
        else []
    )


def _named(tables: list[dict], *names: str) -> dict[str, str]:
    return {
        str(each["key"]): str(next(filter(None, map(each.get, names)), each["key"]))
        for each in tables
        if each.get("key")
    }
