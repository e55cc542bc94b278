"""The environment variables of a set-up, read with a message per mistake."""

import gettext
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Settings are not there yet, so Django's own gettext cannot be asked.
_ = gettext.translation(
    "django", Path(__file__).parent.parent / "locale", ["zh_Hans"], fallback=True
).gettext

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
MAIL_SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class Environment:
    """Reads variables; mistakes are collected, so that one start shows all of them."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def problem(self, name: str, expected: str) -> None:
        self.problems.append(f"{name}: {expected}")

    def finish(self) -> None:
        """Refuse to start with what was wrong, a line per variable."""
        if self.problems:
            raise ImproperlyConfigured("\n".join(self.problems))

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        value = self.text(name, "0")
        if value not in ("0", "1"):
            self.problem(name, _("set 1 or 0, not “%s”.") % value)
        return value == "1"

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number between two bounds, both allowed."""
        value = self.text(name, str(default))
        if value.isdecimal() and least <= int(value) <= most:
            return int(value)
        limits = {"least": least, "most": most, "value": value}
        expected = _("set a whole number from %(least)s to %(most)s, not “%(value)s”.")
        self.problem(name, expected % limits)
        return default

    def folder(self, name: str, default: Path) -> Path:
        """A folder that exists and can be written to; it is made when absent."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            writable = os.access(path, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            expected = _("set a folder that may be written to; “%s” may not.")
            self.problem(name, expected % path)
        return path

    def url(self, name: str, schemes: set[str], example: str) -> SplitResult | None:
        """An address of one of the schemes, or nothing where the variable is not set."""
        value = self.text(name)
        if not value:
            return None
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and (parts.port is None or parts.port > 0)
        except ValueError:
            usable = False
        if usable:
            return parts
        # The value may hold a password, so it is not repeated.
        self.problem(name, _("set an address like %s.") % example)
        return None

    def database(self, name: str) -> dict[str, Any] | None:
        """Django's settings for a PostgreSQL server, or nothing where none is named."""
        example = "postgres://user:password@host:5432/database"
        url = self.url(name, {"postgres", "postgresql"}, example)
        if url is None:
            return None
        options = {"connect_timeout": "10"} | dict(parse_qsl(url.query))
        if not url.path.strip("/"):
            self.problem(name, _("set an address like %s.") % example)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": options.pop("host", url.hostname or ""),
            "PORT": url.port or "",
            "OPTIONS": options,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }

    def mail(self, name: str) -> dict[str, Any]:
        """Django's settings for a mail server, none where none is named."""
        example = "smtp://user:password@host:25"
        url = self.url(name, set(MAIL_SCHEMES), example)
        if url is None:
            return {}
        if not url.hostname:
            self.problem(name, _("set an address like %s.") % example)
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname,
            "EMAIL_PORT": url.port or MAIL_SCHEMES[url.scheme],
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_TLS": url.scheme == "smtp+tls",
            "EMAIL_USE_SSL": url.scheme == "smtps",
        }

    def secret(self, name: str, file: Path) -> str:
        """The secret given, else the one kept in a file, which is made on first use."""
        if value := self.text(name):
            if len(value) < 50 or len(set(value)) < 5:
                self.problem(name, _("set at least 50 random characters."))
            return value
        try:
            return _kept_secret(file)
        except OSError:
            self.problem(name, _("set it, as “%s” cannot be read or written.") % file)
            return secrets.token_urlsafe(50)


def _kept_secret(file: Path) -> str:
    """Read the file; of several processes that make it, all get the first one's."""
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=file.parent) as new:
            new.write(secrets.token_urlsafe(50))
            new.flush()
            with suppress(FileExistsError):
                os.link(new.name, file)
    return file.read_text()
