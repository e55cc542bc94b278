from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from documents.files import NAMED, TYPES, check_upload
from documents.models import IssuedDocument
from institutions.models import MemberUnit

ALL: list[Any] = [("", _("all"))]


class ScanField(forms.FileField):
    """A scan or picture of a signed paper, checked by its content."""

    default_validators = [
        FileExtensionValidator([*TYPES, *NAMED]),
        check_upload,
    ]


class DocumentQuery(forms.Form):
    """Which documents are listed; what is wrong in an address is left out of the query."""

    text = forms.CharField(label=_("Number or title"), max_length=100, required=False)
    issuer = forms.ModelChoiceField(
        MemberUnit.objects.none(),
        label=_("Issued by"),
        required=False,
        empty_label=_("all"),
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)

    def __init__(
        self, data: Any, *, years: list[int], issuers: QuerySet[MemberUnit]
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["year"].choices = ALL + [(year, str(year)) for year in years]
        fields["issuer"].queryset = issuers

    def narrowed(self, documents: QuerySet[IssuedDocument]) -> QuerySet[IssuedDocument]:
        self.is_valid()
        chosen = self.cleaned_data
        if text := chosen.get("text"):
            named = Q(number__icontains=text) | Q(title__icontains=text)
            documents = documents.filter(named)
        if chosen.get("issuer"):
            documents = documents.filter(issuer=chosen["issuer"])
        if chosen.get("year"):
            documents = documents.filter(issued_on__year=chosen["year"])
        return documents
