"""Against a real SMTP server, in a thread of its own: accepting, refusing for now, refusing for good, hanging up."""

from __future__ import annotations

import email
import smtplib
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.outbox.relay import relay_until_empty
from stoa.operations.notifications import transport
from stoa.operations.notifications.actions import queue_account_mail, resend
from stoa.operations.notifications.errors import MailSettingsError
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.queries import failed_mails
from stoa.operations.notifications.sending import LEASE, MAX_ATTEMPTS, backoff, is_permanent, send_due
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db


class Server:
    """What the other side does: ``rcpt`` and ``data`` are its answers; ``hangs_up`` closes the line instead."""

    def __init__(self) -> None:
        self.rcpt = "250 OK"
        self.data = "250 OK"
        self.hangs_up = False
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.connections = 0

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address, options):  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):  # noqa: N802
        if self.hangs_up:
            server.transport.close()
            return "421 gone"
        if self.data.startswith("250"):
            made = email.message_from_bytes(envelope.content, policy=default)
            self.taken.append((list(envelope.rcpt_tos), made))
        return self.data


@pytest.fixture
def server(settings) -> Iterator[Server]:
    made = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    settings.STOA_SMTP_URL = f"smtp://127.0.0.1:{port}"
    yield made
    controller.stop()


@pytest.fixture
def mail(shop: Shop, server: Server) -> MailMessage:
    make_order(shop)
    relay_until_empty(strict=True)
    waiting = MailMessage.objects.get()
    assert waiting.state == "waiting"
    return waiting


def now(mail: MailMessage) -> MailMessage:
    return MailMessage.objects.get(pk=mail.pk)


def test_a_mail_is_handed_over_once(mail: MailMessage, server: Server) -> None:
    assert send_due() == 1
    assert send_due() == 0
    [(recipients, message)] = server.taken
    assert recipients == ["ada@example.com"]
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Test shop <shop@example.com>"
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_body(("plain",)).get_content().splitlines() == mail.text.splitlines()
    sent = now(mail)
    assert (sent.state, sent.attempts, sent.error) == ("sent", 1, "")
    assert sent.text == mail.text


def test_many_mails_share_one_connection(shop: Shop, server: Server) -> None:
    for _ in range(4):
        make_order(shop, {"MUG": 1})
    relay_until_empty(strict=True)
    assert send_due() == 4
    assert server.connections == 1


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_refused_for_now_is_tried_again(mail: MailMessage, server: Server, where: str) -> None:
    setattr(server, where, "451 come back later")
    assert send_due() == 0
    waiting = now(mail)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "451" in waiting.error
    assert send_due() == 0
    assert now(mail).attempts == 1  # not before its time

    setattr(server, where, "250 OK")
    with clock.at(clock.now() + timedelta(seconds=31)):
        assert send_due() == 1
    assert now(mail).state == "sent"
    assert len(server.taken) == 1


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_refused_for_good_is_shown_to_the_merchant(mail: MailMessage, server: Server, where: str) -> None:
    setattr(server, where, "550 no such mailbox")
    assert send_due() == 0
    assert failed_mails().get().pk == mail.pk
    assert "550" in now(mail).error
    with clock.at(clock.now() + timedelta(days=1)):
        assert send_due() == 0

    setattr(server, where, "250 OK")
    resend(mail.pk, SYSTEM)
    assert send_due() == 1
    assert now(mail).state == "sent"
    assert MailMessage.objects.count() == 1


def test_a_line_that_breaks_is_tried_again(mail: MailMessage, server: Server) -> None:
    server.hangs_up = True
    assert send_due() == 0
    assert now(mail).state == "waiting"
    server.hangs_up = False
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert send_due() == 1
    assert len(server.taken) == 1


def test_one_bad_mail_does_not_hold_up_the_next(shop: Shop, server: Server) -> None:
    for email_address in ("one@example.com", "two@example.com"):
        make_order(shop, {"MUG": 1}, email=email_address)
    relay_until_empty(strict=True)
    MailMessage.objects.filter(recipient="one@example.com").update(recipient="one@example.com\nBcc: eve@example.com")
    assert send_due() == 1
    assert [recipients for recipients, _message in server.taken] == [["two@example.com"]]
    assert failed_mails().get().recipient.startswith("one@")


def test_a_server_that_is_down_is_tried_until_it_is_given_up(mail: MailMessage, settings) -> None:
    settings.STOA_SMTP_URL = "smtp://127.0.0.1:9"
    moment = clock.now()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with clock.at(moment):
            assert send_due() == 0
        assert now(mail).attempts == attempt
        moment += backoff(attempt) + timedelta(seconds=1)
    assert now(mail).state == "failed"


def test_what_a_dead_process_left_is_sent_after_the_lease_under_the_same_id(mail: MailMessage, server: Server) -> None:
    MailMessage.objects.update(state="sending", attempts=1, lease_until=clock.now() + LEASE)
    assert send_due() == 0
    with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
        assert send_due() == 1
    assert server.taken[0][1]["Message-ID"] == mail.message_id


def test_secret_links_are_not_kept_once_sent(shop: Shop, server: Server) -> None:
    queue_account_mail("account_reset", "ada@example.com", {"url": "/account/reset/abc/"})
    assert send_due() == 1
    kept = MailMessage.objects.get()
    assert (kept.state, kept.html, kept.text) == ("sent", "", "")
    assert "/account/reset/abc/" in server.taken[0][1].get_body(("plain",)).get_content()


def test_names_cannot_add_headers(shop: Shop, server: Server) -> None:
    shop.market.shop_name = "Shop\r\nBcc: eve@example.com"
    type(shop.market).objects.update(shop_name=shop.market.shop_name)
    make_order(shop)
    relay_until_empty(strict=True)
    assert send_due() == 1
    [(recipients, message)] = server.taken
    assert recipients == ["ada@example.com"]
    assert message["Bcc"] is None
    assert "Shop Bcc: eve@example.com" in message["Subject"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", transport.Server("mail.example", 587, "", "", True, False)),
        ("smtp://mail.example:25", transport.Server("mail.example", 25, "", "", False, False)),
        ("smtp://u%40x:p%2Fw@mail.example:2525", transport.Server("mail.example", 2525, "u@x", "p/w", True, False)),
        ("smtp://u:p@mail.example:25?starttls=never", transport.Server("mail.example", 25, "u", "p", False, False)),
        ("smtp://mail.example:25?starttls=always", transport.Server("mail.example", 25, "", "", True, False)),
        ("smtps://u:p@mail.example", transport.Server("mail.example", 465, "u", "p", False, True)),
    ],
)
def test_addresses_of_servers(url: str, expected: transport.Server) -> None:
    assert transport.server(url) == expected


@pytest.mark.parametrize("url", ["", "http://mail.example", "smtp://", "smtp://x:abc", "smtp://x?starttls=perhaps"])
def test_addresses_that_make_no_sense(url: str) -> None:
    with pytest.raises(MailSettingsError):
        transport.server(url)


def test_a_refused_log_in_is_a_matter_of_settings_not_of_the_mail() -> None:
    assert not is_permanent(smtplib.SMTPAuthenticationError(535, b"no"))
    assert is_permanent(smtplib.SMTPDataError(554, b"spam"))
    assert not is_permanent(smtplib.SMTPDataError(451, b"later"))
    assert is_permanent(smtplib.SMTPRecipientsRefused({"a": (550, b"no")}))
    assert not is_permanent(smtplib.SMTPServerDisconnected("gone"))
    assert not is_permanent(TimeoutError())
