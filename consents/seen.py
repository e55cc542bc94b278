"""Scans that one sees through the sheets they were signed on."""

from django.db.models import QuerySet

from consents.models import Signature
from institutions.models import JointBody, User


def scans(user: User) -> QuerySet:
    """Signed papers: for who signed them, and the offices that may read opinions."""
    bodies = JointBody.objects.allowing(user, "read_opinions")
    scanned = Signature.objects.exclude(scan=None)
    posts = [post.pk for post in user.posts_held]
    seen = scanned.filter(consent__joint_body__in=bodies).values("scan")
    return seen.union(scanned.filter(post__in=posts).values("scan"))
