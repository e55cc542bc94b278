from jointmeeting.celery import app


def test_what_beat_starts_exists():
    app.loader.import_default_modules()
    assert {each["task"] for each in app.conf.beat_schedule.values()} <= app.tasks.keys()


def test_mail_goes_out_by_the_minute_and_does_not_pile_up():
    deliver = app.conf.beat_schedule["deliver"]
    assert deliver["schedule"] == deliver["options"]["expires"] == 60


def test_years_begin_and_dates_are_settled_before_the_reminders_of_the_day():
    names = ("years", "dates", "silence", "levels", "daily")
    daily = [app.conf.beat_schedule[name]["schedule"] for name in names]
    assert [each.hour for each in daily] == [{7}] * 5
    assert [each.minute for each in daily] == [{0}, {15}, {20}, {25}, {30}]
