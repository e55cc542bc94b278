from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from rehearsal.sample import load_sample


class Command(BaseCommand):
    help = (
        "Load the sample bodies with their years; again goes on where it was cut short."
    )

    def handle(self, **options) -> None:
        said = {
            "whole": _("The sample is there already."),
            "loaded": _("The sample is loaded."),
            "without documents": _(
                "The sample has no meetings and topics yet, as the fonts of documents are "
                "missing: install them and start again."
            ),
        }
        self.stdout.write(said[load_sample()])
