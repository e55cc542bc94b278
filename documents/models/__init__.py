"""What is issued and what is attached: each file is read through one address."""

from documents.models.attachments import (
    Attachment,
    AttachmentQuerySet,
    attachment_path,
)
from documents.models.issued import (
    Addressee,
    IssuedDocument,
    IssuedDocumentQuerySet,
    NumberSeries,
    document_path,
    tidy_number,
)
from documents.models.mandates import Mandate

__all__ = [
    "Addressee",
    "Attachment",
    "AttachmentQuerySet",
    "IssuedDocument",
    "IssuedDocumentQuerySet",
    "Mandate",
    "NumberSeries",
    "attachment_path",
    "document_path",
    "tidy_number",
]
