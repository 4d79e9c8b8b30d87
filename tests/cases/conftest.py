"""What tests of mails share."""

import pytest

from cases.models.outbox_mail import Delivery
from cases.notifications.delivery import deliver_all


@pytest.fixture
def caught(sink, later):
    """`caught(mail)`: send all that is due, and return this one as it arrived."""

    def send(mail):
        deliver_all(later(days=1))
        mail.refresh_from_db()
        assert mail.state == Delivery.SENT, mail.error
        return next(caught for caught in sink.messages if caught.id == mail.message_id)

    return send
