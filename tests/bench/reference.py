"""The plain page that ours are measured against; fixed, so that ratios stay comparable.

With our middleware: 8 queries in a request, 50 rows, 10 kB. `one_query` is the least a
page of somebody who is signed in can do.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from agenda.models import Topic
from institutions.models import Appointment, JointBody, MemberUnit, Post, Unit
from jointmeeting.urls import urlpatterns as product

PAGE = """<!doctype html><html lang="zh-hans"><head><title>{{ name }}</title></head><body>
<h1>{{ name }}</h1><p>{{ units }} {{ posts }} {{ members }} {{ appointments }}</p><table>
{% for topic in topics %}<tr><td>{{ topic.pk }}</td><td>{{ topic.title }}</td>
<td>{{ topic.submitted_on|date:"Y-m-d" }}</td><td>{{ topic.problem|truncatechars:40 }}</td></tr>
{% endfor %}</table></body></html>"""


def eight_queries(request: HttpRequest) -> HttpResponse:
    """The session, the person, and six of its own."""
    page = engines["django"].from_string(PAGE)
    context = {
        "name": JointBody.objects.order_by("pk").values_list("name", flat=True)[0],
        "units": Unit.objects.count(),
        "posts": Post.objects.count(),
        "members": MemberUnit.objects.count(),
        "appointments": Appointment.objects.count(),
        "topics": Topic.objects.order_by("-pk")[:50],
    }
    return HttpResponse(page.render(context))


def one_query(request: HttpRequest) -> HttpResponse:
    """Beside the session and the person, one query and a line."""
    return HttpResponse(f"{JointBody.objects.count()}")


urlpatterns = [
    *product,
    path("bench/eight/", eight_queries),
    path("bench/one/", one_query),
]
