"""A reply as an e-mail: its words, without buttons; whoever receives it answers on the page it links to."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from bot.channel import Delivery
from handlers import attached, plain

_LONGEST_SUBJECT = 120


def letter(delivery: Delivery, *, sender: str, photo: bytes | None = None) -> EmailMessage:
    """The e-mail that says *delivery*, with *photo* beside it.

    Its id is the same at every attempt, so that a repeated one can be known.
    """
    text = plain.as_text(attached.apart(delivery.reply)[0])
    message = EmailMessage()
    message["From"] = sender
    message["To"] = delivery.person.address
    message["Subject"] = subject(text)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{delivery.key.replace(':', '.')}@{sender.partition('@')[2]}>"
    # Out-of-office robots leave such mail alone (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if photo:
        message.add_attachment(photo, maintype="image", subtype="jpeg", filename="anh.jpg")
    return message


def subject(text: str) -> str:
    """The first two lines of *text* as one: what it is, and the number of the matter."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:2]
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(lines))[:_LONGEST_SUBJECT]
