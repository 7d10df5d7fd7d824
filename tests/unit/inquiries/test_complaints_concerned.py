"""Whom a complaint concerns: the producer, officers, the commune's own, and the authority named for its group."""

from collections.abc import AsyncIterator

import pytest

from catalog.audit import Doer
from catalog.authorities import Authority, find_authority, read_authorities, read_matter
from catalog.inquiry import Address, ComplaintMatter
from catalog.officers import Grant, OfficerRole
from handlers import limits
from handlers.actions import Verb
from handlers.own_codes import new_code
from tests.town import Town, number_in, product, town_on
from tests.unit.inquiries.conftest import Folk

NAMED = (
    "hygiene Thực phẩm: Sở Nông nghiệp và Môi trường <An.Toan@nn.example.vn>; hygiene: Sở Y tế <yt@example.vn>;"
    " fake: Quản lý thị trường <qltt@example.vn>;"
)
FARMING = Address("mail", "an.toan@nn.example.vn")


@pytest.fixture
async def town(town_url: str) -> AsyncIterator[Town]:
    async with town_on(town_url, authorities=read_authorities(NAMED)) as opened:
        await opened.store.import_rows([product(1, group="Thực phẩm")], who="test")
        yield opened


def test_the_group_s_own_authority_goes_before_that_of_all_groups() -> None:
    named = read_authorities(NAMED)
    assert named[0] == Authority(
        ComplaintMatter.HYGIENE, "Sở Nông nghiệp và Môi trường", "an.toan@nn.example.vn", "Thực phẩm"
    )
    found = [find_authority(named, *each) for each in (("hygiene", "Thực phẩm"), ("hygiene", ""), ("fake", "Đồ uống"))]
    assert found == list(named)
    assert find_authority(named, "facts", "Thực phẩm") is None
    assert read_authorities(" ; ") == ()


@pytest.mark.parametrize(
    "wrong", ["hygiene Sở Y tế", "facts: Sở <a@b.vn>", "hygiene Ô tô: Sở <a@b.vn>", "fake: Sở <a b>", "fake: <a@b.vn>"]
)
def test_an_entry_that_names_nobody_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"Sở|MATTER|Ô tô"):
        read_authorities(wrong)


async def complain(folk: Folk, words: str, *, matter: str = "Hàng hỏng") -> str:
    asked = await folk.lan.does(Verb.KIND, "complaint nem-1")
    assert "Có chuyện gì không ổn?" in asked
    await folk.lan.tap(matter)
    shown = await folk.lan(words)
    ref = number_in(await folk.lan.tap("Gửi"))
    assert words in shown
    return ref


def mailed(town: Town, to: Address) -> list[str]:
    """What was written to an e-mail address."""
    return [each.reply.text for each in town.lines["mail"].said if each.person.address == to.address]


async def test_hygiene_reaches_the_authority_of_the_group_without_the_customer_s_name(town: Town, folk: Folk) -> None:
    ref = await complain(folk, "Nem có mốc xanh, lô 12")
    assert any("Sở Nông nghiệp và Môi trường cũng nhận được" in each for each in folk.lan.heard)
    await town.post()
    (letter,) = mailed(town, FARMING)
    assert ref in letter
    assert "Nem có mốc xanh" in letter
    assert "Lan" not in letter
    assert ref in folk.ba.last
    assert "hàng hỏng" in folk.officer.last
    await folk.lan.does(Verb.MORE, ref)
    await folk.lan("Mua ở chợ Nhớn sáng nay")
    await town.post()
    assert "Mua ở chợ Nhớn" in mailed(town, FARMING)[-1]


async def test_wrong_facts_concern_no_authority_and_a_fake_the_market_s(town: Town, folk: Folk) -> None:
    await complain(folk, "Số điện thoại sai rồi", matter="Thông tin ở đây sai")
    await town.post()
    assert town.lines["mail"].said == []
    await complain(folk, "Hộp nhái, tem mờ", matter="Hàng giả")
    await town.post()
    assert len(mailed(town, Address("mail", "qltt@example.vn"))) == 1


async def test_the_officers_of_the_commune_hear_of_it_where_they_are_known(town: Town, folk: Folk) -> None:
    commune = await town.store.product("nem-1")
    assert commune is not None
    unit = town.context.places.of_producer(commune.producer).new
    assert unit is not None
    number = (
        await town.store.officers.add("Cán bộ xã", Grant(OfficerRole.COMMUNE, town.today, commune=unit.code), by=Doer())
    ).number
    chat = town.someone("telegram", "777")
    code = new_code()
    await town.store.officers.make_link(number, code, expires_at=town.now + 600, by=Doer())
    assert await town.store.officer_chats.bind(code, chat.address, now=town.now) == number
    ref = await complain(folk, "Nem có mốc xanh, lô 12")
    await town.post()
    assert chat.last.startswith("Có khách phản ánh về sản phẩm của xã mình:")
    assert ref in chat.last
    assert "mốc xanh" not in chat.last, "its words are read on the board, where the audit tells of it"


async def test_beyond_so_many_an_hour_the_rest_comes_to_the_authority_in_one_letter(town: Town) -> None:
    for each in range(limits.TOLD_PER_HOUR + 3):
        person = town.someone("zalo", f"z{each}")
        await person.does(Verb.KIND, "complaint/hygiene nem-1")
        await person(f"Nem mốc lần {each}")
        await person.tap("Gửi")
    await town.post()
    await town.later(limits.HOUR)
    letters = mailed(town, FARMING)
    assert len(letters) == limits.TOLD_PER_HOUR + 1
    assert "lần 12" in letters[-1]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("báo hàng giả nem chua 1", "vì sao bạn nghĩ là hàng giả?"),
        ("nem chua 1 bị mốc, ăn đau bụng", "mua ở đâu, khi nào"),
        ("khiếu nại nem chua 1", "Có chuyện gì không ổn?"),
    ],
)
async def test_what_was_said_to_be_wrong_is_not_asked_again(town: Town, folk: Folk, said: str, asked: str) -> None:
    shown = await folk.lan(said)
    assert "Nem chua 1" in shown
    assert asked in shown


