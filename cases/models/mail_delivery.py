"""What every mail that waits has, as the mails of cases use it. It stands where mails about signing in find it too."""

from contacts.models.mail_delivery import Delivery, MailDelivery

__all__ = ["Delivery", "MailDelivery"]
