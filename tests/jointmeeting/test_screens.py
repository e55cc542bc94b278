"""The frame and its parts: what they say, that they escape, that a form tells what to do."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.core.validators import FileExtensionValidator
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from django.utils import translation

from jointmeeting import clock
from jointmeeting.forms import ScreenRenderer, in_columns, summary
from jointmeeting.templatetags import screens

NOW = datetime(2026, 11, 20, 15, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
NASTY = "<script>alert(1)</script>"
SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"


def nothing(request):
    return HttpResponse()


desk = [
    path("", nothing, name="home"),
    path("inbox/", nothing, name="inbox"),
    path("bodies/", nothing, name="body_choose"),
]
urlpatterns = [
    path("", include((desk, "desk"))),
    path("login/", nothing, name="login"),
    path("logout/", nothing, name="logout"),
    path("password/", nothing, name="password_change"),
]
pytestmark = pytest.mark.urls("tests.jointmeeting.test_screens")


@pytest.fixture(autouse=True)
def _morning_in_english():
    with clock.at(NOW), translation.override("en"):
        yield


def draw(name: str, **context) -> str:
    return render_to_string(name, {"csrf_token": "token"} | context)


def how(**changes) -> dict:
    plain = {
        "anchor": "2026-11-10",
        "value": 7,
        "unit": "working days",
        "when": "after",
        "skipped": ["2026-11-14", "2026-11-15"],
        "provisional": False,
    }
    return plain | changes


def make_duty(**changes) -> SimpleNamespace:
    plain = {"pk": 3, "due_on": date(2026, 11, 19), "left": -1, "state": "late"}
    return SimpleNamespace(**plain | {"how": how()} | changes)


def make_step(name: str, **changes) -> SimpleNamespace:
    plain = {"label": name.title(), "is_form": False, "mine": True, "who": "the office"}
    more = {"reasons": [], "may_explain": False}
    return SimpleNamespace(name=name, **plain | more | changes)


ROW = SimpleNamespace(pk=9, get_absolute_url=lambda: "/topics/9/")


# Dates and days


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 20), "11-20"),
        (date(2027, 1, 4), "2027-01-04"),
        ("2026-10-01", "10-01"),
        (datetime(2026, 11, 19, 20, 0, tzinfo=ZoneInfo("UTC")), "11-20"),
        (None, ""),
    ],
)
def test_a_date_is_short_inside_the_current_year(day, text):
    assert screens.short_date(day) == text


def test_a_day_has_its_weekday_and_a_moment_its_time():
    assert screens.short_day(date(2026, 11, 20)) == "11-20 Fri"
    assert screens.short_moment(NOW) == "11-20 15:02"
    assert screens.short_day(None) == screens.short_moment(None) == ""


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (2, "2 working days left"),
        (0, "Due today"),
        (-3, "3 working days overdue"),
        (None, ""),
    ],
)
def test_days_left_in_words(left, text):
    assert screens.days_left_text(left) == text
    assert screens.days_left(left).replace("<b>", "").replace("</b>", "") == text


def test_on_a_day_off_nothing_is_due_today_but_what_is():
    with clock.at(datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))):
        friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
        assert screens.days_left_text(0, friday) == "Overdue"
        assert screens.days_left_text(0, saturday) == "Due today"
        assert screens.days_left_text(0, date(2026, 11, 22)) == "0 working days left"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "7 working days from 11-10, which does not count, to 11-19."),
        ({"unit": "days"}, "7 days from 11-10, which does not count, to 11-19."),
        ({"when": "before"}, "7 working days before 11-10, which does not count: 11-19."),
        ({"value": 0}, "On 11-10 itself."),
    ],
)
def test_a_hint_says_from_which_day_so_many(changes, text):
    assert screens.how_sentence(how(**changes, skipped=[]), "2026-11-19") == text


def test_a_hint_draws_neighbouring_days_off_together():
    skipped = ["2026-09-25", "2026-10-03", "2026-10-02", "2026-10-01"]
    sentence = screens.how_sentence(how(skipped=skipped), date(2026, 11, 19))
    assert sentence.endswith("Left out are 4 days off: 09-25, 10-01 to 10-03.")


def test_a_hint_does_not_list_a_whole_year():
    skipped = [f"2026-{month:02}-01" for month in range(1, 8)]
    sentence = screens.how_sentence(how(skipped=skipped), date(2026, 11, 19))
    assert "7 days off: 01-01, 02-01, 03-01, 04-01 and others." in sentence


def test_a_hint_names_its_basis_and_what_is_provisional():
    agreed = how(basis={"kind": "local", "clause": ""})
    assert "agreed by the offices" in screens.how_sentence(agreed, None)
    clause = how(basis={"kind": "clause", "clause": "Rule 3"}, provisional=True)
    sentence = screens.how_sentence(clause, None)
    assert "Basis: Rule 3." in sentence
    assert "provisional" in sentence
    assert screens.how_sentence({}, None) == ""


def test_a_due_date_has_its_hint_and_two_of_one_duty_their_own():
    html = screens.due(make_duty())
    assert '<span class="due-k is-late"><b>1</b> working days overdue' in html
    assert 'aria-describedby="how-3"' in html
    assert 'id="how-3"><b>Due on 2026-11-19' in html
    assert 'id="how-next3"' in screens.due(make_duty(), "next")
    assert "provisional" not in html
    shaky = make_duty(how=how(provisional=True))
    assert '<span class="tag">provisional' in screens.due(shaky)


def test_a_duty_without_a_term_says_so():
    html = screens.due(make_duty(due_on=None, how={}, left=None))
    assert "No term" in html
    assert "button" not in html


# Steps


def test_the_first_step_i_can_take_is_the_main_button():
    html = draw(
        "parts/steps.html", row=ROW, steps=[make_step("submit"), make_step("end")]
    )
    assert html.count("btn-main") == 1
    assert html.index("btn-main") < html.index("End")
    assert 'action="/topics/9/submit/"' in html
    assert html.count('value="token"') == 2
    assert "btn-main" not in draw(
        "parts/steps.html", row=ROW, steps=[make_step("submit")], is_plain=True
    )


def test_a_step_with_a_page_of_its_own_is_a_link():
    step = make_step("withdraw", is_form=True)
    html = draw("parts/steps.html", row=ROW, steps=[step])
    assert 'href="/topics/9/withdraw/"' in html
    assert "<form" not in html
    step.url = "/elsewhere/"
    assert 'href="/elsewhere/"' in draw("parts/steps.html", row=ROW, steps=[step])


def test_a_step_that_cannot_be_taken_says_why():
    step = make_step("issue", reasons=[NASTY])
    html = draw("parts/steps.html", row=ROW, steps=[step])
    assert 'disabled aria-describedby="why-issue-9"' in html
    assert f'id="why-issue-9">\n<p>{SAFE}</p>' in html
    assert NASTY not in html


def test_a_step_one_may_explain_asks_for_the_reason():
    step = make_step("late", reasons=["Too late."], may_explain=True)
    html = draw("parts/steps.html", row=ROW, steps=[step])
    assert 'name="despite" required aria-describedby="why-late-9"' in html
    assert "disabled" not in html


def test_a_step_of_others_is_a_line_with_who_may_take_it():
    step = make_step("settle", mine=False, may_explain=True)
    html = draw("parts/steps.html", row=ROW, steps=[step])
    assert "<b>Settle</b>" in html
    assert "For: the office" in html
    assert "<button" not in html
    assert "<form" not in html


# Who is waited for, stages, consent, log


def test_nobody_waited_for_draws_nothing():
    assert draw("parts/next.html", waits=[]).strip() == ""


def test_the_one_waited_for_stands_in_the_heading():
    wait = {"post": NASTY, "due": date(2026, 11, 23), "left": 1, "state": "near"}
    html = draw("parts/next.html", waits=[wait])
    assert f"Waiting for: {SAFE}" in html
    assert "by 11-23 Mon" in html
    assert "Waiting for 2, first" in draw("parts/next.html", waits=[wait, wait])


def test_the_track_says_which_step_it_is_at():
    stages = [
        {"label": "Asked", "on": date(2026, 10, 12), "state": "past"},
        {"label": "Agreed", "on": date(2026, 10, 19), "state": "current"},
        {"label": "Held", "on": date(2026, 12, 11), "state": "future"},
    ]
    html = draw("parts/stages.html", stages=stages)
    assert 'aria-label="Step 2 of 3"' in html
    assert "since 10-19" in html
    assert "by 12-11" in html
    assert 'aria-label="Step 1 of 1"' in draw("parts/stages.html", stages=stages[:1])


def make_sheet(*slots, **changes) -> dict:
    sides = [
        {"name": f"Side {number}", "slots": [slot]} for number, slot in enumerate(slots)
    ]
    plain = {"verb": "settle", "act_label": NASTY, "asked_on": date(2026, 11, 18)}
    return plain | {"sides": sides, "is_open": True, "answer_url": ""} | changes


SLOT = {"posts": ["Chair", "Deputy"], "answer": ""}


@pytest.mark.parametrize("number", [2, 5])
def test_all_sides_are_drawn_alike(number):
    html = draw("parts/consent.html", sheet=make_sheet(*[SLOT] * number))
    assert html.count('<section class="side"') == number
    assert html.count("Not yet asked") == number
    assert html.count("Chair or Deputy") == number
    assert NASTY not in html


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        ({"waiting": True, "waited_days": 2}, "Waited 2 working days"),
        ({"vacant": True}, "Nobody holds this post"),
        ({"answer": "agree", "answer_label": "Agree", "look": "is-done"}, "is-done"),
        ({"answer": "agree", "on_behalf_by": "Office"}, "Entered by Office on behalf"),
        ({"answer": "agree", "scan_url": "/scan/"}, 'href="/scan/"'),
        ({"answer": "agree", "reported_by": "Other"}, "To be confirmed"),
        ({"answer": "agree", "opinion": NASTY}, SAFE),
    ],
)
def test_a_place_on_the_sheet_says_how_it_stands(slot, text):
    assert text in draw("parts/consent.html", sheet=make_sheet(SLOT | slot))


def test_the_sheet_offers_an_answer_to_who_may_give_one():
    assert "btn-main" not in draw("parts/consent.html", sheet=make_sheet(SLOT))
    asked = make_sheet(SLOT, answer_url="/answer/")
    assert "Answer: settle" in draw("parts/consent.html", sheet=asked)
    closed = make_sheet(SLOT, is_open=False, outcome_label="Changes asked")
    assert "Changes asked" in draw("parts/consent.html", sheet=closed)


def test_the_log_says_who_did_what_for_whom_and_why():
    changes = [
        {"field": "Title", "old": "a", "new": NASTY},
        {"field": "Text", "old": "", "new": "n" * 61},
    ]
    entry = {"at": NOW, "who": "Lee", "office": "Office", "label": "Amend"}
    entry |= {"reason": "On paper.", "changes": changes, "on_behalf": "Chair"}
    html = draw("parts/log.html", log=[SimpleNamespace(**entry)])
    assert "11-20 15:02" in html
    assert "Office Lee" in html
    assert "on behalf of Chair" in html
    assert f"Changed “Title” from “a” to “{SAFE}”" in html
    assert "<summary>Changed “Text”</summary>" in html
    assert "Nothing has been done yet." in draw("parts/log.html", log=[])


def test_what_history_says_is_label_and_reason():
    entry = SimpleNamespace(history_change_reason="Submit\nOn paper.")
    assert screens.history_label(entry) == "Submit"
    assert screens.history_reason(entry) == "On paper."


# Lists, months, confirmation


def test_pages_keep_the_query(rf):
    page = Paginator(range(340), 20).page(8)
    html = draw("parts/pages.html", page=page, request=rf.get("/?unit=4&page=8"))
    assert 'href="?unit=4&amp;page=9">Next page' in html
    assert '<span aria-current="page">8</span>' in html
    assert "340 in all" in html
    assert [number for number in screens.page_numbers(page) if number != "…"] == [
        *[1, 6, 7, 8, 9, 10, 17]
    ]
    none = Paginator([], 20).page(1)
    assert draw("parts/pages.html", page=none, request=rf.get("/")).strip() == ""


def test_months_of_a_work_year_that_begins_in_september():
    drawn = screens.months(date(2026, 9, 1), [date(2026, 10, 18)], [date(2027, 3, 1)])
    assert drawn[:4] == [(9, "past"), (10, "held"), (11, "now"), (12, "")]
    assert drawn[6] == (3, "plan")
    assert len(drawn) == 12
    line = {"name": NASTY, "text": "Once a year", "first_day": date(2026, 1, 1)}
    line |= {"held": [], "planned": [], "label": "Not held", "look": "is-late"}
    html = draw("parts/year.html", line=line)
    assert html.count("<li") == 12
    assert SAFE in html


def test_a_confirmation_names_the_object_and_the_way_back():
    words = {
        "question": f"Cancel {NASTY}?",
        "text": "14 units are told.",
        "button": "Cancel",
    }
    html = draw("parts/confirm.html", **words, url="/do/", back_url="/back/")
    assert f'<h2 id="h-confirm">Cancel {SAFE}?</h2>' in html
    assert 'action="/do/"' in html
    assert 'href="/back/"' in html
    assert "btn-danger" in draw("parts/confirm.html", **words, is_dangerous=True)


def test_small_parts_escape():
    assert SAFE in draw("parts/state.html", label=NASTY, look="is-go")
    assert SAFE in draw("parts/empty.html", title=NASTY)
    assert 'width="40"' in draw("parts/bar.html", percent=40)


# Forms


class SampleForm(forms.Form):
    title = forms.CharField(label="Title", max_length=5, help_text=NASTY)
    kind = forms.ChoiceField(
        label="Kind", widget=forms.RadioSelect, choices=[("a", "Ay"), ("b", "Be")]
    )
    held_on = forms.DateField(label="Day", required=False)
    held_at = forms.DateTimeField(label="Time", required=False)
    text = forms.CharField(label="Text", required=False, widget=forms.Textarea)
    urgent = forms.BooleanField(label="Urgent", required=False)
    scan = forms.FileField(
        label="Scan", required=False, validators=[FileExtensionValidator(["pdf", "jpg"])]
    )


def sample_form(data=None, **kwargs) -> SampleForm:
    return SampleForm(data, renderer=ScreenRenderer(), **kwargs)


def test_a_form_and_its_include_are_drawn_alike():
    form = sample_form()
    assert str(form) == draw("parts/form.html", form=form).strip()
    assert str(form["title"].as_field_group()) in str(form)


def test_a_field_says_what_it_wants():
    html = str(sample_form())
    assert '<label for="id_title">Title\n<span class="need">required</span>' in html
    assert '<label for="id_text">Text\n<span class="opt">may be left empty</span>' in html
    assert f'<div class="hint" id="id_title_helptext">{SAFE}</div>' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert 'data-count="id_title">at most 5 characters' in html
    assert 'class="in"' in html
    assert "msg-bad" not in html


def test_dates_are_picked_in_the_format_the_browser_reads():
    html = str(sample_form(initial={"held_on": date(2026, 12, 11), "held_at": NOW}))
    assert '<input type="date" name="held_on" value="2026-12-11"' in html
    assert 'type="datetime-local" name="held_at" value="2026-11-20T15:02"' in html
    with translation.override("zh-hans"):
        form = sample_form({"held_on": "2026-12-11", "held_at": "2026-12-11T09:30"})
        form.is_valid()
        assert form.cleaned_data["held_on"] == date(2026, 12, 11)
        assert form.cleaned_data["held_at"].minute == 30
        assert 'value="2026-12-11"' in str(form)


def test_a_file_names_its_types_and_its_size(settings):
    settings.MAX_UPLOAD_MB = 7
    html = str(sample_form()["scan"].as_field_group())
    assert "PDF, JPG; at most 7 MB each" in html
    assert 'accept=".pdf,.jpg"' in html
    assert "may be left" not in html
    assert 'data-max="7"' in html


def test_a_file_that_is_there_can_be_removed():
    there = SimpleUploadedFile("sheet<1>.pdf", b"")
    there.url = "/files/1/"
    html = str(sample_form(initial={"scan": there})["scan"].as_field_group())
    assert '<a href="/files/1/">sheet&lt;1&gt;.pdf</a>' in html
    assert 'name="scan-clear"' in html


def test_errors_come_first_and_say_what_to_do():
    form = sample_form({"title": "too long"})
    form.add_error(None, NASTY)
    html = str(form)
    assert html.index('role="alert"') < html.index("<label")
    assert "3 things to correct. What you entered is kept." in html
    assert (
        '<a class="under" href="#id_title">Title: 8 characters now; remove 3</a>' in html
    )
    assert '<span class="err">8 characters now; remove 3</span>' in html
    assert '<a class="under" href="#id_kind">Choose Kind</a>' in html
    assert 'id="id_kind" tabindex="-1" aria-describedby="id_kind_error"' in html
    assert f"<li>{SAFE}</li>" in html
    assert 'value="too long"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html


def test_a_missing_entry_is_named():
    form = sample_form({"kind": "a"})
    assert summary(form) == [("id_title", "Enter Title")]
    form.fields["scan"].required = True
    form.full_clean()
    assert ("id_scan", "Attach Scan") in summary(form)


def test_a_message_of_the_form_s_own_stays():
    form = sample_form()
    form.fields["title"].error_messages["required"] = "Say it in a word."
    form.is_bound = True
    assert ("id_title", "Title: Say it in a word.") in summary(form)


def test_only_many_short_choices_stand_in_columns():
    form = sample_form()
    assert not in_columns(form["kind"])
    form.fields["kind"].choices = [(each, each) for each in "abcd"]
    assert in_columns(sample_form_with(form.fields["kind"]))
    form.fields["kind"].choices = [(each, each * 30) for each in "abcd"]
    assert not in_columns(sample_form_with(form.fields["kind"]))


def sample_form_with(kind: forms.Field) -> forms.BoundField:
    form = sample_form()
    form.fields["kind"] = kind
    return form["kind"]


def test_a_query_keeps_its_state_and_can_be_reset(rf):
    request = rf.get("/topics/?title=abc")
    html = draw(
        "parts/filters.html",
        form=sample_form(request.GET),
        label="Query topics",
        request=request,
    )
    assert 'method="get" aria-label="Query topics"' in html
    assert 'value="abc"' in html
    assert 'href="/topics/">Reset' in html


def test_a_contact_note_opens_when_it_was_refused():
    fresh = draw("parts/contact.html", form=sample_form(), post=NASTY, url="/note/")
    assert f"Note a call to {SAFE}" in fresh
    assert " open>" not in fresh
    assert " open>" in draw("parts/contact.html", form=sample_form({}), url="/note/")


# The frame


def make_frame(**changes) -> dict:
    bodies = [SimpleNamespace(pk=1, name="First"), SimpleNamespace(pk=2, name=NASTY)]
    item = {"label": "Topics", "url": "/topics/", "count": 5}
    item |= {"is_current": True, "is_hot": False}
    plain = {"product_name": "Product", "bodies": bodies, "body": bodies[0], "inbox": 3}
    who = {"office": "Office", "person": "Lee", "now": NOW, "sample": True}
    menu = {"menu": [{"heading": "The year", "items": [item]}]}
    return plain | who | menu | {"provisional_years": [2027]} | changes


def test_the_frame_says_who_one_is_and_where():
    html = draw("base.html", frame=make_frame())
    assert '<html lang="en">' in html
    assert html.index('href="#main"') < html.index("<header")
    assert "Office Lee" in html
    assert 'action="/logout/"' in html
    assert 'href="/topics/" aria-current="page"' in html
    assert '<button type="submit" name="body" value="2">' in html
    assert "No working calendar for 2027" in html
    assert "Printed 2026-11-20 15:02, Office Lee" in html
    assert NASTY not in html


def test_one_body_needs_no_choice():
    frame = make_frame()
    html = draw("base.html", frame=frame | {"bodies": frame["bodies"][:1]})
    assert 'action="/bodies/"' not in html
    assert "<details" not in html


def test_a_message_tells_whether_it_was_done():
    done = draw("frame/messages.html", messages=[{"level_tag": "success"}])
    assert 'role="status"><i class="tick">' in done
    refused = draw("frame/messages.html", messages=[{"level_tag": "error"}])
    assert 'role="alert"><b>Not done</b>' in refused


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_needs_nothing_but_itself(name):
    html = draw(name)
    assert "signed in" not in html.lower()
    assert '<a class="btn btn-main" href="/">' in html
    assert "<nav" not in html


def test_a_page_one_may_not_see_says_so_in_words():
    html = draw("404.html", frame=make_frame())
    assert "does not exist, or you take no part in the matter" in html
    assert "Signed in as Office Lee." in html


def test_nobody_signed_in_is_said_too():
    assert "Nobody is signed in." in draw("404.html", frame={"product_name": "Product"})


def test_a_refusal_gives_its_reason():
    html = draw("403.html", frame=make_frame(), exception=NASTY)
    assert SAFE in html
    assert NASTY not in html


def test_an_old_page_says_what_is_kept():
    assert "what you entered is still there" in draw("403_csrf.html", frame=make_frame())


class LoginForm(forms.Form):
    username = forms.CharField(label="User name")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


def test_the_log_in_shows_errors_beside_the_field_and_keeps_the_way():
    form = LoginForm({"username": "lee"}, renderer=ScreenRenderer())
    form.add_error(None, "Log-in failed.")
    html = draw("registration/login.html", form=form, next="/topics/?a=1&b=2")
    assert 'role="alert">Log-in failed.' in html
    assert '<span class="err">Enter Password</span>' in html
    assert 'value="lee"' in html
    assert 'name="next" value="/topics/?a=1&amp;b=2"' in html
    assert "Sample accounts" not in html


def test_a_sample_lists_its_accounts_each_with_a_way_in():
    account = {"username": "lee", "title": "Clerk", "person": NASTY, "does": "Asks"}
    html = draw(
        "registration/login.html",
        form=LoginForm(renderer=ScreenRenderer()),
        sample_accounts=[{"body": "First", "accounts": [account]}],
        sample_password="Sample-1",
    )
    assert "the password of all: Sample-1" in html
    assert 'name="username" value="lee"' in html
    assert NASTY not in html