async def test_a_complaint_that_names_no_product_goes_on_with_the_next_one(town: Town, folk: Folk) -> None:
    assert "Đó là sản phẩm nào" in await folk.lan("báo hàng giả")
    shown = await folk.lan("nem chua 1")
    assert "Nem chua 1" in shown
    assert "vì sao bạn nghĩ là hàng giả?" in shown
    assert "Hàng giả" in await folk.lan("Ở chợ Nhớn, hộp không tem") or "hàng giả" in folk.lan.last


async def test_a_product_that_is_looked_up_later_begins_no_complaint(town: Town, folk: Folk) -> None:
    await folk.lan("báo hàng giả")
    await folk.lan("cảm ơn")
    assert "HTX Nem 1" in await folk.lan("nem chua 1")
    assert folk.lan.reply.cards


async def test_words_that_say_what_is_wrong_reach_the_authority_for_it_and_may_be_set_right(
    town: Town, folk: Folk
) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    shown = await folk.lan("Nem có mốc xanh")
    assert "Sở Nông nghiệp và Môi trường cũng nhận được" in shown
    await folk.lan.tap("Đổi loại phản ánh")
    shown = await folk.lan.tap("Thông tin ở đây sai")
    assert "“Nem có mốc xanh”" in shown
    assert "Sở Nông nghiệp" not in shown
    await folk.lan.tap("Gửi")
    await town.post()
    assert mailed(town, FARMING) == []


async def test_a_matter_that_was_read_goes_with_its_words_and_can_be_taken_off(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    assert "Sở Nông nghiệp" in await folk.lan("Nem có mốc xanh")
    await folk.lan.does(Verb.EDIT, "text")
    assert "Sở Nông nghiệp" not in await folk.lan("Nem ngon mà giao thiếu")
    assert "Sở Nông nghiệp" in await folk.lan("hộp còn lại có mốc xanh"), "what is added is read as well"
    await folk.lan.tap("Đổi loại phản ánh")
    shown = await folk.lan.tap("Chuyện khác")
    assert "hộp còn lại có mốc xanh" in shown
    assert "Sở Nông nghiệp" not in shown
    await folk.lan.does(Verb.EDIT, "text")
    assert "Sở Nông nghiệp" not in await folk.lan("Nem vẫn có mốc xanh"), "a button told that it is none"
    await folk.lan.tap("Đổi loại phản ánh")
    assert "Sở Nông nghiệp" in await folk.lan.tap("Hàng hỏng")
    await folk.lan.does(Verb.EDIT, "text")
    assert "Sở Nông nghiệp" in await folk.lan("Nem giao thiếu"), "a button told what it is"


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        ("báo hàng giả nem Bùi", ComplaintMatter.FAKE),
        ("bao hang gia nem bui", ComplaintMatter.FAKE),
        ("hang gia bao nhieu", ""),
        ("tác giả bức tranh ghi sai", ""),
        ("nem bi moc, dau bung", ComplaintMatter.HYGIENE),
        ("hàng nhái bị mốc", ""),
        ("it was rotten", ComplaintMatter.HYGIENE),
        ("가짜예요", ComplaintMatter.FAKE),
        ("发霉了", ComplaintMatter.HYGIENE),
        ("hàng giá 50k mà giao thiếu", ""),
        ("hang gia 50k ma giao thieu", ""),
        ("bao hang gia 50k ma thieu", ""),
        ("sản phẩm giá đắt thế", ""),
        ("đồ gia dụng bị vỡ", ""),
        ("hàng gia truyền mà ăn dở", ""),
        ("giao hàng gián đoạn", ""),
        ("giao hàng quá hạn hai ngày", ""),
        ("cột mốc sai", ""),
        ("tôi đã thôi không mua", ""),
        ("toi da thoi khong mua", ""),
        ("hộp bị hỏng khi giao", ""),
        ("hop bi hong khi giao", ""),
        ("không phải hàng giả nhưng giao thiếu", ""),
        ("quảng cáo chữa đau bụng", ""),
        ("rượu lên men tự nhiên mà ghi sai độ", ""),
        ("포장이 이상한 것 같아요", ""),
        ("속상했어요, 하나가 부족해요", ""),
        ("盒子坏了", ""),
        ("放假的时候没送到", ""),
        ("nem bị hỏng", ComplaintMatter.HYGIENE),
        ("Bánh mốc.", ComplaintMatter.HYGIENE),
        ("có con gián trong hộp", ComplaintMatter.HYGIENE),
        ("hàng không bị mốc mà là hàng giả", ComplaintMatter.FAKE),
        ("음식이 상했어요", ComplaintMatter.HYGIENE),
        ("Nem chua bị mốc", ComplaintMatter.HYGIENE),
        ("nem chua bi moc", ComplaintMatter.HYGIENE),
        ("hang la gia 50k ma thieu", ""),
        ("hang la gia, tem mo", ComplaintMatter.FAKE),
    ],
)
def test_what_a_complaint_is_about_is_read_from_its_words(said: str, matter: str) -> None:
    assert read_matter(said) == matter
