"""Documents and attachments: found, described, and read through one address each."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from documents.forms import DocumentQuery
from documents.models import Addressee, Attachment, IssuedDocument
from institutions.models import MemberUnit
from institutions.requests import SignedIn
from jointmeeting import clock
from jointmeeting.views import csv_response, take_step

ROWS = 50


def document_list(request: SignedIn) -> HttpResponse:
    query, found = _queried(request)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    has_query = any(request.GET.get(name) for name in query.fields)
    context = {"query": query, "page": page, "has_query": has_query}
    return render(request, "documents_pages/document_list.html", context)


def document_export(request: SignedIn) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    _query, found = _queried(request)
    name = _("Documents %(day)s") % {"day": clock.today()}
    return csv_response(_sheet(found), f"{name}.csv")


def _queried(request: SignedIn) -> tuple[DocumentQuery, QuerySet[IssuedDocument]]:
    """Documents this person may see, newest first, with what a list shows of them."""
    seen = IssuedDocument.objects.visible_to(request.user)
    issuers = MemberUnit.objects.filter(pk__in=seen.order_by().values("issuer"))
    query = DocumentQuery(
        request.GET,
        years=[day.year for day in seen.dates("issued_on", "year", order="DESC")],
        issuers=issuers.select_related("unit", "joint_body"),
    )
    found = query.narrowed(seen).select_related("joint_body", "issuer__unit")
    addressees = Addressee.objects.select_related("member__unit").order_by("pk")
    sent = Prefetch("addressees", addressees)
    return query, found.prefetch_related(sent).order_by("-issued_on", "-pk")


def _sheet(documents: Iterable[IssuedDocument]) -> Iterator[list[Any]]:
    yield [
        _("Joint body"),
        _("Number"),
        _("Title"),
        _("Issued by"),
        _("Issued on"),
        _("Sent to"),
        _("Copies to"),
    ]
    for document in documents:
        yield [
            document.joint_body,
            document.number,
            document.title,
            document.issuer,
            document.issued_on,
            "、".join(map(str, document.sent_to)),
            "、".join(map(str, document.copied_to)),
        ]


def document_detail(request: SignedIn, pk: int) -> HttpResponse:
    documents = IssuedDocument.objects.visible_to(request.user).select_related(
        "joint_body", "issuer__unit", "issued_by"
    )
    document = get_object_or_404(documents, pk=pk)
    sent = document.addressees.select_related("member__unit", "member__liaison")
    asked = Addressee.objects.visible_to(request.user).filter(
        document=document, status=Addressee.Status.ASKED
    )
    context = {
        "document": document,
        "row": document.row_for(request.user),
        "receipts": sent.exclude(status=Addressee.Status.SENT).order_by("pk"),
        "mine": asked.select_related("member__unit"),
    }
    return render(request, "documents_pages/document_detail.html", context)


@require_POST
def addressee_receive(request: SignedIn, pk: int) -> HttpResponse:
    """A unit acknowledges receipt, in one click."""
    addressees = Addressee.objects.visible_to(request.user).select_related(
        "document__joint_body", "member__liaison", "member__unit"
    )
    addressee = get_object_or_404(addressees, pk=pk)
    done = _("Receipt of “%(document)s” is acknowledged for %(unit)s.")
    about = {"document": addressee.document.title, "unit": addressee.member}
    return take_step(request, addressee, addressee.receive, done % about)


def document_pdf(request: SignedIn, pk: int) -> HttpResponseBase:
    """The document itself: in the browser, or with ?download=1 to be kept."""
    documents = IssuedDocument.objects.visible_to(request.user)
    document = get_object_or_404(documents, pk=pk)
    return _file(
        request,
        document.file,
        f"{document}.pdf",
        "application/pdf",
        is_download="download" in request.GET,
    )


def attachment(request: SignedIn, pk: int) -> HttpResponseBase:
    """What somebody sent is only ever downloaded: the browser runs nothing of it."""
    kept = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return _file(request, kept.file, kept.name, kept.content_type, is_download=True)


def _file(
    request: SignedIn,
    field: FieldFile,
    name: str,
    content_type: str,
    *,
    is_download: bool,
) -> HttpResponseBase:
    """A stored file for this person alone; a page that says so where it is gone."""
    try:
        content = field.open("rb")
    except FileNotFoundError:
        context = {"name": name}
        return render(request, "documents_pages/file_missing.html", context, status=404)
    answer = FileResponse(
        content, as_attachment=is_download, filename=name, content_type=content_type
    )
    answer["Cache-Control"] = "private, no-cache"
    return answer
