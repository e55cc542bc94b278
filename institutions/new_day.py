from institutions.models import JointBody
from institutions.rights import sync_rights
from institutions.succession import fill_vacancies
from institutions.versions import begin_due
from jointmeeting import clock


class NewDay:
    """Middleware: with a person's first request of a day, charters, rights and who stands in are of that day."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        today = clock.today().isoformat()
        if request.user.is_authenticated and request.session.get("rights_of") != today:
            begin_due()
            mine = JointBody.objects.of(request.user).exclude(charter=None)
            others = [person for body in mine for person in fill_vacancies(body)]
            sync_rights([request.user, *others])
            request.session["rights_of"] = today
        return self.get_response(request)
