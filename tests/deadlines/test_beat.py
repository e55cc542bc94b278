from jointmeeting.celery import app


def test_what_beat_starts_exists():
    app.loader.import_default_modules()
    assert {each["task"] for each in app.conf.beat_schedule.values()} <= app.tasks.keys()


def test_mail_goes_out_by_the_minute_and_does_not_pile_up():
    deliver = app.conf.beat_schedule["deliver"]
    assert deliver["schedule"] == deliver["options"]["expires"] == 60


def test_years_begin_before_the_reminders_of_the_day():
    years, daily = (
        app.conf.beat_schedule[name]["schedule"] for name in ("years", "daily")
    )
    assert [years.hour, years.minute] == [{7}, {0}]
    assert [daily.hour, daily.minute] == [{7}, {30}]
