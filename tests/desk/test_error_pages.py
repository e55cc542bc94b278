"""What was typed is never lost, not even on an error page."""

from institutions.models import User


def test_a_refused_form_is_shown_with_what_was_typed(client, db):
    person = User.objects.create_user("somebody", password="x" * 12, name="某人")
    client.force_login(person)
    said = "水闸站的意见：每日六时到九时开闸，并派人看守。"
    page = client.post("/no/such/row/", {"opinion": said, "password": "p" * 20})
    assert page.status_code == 404
    assert said in page.content.decode()
    assert "p" * 20 not in page.content.decode()


def test_an_error_page_that_was_only_opened_shows_no_text(client, db):
    page = client.get("/no/such/row/", {"opinion": "每日六时到九时开闸，并派人看守。"})
    assert "textarea" not in page.content.decode()
