"""The plain page that ours are measured against; fixed, so that ratios stay comparable.

It is the list of topics as one writes it by Django's tutorial, for a body where all may
read all: our middleware, 8 queries in a request, 50 rows from a template in a file, 10 kB.
There are no rights, terms or queries in it, no look, and nothing is slowed on purpose.
`one_query` is the least a page of somebody who is signed in can do.
"""

from pathlib import Path

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from agenda.models import Topic
from deadlines.models import Duty, Reminder
from institutions.models import JointBody, Post
from jointmeeting.urls import urlpatterns as product

PAGE = engines["django"].from_string(
    Path(__file__).with_name("reference.html").read_text(encoding="utf-8")
)


def eight_queries(request: HttpRequest) -> HttpResponse:
    """The session, the person, and six of its own."""
    posts = Post.objects.filter(appointments__person=request.user.pk)
    owed = Duty.objects.filter(post__appointments__person=request.user.pk, closed_at=None)
    unread = Reminder.objects.filter(recipient=request.user.pk, seen_at=None)
    topics = Topic.objects.select_related("proposed_by__unit").order_by("-pk")
    context = {
        "posts": posts.select_related("joint_body"),
        "waiting": owed.count(),
        "unread": unread.filter(duty__closed_at=None).count(),
        "years": topics.dates("created_on", "year"),
        "page": Paginator(topics, 50).get_page(request.GET.get("page")),
    }
    return HttpResponse(PAGE.render(context, request))


def one_query(request: HttpRequest) -> HttpResponse:
    """Beside the session and the person, one query and a line."""
    return HttpResponse(f"{JointBody.objects.count()}")


urlpatterns = [
    *product,
    path("bench/eight/", eight_queries),
    path("bench/one/", one_query),
]
