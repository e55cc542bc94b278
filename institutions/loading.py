"""Bringing a charter from its file into the database: the body, its posts, units, rights."""

import tomllib
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from institutions.models import Charter, JointBody
from institutions.models.charters import problems_of
from institutions.moving import moves_of
from institutions.reading import CharterRefused, Problem
from institutions.versions import settle


def charter_from(path: Path) -> dict:
    """The document a charter's file holds; raises CharterRefused where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = _("a file that can be read: %(why)s") % {"why": error.strerror}
        raise CharterRefused([Problem(path.name, problem)]) from None
    return document_in(content, path.name)


def document_in(content: bytes, name: str) -> dict:
    """The document in a file of that name; raises CharterRefused where it is none."""
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError:
        problem = _("text in UTF-8")
    except tomllib.TOMLDecodeError as error:
        problem = _("TOML: %(why)s") % {"why": error}
    raise CharterRefused([Problem(name, problem)])


@transaction.atomic
def load_charter(
    data: dict,
    key: str,
    *,
    in_force_from: date,
    parent: JointBody | None = None,
    moves: dict | None = None,
    moved: dict[str, str] | None = None,
) -> JointBody:
    """Put a charter in force for the body of that key, which is made if there is none.

    The same document again changes nothing; a different one is the next version, which
    waits where its day is to come. `moves` says what becomes of posts, units and sides that
    it names no more (see institutions.moving); `moved` does so by their keys, old and new.
    Raises CharterRefused.
    """
    if problems := problems_of(data):
        raise CharterRefused(problems)
    body = JointBody.objects.select_for_update().filter(key=key).first()
    if body is None:
        body = JointBody.objects.create(key=key, parent=parent)
    elif body.charter and body.charter.data == data:
        return body
    charter = Charter(joint_body=body, data=data)
    is_trial = any(text.is_trial for text in charter.parts["body"].texts)
    try:
        if moved:
            moves = moves_of(charter).read(moved)
        settle(charter, in_force_from=in_force_from, is_trial=is_trial, moves=moves)
    except ValidationError as refusal:
        found = refusal.message_dict.items()
        raise CharterRefused(
            [Problem(path, text) for path, texts in found for text in texts]
        ) from None
    return body
