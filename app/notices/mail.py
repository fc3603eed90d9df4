"""Sends a notice as mail, by smtplib in a thread: notices are rare, and SMTP is slow."""

import asyncio
import contextlib
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from app.notices import wording
from app.notices.robots import NoticeFailed
from app.notices.targets import Mailbox
from app.notices.wording import WaitingFollower

WITHIN = 6.0  # seconds for each step of the protocol
LONGEST = 100_000  # bytes


async def send_mail(mailbox: Mailbox, waiting: Sequence[WaitingFollower], now: float) -> None:
    """Send one mail about all waiting followers. Raises NoticeFailed."""
    message = compose_mail(mailbox, waiting, now)
    try:
        await asyncio.to_thread(_deliver_message, mailbox, message)
    except smtplib.SMTPResponseException as error:
        raise NoticeFailed(f"{type(error).__name__} {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:  # they may hold addresses
        raise NoticeFailed(type(error).__name__) from None


def compose_mail(mailbox: Mailbox, waiting: Sequence[WaitingFollower], now: float) -> EmailMessage:
    """The notice as a plain-text mail."""
    message = EmailMessage()
    message["Subject"] = " ".join(wording.build_subject(waiting).split())
    message["From"] = mailbox.sender
    message["To"] = ", ".join(mailbox.to)
    message["Date"] = formatdate(now, usegmt=True)
    message["Message-ID"] = make_msgid(domain=mailbox.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # prevents out-of-office replies
    message.set_content(wording.build_text(waiting, now, LONGEST), cte="base64")
    return message


def _deliver_message(mailbox: Mailbox, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    implicit = mailbox.tls == "implicit"
    server = (
        smtplib.SMTP_SSL(mailbox.host, mailbox.port, timeout=WITHIN, context=context)
        if implicit
        else smtplib.SMTP(mailbox.host, mailbox.port, timeout=WITHIN)
    )
    try:
        if mailbox.tls == "starttls":
            server.starttls(context=context)  # raises where the server has none
        if mailbox.user:
            server.login(mailbox.user, mailbox.password)
        server.send_message(message, mailbox.sender, mailbox.to)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
