"""Addresses of the consultants' pages. One name a verb."""

from django.urls import path

from cases.urls import number  # noqa: F401  registers <case_number:…>
from cases.views.desk import case, closing, mail, opening, queue, routing, solving, talking

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("open/", opening.open_case, name="open_case"),
    path("<case_number:case_id>/", case.case, name="case"),
    path("<case_number:case_id>/reply/", talking.reply, name="reply"),
    path("<case_number:case_id>/note/", talking.note, name="note"),
    path("<case_number:case_id>/ask-customer/", talking.ask_customer, name="ask_customer"),
    path("<case_number:case_id>/restore-service/", talking.restore_service, name="restore_service"),
    path("<case_number:case_id>/withdraw-restoration/", solving.withdraw_restoration, name="withdraw_restoration"),
    path("<case_number:case_id>/provide-solution/", talking.provide_solution, name="provide_solution"),
    path("<case_number:case_id>/take/", routing.take, name="take"),
    path("<case_number:case_id>/assign/", routing.assign, name="assign"),
    path("<case_number:case_id>/hand-to-development/", routing.hand_to_development, name="hand_to_development"),
    path("<case_number:case_id>/await-release/", routing.await_release, name="await_release"),
    path("<case_number:case_id>/resume-work/", routing.resume_work, name="resume_work"),
    path("<case_number:case_id>/close/", closing.close, name="close"),
    path("<case_number:case_id>/reopen/", closing.reopen, name="reopen"),
    path("<case_number:case_id>/mails/<int:mail_id>/send-again/", mail.send_again, name="send_again"),
]
