from django import forms
from django.core.validators import FileExtensionValidator

from documents.files import NAMED, TYPES, check_upload


class ScanField(forms.FileField):
    """A scan or picture of a signed paper, checked by its content."""

    default_validators = [
        FileExtensionValidator([*TYPES, *NAMED]),
        check_upload,
    ]
