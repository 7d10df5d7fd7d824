"""E-mail through a real connection to a strict little server."""

import pytest
from pydantic import ValidationError

from bot.channel import Delivery, Gone, Health, MaybeSent, NotSent, Refused, SendError
from bot.channels.mail import Mail, Security, Settings
from bot.channels.mail.channel import subject
from handlers import attachments
from handlers.messages import Incoming, Person, Reply, Text
from tests.stands.smtp import Smtp, smtp_server

SAID = "Có khách viết cho bạn:\n#ABCD2345 · Câu hỏi · Nem chua 1 · đã gửi\n\n.một dòng bắt đầu bằng chấm\nđến mai"


JPEG = b"\xff\xd8\xff\xe0 pixels"


async def photo(path: str) -> bytes | None:
    return JPEG if path == "/f/proof" else None


def channel(smtp: Smtp, **more: object) -> Mail:
    settings = {"host": "127.0.0.1", "port": smtp.port, "sender": "ocop@example.vn", "security": Security.NONE}
    return Mail(Settings.model_validate(settings | more), picture=photo)


def delivery(address: str = "nem@example.vn", said: str = SAID) -> Delivery:
    return Delivery(Person("mail", address), Reply(said), key="notice:7")


async def test_a_notice_arrives_as_plain_text() -> None:
    async with smtp_server() as smtp:
        mail = channel(smtp)
        sent = await mail.deliver(delivery())
        (taken,) = smtp.taken
    assert (taken.sender, taken.recipients) == ("ocop@example.vn", ("nem@example.vn",))
    assert taken.message.get_content().splitlines() == SAID.splitlines()
    assert taken.message["Subject"] == "Có khách viết cho bạn: #ABCD2345 · Câu hỏi · Nem chua 1 · đã gửi"
    assert taken.message["Message-ID"] == sent == "<notice.7@example.vn>"
    assert taken.message["Auto-Submitted"] == "auto-generated"
    assert mail.condition().health is Health.UP


async def test_it_logs_in_where_it_must() -> None:
    async with smtp_server(users={"ocop": "geheim"}) as smtp:
        await channel(smtp, user="ocop", password="geheim").deliver(delivery())
        assert len(smtp.taken) == 1
        for wrong in ({}, {"user": "ocop", "password": "falsch"}):
            with pytest.raises(NotSent):
                await channel(smtp, **wrong).deliver(delivery())
        assert len(smtp.taken) == 1


@pytest.mark.parametrize(
    ("says", "meant"),
    [
        ({"EHLO": "421 later"}, NotSent),
        ({"EHLO": "cut"}, NotSent),
        ({"MAIL": "451 busy"}, NotSent),
        ({"MAIL": "550 not you"}, NotSent),
        ({"RCPT": "550 no such user"}, Gone),
        ({"RCPT": "450 mailbox busy"}, NotSent),
        ({"DATA": "451 busy"}, NotSent),
        ({"DATA": "554 no"}, Refused),
        ({"DATA": "cut"}, MaybeSent),
        ({".": "451 busy"}, NotSent),
        ({".": "554 spam"}, Refused),
        ({".": "cut"}, MaybeSent),
    ],
)
async def test_what_a_refusal_means(says: dict[str, str], meant: type[SendError]) -> None:
    async with smtp_server(says=says) as smtp:
        with pytest.raises(meant) as raised:
            await channel(smtp, timeout=5).deliver(delivery())
    assert type(raised.value) is meant
    assert "nem@example.vn" not in str(raised.value)


async def test_nobody_at_home() -> None:
    async with smtp_server() as smtp:
        mail = channel(smtp)
    with pytest.raises(NotSent):
        await mail.deliver(delivery())
    assert mail.condition().health is Health.DOWN


async def test_starttls_is_not_given_up_silently() -> None:
    async with smtp_server() as smtp:
        with pytest.raises(NotSent):
            await channel(smtp, security="starttls").deliver(delivery())
        with pytest.raises(NotSent):
            await channel(smtp, security="tls", timeout=2).deliver(delivery())
        assert smtp.taken == []


async def test_an_address_in_vietnamese_is_refused_not_mangled() -> None:
    async with smtp_server() as smtp:
        with pytest.raises(SendError):
            await channel(smtp).deliver(delivery("bác-ba@example.vn"))
        assert smtp.taken == []


async def test_headers_cannot_be_smuggled_in() -> None:
    async with smtp_server() as smtp:
        await channel(smtp).deliver(delivery(said="Xin chào\r\nBcc: eve@example.vn\u2028X: y"))
    assert smtp.taken[0].message["Bcc"] is None
    assert smtp.taken[0].recipients == ("nem@example.vn",)


def test_a_subject_is_one_short_line() -> None:
    assert subject("") == ""
    assert subject("\n\n một \n\u0007hai\nba") == "một  hai"
    assert len(subject("x" * 500)) == 120


async def test_nothing_comes_in() -> None:
    async with smtp_server() as smtp:
        mail = channel(smtp)
    incoming = Incoming(Person("mail", "x"), Text("x"), "1")
    assert await mail.fetch(incoming) == incoming
    assert list(mail.routes()) == []
    await mail.run()
    assert (mail.name, mail.keeps_answers) == ("mail", False)


@pytest.mark.parametrize("wrong", [{"user": "a"}, {"password": "b"}, {"sender": "nobody"}, {"host": ""}, {"x": "y"}])
def test_settings_are_checked(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate({"host": "h", "sender": "a@b.vn"} | wrong)
    assert "password='b'" not in str(raised.value)


async def test_the_photo_that_goes_along_is_attached() -> None:
    """Only the one who receives the mail has it: nothing of it is fetched from anywhere."""
    async with smtp_server() as smtp:
        mail = channel(smtp)
        for proof in ("proof", "gone"):
            reply = Reply(SAID, cards=(attachments.photo_card("Ảnh kèm theo #ABCD2345", proof),))
            await mail.deliver(Delivery(Person("mail", "nem@example.vn"), reply, key=f"notice:{proof}"))
        with_photo, without = smtp.taken
    (picture,) = with_photo.message.iter_attachments()
    assert (picture.get_content_type(), picture.get_content()) == ("image/jpeg", JPEG)
    words = with_photo.message.get_body(("plain",))
    assert words is not None
    assert words.get_content().splitlines() == SAID.splitlines()
    assert list(without.message.iter_attachments()) == []


async def test_the_mail_server_is_asked_without_sending_anything() -> None:
    async with smtp_server(users={"ocop": "geheim"}) as smtp:
        assert await channel(smtp, user="ocop", password="geheim").probe() == "the mail server 127.0.0.1 takes us"
        with pytest.raises(NotSent, match="the mail server cannot be used"):
            await channel(smtp, user="ocop", password="falsch").probe()
        assert smtp.taken == []
