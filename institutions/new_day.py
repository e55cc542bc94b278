from institutions.rights import sync_rights
from institutions.versions import begin_due
from jointmeeting import clock


class NewDay:
    """Middleware: with a person's first request of a day, charters and rights are of that day."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        today = clock.today().isoformat()
        if request.user.is_authenticated and request.session.get("rights_of") != today:
            begin_due()
            sync_rights([request.user])
            request.session["rights_of"] = today
        return self.get_response(request)
