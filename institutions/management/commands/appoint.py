import secrets
import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from institutions.appointing import appoint
from institutions.models import JointBody, Post, User
from jointmeeting import clock


class Command(BaseCommand):
    help = (
        "Put a person in a post from today; a new person gets an account and a password."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("body", help="key of the joint body")
        parser.add_argument("post", help="key of the post")
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", default="", help="of a new person")

    @transaction.atomic
    def handle(self, body: str, post: str, username: str, name: str, **options) -> None:
        wanted = _post_of(body, post)
        try:
            person = User.objects.filter(username=username).first()
            if person is None:
                person = self.new_person(username, name)
            appoint(person, wanted, since=clock.today())
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from None
        answer = _("%(person)s (%(username)s) holds the post “%(post)s” from today.")
        names = {"person": person, "username": username, "post": wanted}
        self.stdout.write(answer % names)

    def new_person(self, username: str, name: str) -> User:
        """An account with a password that was typed, or is printed this once."""
        if not name:
            raise CommandError(
                _("%(username)s is new: give --name.") % {"username": username}
            )
        person = User(username=username, name=name)
        person.full_clean(exclude=["password"])
        password = _typed() if sys.stdin.isatty() else ""
        if password:
            validate_password(password, person)
        else:
            password = _made_up(person)
            self.stdout.write(_("Password: %(password)s") % {"password": password})
        person.set_password(password)
        person.must_change_password = True
        person.save()
        return person


def _post_of(body: str, key: str) -> Post:
    found = JointBody.objects.filter(key=body).first()
    if found is None:
        raise CommandError(_("There is no joint body %(key)s.") % {"key": body})
    posts = {post.key: post for post in found.posts.all()}
    if key not in posts:
        text = _("There is no post %(key)s; the posts are: %(keys)s.")
        raise CommandError(text % {"key": key, "keys": ", ".join(posts)})
    return posts[key]


def _typed() -> str:
    password = getpass(_("Password (empty: one is made up): "))
    if password and getpass(_("Once more: ")) != password:
        raise CommandError(_("The two passwords differ."))
    return password


def _made_up(person: User) -> str:
    while True:
        password = secrets.token_urlsafe(12)
        try:
            validate_password(password, person)
        except ValidationError:
            continue
        return password
