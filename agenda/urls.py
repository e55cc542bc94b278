from django.urls import include, path

from agenda.views import agendas, consultations, topics

app_name = "agenda"

topic = [
    path("", topics.topic_detail, name="topic_detail"),
    path("amend/", topics.topic_amend, name="topic_amend"),
    path("answer/<slug:act>/", topics.topic_answer, name="topic_answer"),
    path("sheet/<slug:act>/", topics.topic_sheet, name="topic_sheet"),
    path("letter/", topics.topic_letter_preview, name="topic_letter_preview"),
    path("submit/", topics.topic_submit, name="topic_submit"),
    path("set_directly/", topics.topic_set_directly, name="topic_set_directly"),
    path("ask_to_let_pass/", topics.topic_ask_to_let_pass, name="topic_ask_to_let_pass"),
    path("put/", topics.topic_put, name="topic_put"),
    path("withdraw/", topics.topic_withdraw, name="topic_withdraw"),
    path("return_it/", topics.topic_return_it, name="topic_return_it"),
    path("ask_to_withdraw/", topics.topic_ask_to_withdraw, name="topic_ask_to_withdraw"),
    path("record_study/", topics.topic_record_study, name="topic_record_study"),
    path("consult/", topics.topic_consult, name="topic_consult"),
]
consultation = [
    path("", consultations.consultation_detail, name="consultation_detail"),
    path("answer/", consultations.consultation_answer, name="consultation_answer"),
    path("enter/", consultations.consultation_enter, name="consultation_enter"),
    path("correct/", consultations.consultation_correct, name="consultation_correct"),
    path("confirm/", consultations.consultation_confirm, name="consultation_confirm"),
    path(
        "give_back/", consultations.consultation_give_back, name="consultation_give_back"
    ),
    path("adopt/", consultations.consultation_adopt, name="consultation_adopt"),
    path("lapse/", consultations.consultation_lapse, name="consultation_lapse"),
    path("let_rest/", consultations.consultation_let_rest, name="consultation_let_rest"),
]
agenda = [
    path("", agendas.agenda_detail, name="agenda_detail"),
    path("pdf/", agendas.agenda_pdf, name="agenda_pdf"),
    path("sort/", agendas.agenda_sort, name="agenda_sort"),
    path("take_up/<int:topic>/", agendas.agenda_take_up, name="agenda_take_up"),
    path("supplement/<int:topic>/", agendas.agenda_supplement, name="agenda_supplement"),
    path("add/", agendas.agenda_add, name="agenda_add"),
    path("change/<int:item>/", agendas.agenda_change, name="agenda_change"),
    path("take_off/<int:item>/", agendas.agenda_take_off, name="agenda_take_off"),
    path("put_back/<int:item>/", agendas.agenda_put_back, name="agenda_put_back"),
    path("gather/", agendas.agenda_gather, name="agenda_gather"),
    path("freeze/", agendas.agenda_freeze, name="agenda_freeze"),
    path("reopen/", agendas.agenda_reopen, name="agenda_reopen"),
]
urlpatterns = [
    path("agendas/begin/<int:pk>/", agendas.agenda_begin, name="agenda_begin"),
    path("agendas/<int:pk>/", include(agenda)),
    path("topics/", topics.topic_list, name="topic_list"),
    path("topics/export/", topics.topic_export, name="topic_export"),
    path("topics/new/", topics.topic_create, name="topic_create"),
    path("topics/<int:pk>/", include(topic)),
    path("consultations/<int:pk>/", include(consultation)),
]
