from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from institutions.models import Charter, JointBody
from institutions.writing import text_of


class Command(BaseCommand):
    help = "Write a body's charter as the TOML file that charter_load reads."

    def add_arguments(self, parser) -> None:
        parser.add_argument("body", help="key of the joint body")
        parser.add_argument(
            "--number", type=int, help="version; the one in force if none"
        )
        parser.add_argument("--out", type=Path, help="file; the standard output if none")

    def handle(self, body, number, out, **options) -> None:
        charter = _charter(body, number)
        if out is None:
            self.stdout.write(text_of(charter), ending="")
            return
        try:
            out.write_text(text_of(charter), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from None
        told = _("%(body)s: charter version %(version)s is written to %(file)s.")
        about = {"body": charter.joint_body, "version": charter.version, "file": out}
        self.stdout.write(told % about)


def _charter(key: str, number: int | None) -> Charter:
    body = JointBody.objects.filter(key=key).select_related("charter").first()
    if body is None:
        raise CommandError(_("There is no joint body %(key)s.") % {"key": key})
    if number is None:
        return body.rules_in_force
    charter = Charter.objects.filter(joint_body=body, version=number).first()
    if charter is None:
        text = _("%(body)s has no charter version %(version)s.")
        raise CommandError(text % {"body": body, "version": number})
    return charter
