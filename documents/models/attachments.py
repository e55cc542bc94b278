"""Files attached to what people do, and rows that are seen through other rows."""

from collections.abc import Callable
from hashlib import sha256
from typing import ClassVar, TypeVar

from django.core.files.base import File
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop

from documents.files import TYPES, type_of
from institutions.models import JointBody, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock

Source = Callable[[User], models.QuerySet]
Row = TypeVar("Row", bound=models.Model)


class SeenThrough(SeenQuerySet[Row]):
    """Rows one sees through other rows; upper apps add to `sources` in AppConfig.ready().

    A source gives, for a person, the keys of the rows seen through rows of its own.
    """

    sources: ClassVar[list[Source]]
    own_name: ClassVar[str]  # of the way to those seen without any other row

    def ways(self, user: User) -> list[Way]:
        through = gettext_noop("a matter to which it belongs")
        return [
            Way(self.own_name, self.own(user).values("pk")),
            *(Way(through, source(user)) for source in self.sources),
        ]

    def own(self, user: User) -> models.QuerySet:
        """Those seen without any other row."""
        raise NotImplementedError


class AttachmentQuerySet(SeenThrough["Attachment"]):
    sources: ClassVar[list[Source]] = []
    own_name = gettext_noop("having put it there")

    def own(self, user: User) -> models.QuerySet:
        return Attachment.objects.filter(kept_by=user)

    def keep(self, upload: File, body: JointBody, *, by: User) -> "Attachment":
        """Keep an upload that a form has checked; the same content is kept each time."""
        kind = type_of(upload)
        name = (upload.name or "").rpartition("/")[2]
        attachment = Attachment(
            joint_body=body,
            name=name[-200:],
            kind=kind,
            size=upload.size,
            sha256=sha256(upload.read()).hexdigest(),
            kept_by=by,
            kept_at=clock.now(),
        )
        upload.seek(0)
        attachment.file.save(f"{attachment.sha256[:16]}.{kind}", upload)
        return attachment


def attachment_path(attachment: "Attachment", name: str) -> str:
    return f"attachments/{attachment.joint_body_id}/{clock.today():%Y}/{name}"


class Attachment(models.Model):
    """A scan or picture, as it was sent; who sees it is told by the row it belongs to."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = models.CharField(gettext_lazy("name"), max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("attachment")
        verbose_name_plural = gettext_lazy("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:attachment", args=[self.pk])

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]
