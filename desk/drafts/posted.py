"""What was typed on the page of a part, as plain data; and a row added, moved, left out."""

import re
from copy import deepcopy
from dataclasses import is_dataclass
from typing import Any, Literal, get_args, get_origin

from django.http import QueryDict

from desk.drafts.types import (
    default_of,
    fields_of,
    is_plain,
    is_required,
    refers_to,
    without_none,
)
from institutions.charter import PARTS, Basis

MOST = 300  # rows of one list
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def typed_part(part: str, post: QueryDict, old: Any) -> Any:
    """The content of a part as it was typed; mistakes are kept as they are."""
    if part == "gates":
        return _gates(post, old if isinstance(old, dict) else {})
    return _typed(PARTS[part], post, part, old)


def _typed(kind: Any, post: QueryDict, path: str, old: Any) -> Any:
    kind, may_be_left_out = without_none(kind)
    if f"{path}!" in post:
        return old  # it was not drawn on the page
    if may_be_left_out and not is_plain(kind) and f"{path}?" not in post:
        return None
    if is_dataclass(kind):
        return _group(kind, post, path, old if isinstance(old, dict) else {})  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return _list(get_args(kind)[0], post, path, old)
    if get_origin(kind) is dict:
        return _words(post, path)
    if kind is bool:
        return path in post
    text = post.get(path, "").replace("\r\n", "\n").strip()
    if kind is int and re.fullmatch(r"-?[0-9]{1,9}", text):
        return int(text)
    return text


def _group(kind: type, post: QueryDict, path: str, old: dict) -> dict:
    """A table with what was typed; what goes without saying stays unsaid."""
    data = {}
    for field, hint in fields_of(kind):
        where = f"{path}.{field.name}"
        before = old.get(field.name, default_of(field))
        if refers_to(kind, field.name) and without_none(hint)[0] is not str:
            value = _unique(post.getlist(where))
        else:
            value = _typed(hint, post, where, before)
        is_unsaid = value is None or value == ""
        if not is_unsaid and (field.name in old or value != default_of(field)):
            data[field.name] = value
    return {key: data[key] for key in [*old, *data] if key in data}


def _list(kind: Any, post: QueryDict, path: str, old: Any) -> list:
    before = old if isinstance(old, list) else []
    if kind is str:
        lines = post.get(path, "").splitlines()
        return [line.strip() for line in lines if line.strip()]
    if get_origin(kind) is Literal:
        chosen = set(post.getlist(path))
        order = dict.fromkeys(
            [*filter(get_args(kind).__contains__, before), *get_args(kind)]
        )
        return [each for each in order if each in chosen]
    return [
        _typed(kind, post, f"{path}[{i}]", before[i] if i < len(before) else None)
        for i in range(_rows(post, path))
    ]


def _rows(post: QueryDict, path: str) -> int:
    """How many rows of a list the page had."""
    number = post.get(f"{path}#", "0")
    return min(int(number), MOST) if number.isdecimal() else 0


def _words(post: QueryDict, path: str) -> dict[str, str]:
    """Words by key; one without a key, or of a key twice, gets one that is free."""
    words: dict[str, str] = {}
    for i in range(_rows(post, path)):
        key = post.get(f"{path}[{i}].key", "").strip()
        value = post.get(f"{path}[{i}].value", "").strip()
        key = key or "word"
        number, free = 2, key
        while free in words:
            free, number = f"{key}_{number}", number + 1
        words[free] = value
    return words


def _gates(post: QueryDict, old: dict) -> dict[str, str]:
    """What is made of each gate; the strictest goes without saying."""
    modes = get_args(get_args(PARTS["gates"])[1])
    said = {
        key.removeprefix("gates."): post.get(key, "")
        for key in post
        if key.startswith("gates.")
    }
    return {k: mode for k, mode in said.items() if k in old or mode != modes[0]}


def _unique(keys: list[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, keys)))


def done(part: str, content: Any, act: str) -> Any:
    """The content after a row was added, moved or left out: `add:path`, `up:path` …

    A piece that is opened, to be drawn, stays as it is.
    """
    name, _colon, path = act.partition(":")
    if name == "open":
        return content
    steps = [key or int(number) for key, number in STEP.findall(path.removeprefix(part))]
    try:
        return _act(name, deepcopy(content), steps, PARTS[part])
    except (KeyError, IndexError, TypeError):
        return content  # a row that is there no more


def _act(name: str, content: Any, steps: list, kind: Any) -> Any:
    holder = {"": content}
    above, last, here = holder, "", kind
    for step in steps:
        inner, _may_be_left_out = without_none(here)
        if isinstance(above[last], dict) and isinstance(step, str):
            above[last].setdefault(step, None)
        above, last = above[last], step
        here = _below(inner, step)
    own, may_be_left_out = without_none(here)
    if name == "add":
        _add(above, last, own)
    elif name == "drop":
        del above[last]
    else:
        to = last + (-1 if name == "up" else 1)  # type: ignore[operator]
        if 0 <= to < len(above):
            above[last], above[to] = above[to], above[last]
    return holder.get("")


def _below(kind: Any, step: str | int) -> Any:
    if is_dataclass(kind):
        return {field.name: hint for field, hint in fields_of(kind)}[step]  # type: ignore[arg-type,index]
    return get_args(kind)[-1 if get_origin(kind) is dict else 0]


def _add(above: Any, last: Any, kind: Any) -> None:
    """Begin what was left out, or put a new row at the end of a list."""
    if get_origin(kind) is dict:
        above[last] = {**(above[last] or {}), "word": ""}
    elif get_origin(kind) is tuple:
        if above[last] is None:
            above[last] = []
        inner = get_args(kind)[0]
        above[last].append([{}] if get_origin(inner) is tuple else _begun(inner))
    else:
        above[last] = _begun(kind)


def _begun(kind: Any) -> dict:
    """A new rule: nothing but that it rests on what the sides agreed."""
    if not is_dataclass(kind):
        return {}
    own: Any = kind
    named = {field.name: hint for field, hint in fields_of(own) if is_required(field)}
    return {name: {} for name, hint in named.items() if hint is Basis}
