"""What officers do: corrections proposed, decided, shown with their source; roles checked at every tap."""

import pytest

from catalog.fields import CORRECTABLE
from catalog.inquiry import Address, Correction, Invitation, Role
from handlers.actions import Verb
from handlers.inquiries.corrections import shown_value
from handlers.phrases import speech
from tests.conftest import lines
from tests.town import DAY, Town, product
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases

say = speech("vi")
NOT_YOURS = say("This is for programme officers.")


async def proposed(folk: Folk, field: str, value: str, *, product: str = "nem-1") -> str:
    await folk.ba.does(Verb.FIX, f"{field} {product}")
    return await folk.ba(value)


async def test_a_correction_is_proposed_decided_and_shown_with_its_source(town: Town, folk: Folk) -> None:
    ba, chief = folk.ba, folk.officer
    assert await ba("/sua") == lines(say("Which product has a fact to correct?"), "", "1. Nem chua 1", "2. Nem chua 2")
    assert (await ba.tap("Nem chua 1")).startswith(
        say("Which fact of {product} shall be corrected?", product="Nem chua 1")
    )
    assert "+84912345671" in await ba.tap("Điện thoại")
    again = say("That does not look right. Please write it again, or cancel.")
    assert await ba("gọi tôi nhé") == f"“gọi tôi nhé” không phải số điện thoại.\n{again}"
    assert await ba("0987 654 321; 0222 3821 234") == say("Thank you. An officer will check it; you will be told.")
    await town.post()
    assert chief.last == lines(
        "HTX Nem 1 đề nghị sửa:",
        "Nem chua 1",
        "Điện thoại: +84912345671 → +84987654321, +842223821234",
        "",
        f"1. {say('Accept')}",
        f"2. {say('Refuse')}",
    )
    assert "0987 654 321" not in await folk.lan.does(Verb.PRODUCT, "nem-1")
    assert await chief.tap(say("Accept")) == say("Accepted; the card shows it now.")
    await town.post()
    assert ba.last == say("Your correction ({field}) was accepted.", field="Điện thoại")
    card = await folk.lan.does(Verb.PRODUCT, "nem-1")
    assert "0987 654 321" in card
    assert "Nhà sản xuất cung cấp, cán bộ đã xác nhận (ghi nhận 24/11/2026)" in card
    assert await chief.does(Verb.DECIDE, "1 no") == say("That was decided already.")
    for none in ("99 yes", f"{'9' * 40} yes", "one yes"):
        assert await chief.does(Verb.DECIDE, none) == say("There is no such correction.")
    await town.post()
    accepted = say("Your correction ({field}) was accepted.", field="Điện thoại")
    assert ba.heard.count(accepted) == 1


async def test_a_refusal_is_told(town: Town, folk: Folk) -> None:
    await proposed(folk, "buy", "Chợ Dâu, sạp 12")
    await town.post()
    assert await folk.officer.tap(say("Refuse")) == say("Refused; the producer is told.")
    await town.post()
    assert folk.ba.last == say("Your correction ({field}) was not accepted.", field=say("Where to buy"))
    assert "Chợ Dâu, sạp 12" not in await folk.lan.does(Verb.PRODUCT, "nem-1")


@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [
        ("email", "không có", "nem@example.vn"),
        ("website", "http://", "nem.example.vn"),
        ("images", "http://nem.example.vn/a.jpg", "https://nem.example.vn/a.jpg"),
        ("address", "\u0007", "thôn 2, xã Đình Tổ"),
        ("price", "rẻ lắm", "120.000 đ/hộp 500 g (tính đến 01/11/2026)"),
        ("price", "120.000 đ/kg (tính đến 2027)", "120.000 đ/kg (tính đến 2026)"),
        ("season", "mùa hè", "11-2"),
    ],
)
async def test_each_fact_is_checked(town: Town, folk: Folk, field: str, wrong: str, right: str) -> None:
    assert field in CORRECTABLE
    assert say("That does not look right. Please write it again, or cancel.") in await proposed(folk, field, wrong)
    assert await folk.ba(right) == say("Thank you. An officer will check it; you will be told.")
    await folk.officer.does(Verb.DECIDE, "1 yes")
    made = await town.store.product("nem-1")
    assert made is not None
    assert right in repr(made)


@pytest.mark.parametrize(
    ("kept", "shown"), [("not json", "not json"), ("7", "7"), ("", ""), ('["Chợ Dâu", 7]', "Chợ Dâu, 7")]
)
def test_a_correction_that_is_no_list_is_shown_as_it_stands(kept: str, shown: str) -> None:
    """One such row made the whole page Today fail."""
    assert shown_value(Correction(1, "nem-1", "nem-1", "phones", "", kept, Address("web", "1"), 0.0)) == shown


async def test_the_same_wish_twice_is_one(town: Town, folk: Folk) -> None:
    for _ in range(2):
        await proposed(folk, "buy", "Chợ Dâu")
    await proposed(folk, "buy", "Chợ Keo")
    assert [each.new for each in await town.store.corrections.waiting(limit=9)] == ["Chợ Dâu", "Chợ Keo"]
    await town.post()
    assert sum("Chợ Dâu" in each for each in folk.officer.heard) == 1


async def test_only_ones_own_facts_can_be_corrected(town: Town, folk: Folk) -> None:
    refused = say("You answer for no producer. If you make OCOP products, ask the programme officer for a code.")
    for person, subject in ((folk.lan, ""), (folk.lan, "nem-1"), (folk.ba, "nem-3"), (folk.ba, "buy nem-3")):
        assert await person.does(Verb.FIX, subject) == refused
    await folk.ba.does(Verb.FIX, "buy nem-1")
    await folk.ba.does(Verb.LEAVE, "yes")
    assert await folk.ba("Chợ Dâu") == refused
    assert await town.store.corrections.waiting(limit=9) == []


async def test_a_long_list_of_products_has_pages(town: Town, folk: Folk) -> None:
    await town.store.import_rows([product(number) for number in range(10, 20)], who="test")
    first = await folk.ba("/sua")
    assert first.count("Nem chua") == 8
    assert (await folk.ba.tap(say("Next →"))).count("Nem chua") == 4
    assert (await folk.ba.tap(say("← Previous"))).count("Nem chua") == 8


@pytest.mark.parametrize("verb", [Verb.REVIEW, Verb.DECIDE, Verb.INVITE])
async def test_a_stranger_gets_nothing_from_an_officers_button(town: Town, folk: Folk, verb: Verb) -> None:
    await proposed(folk, "buy", "Chợ Dâu")
    for person in (folk.eve, folk.ba, folk.lan):
        for subject in ("", "1", "1 yes", "nem-1"):
            assert await person.does(verb, subject) == NOT_YOURS
    assert len(await town.store.corrections.waiting(limit=9)) == 1


async def test_who_is_no_officer_any_more_is_told_nothing_more(town: Town, folk: Folk) -> None:
    await town.store.members.invite(Invitation(Role.OFFICER), code="CHIEF234", expires_at=town.now + DAY)
    await folk.tu("/join CHIEF234")
    ref = await folk.lan.asks("Có bán sỉ không?", product="nem-3")
    await town.store.members.leave(folk.tu.address, role=Role.OFFICER)
    await town.post()
    assert not any(ref in each for each in folk.tu.heard)
    assert any(ref in each for each in folk.officer.heard)


async def test_what_waits_for_an_officer(town: Town, folk: Folk) -> None:
    assert await folk.officer("/duyet") == say("Nothing waits for you.")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await proposed(folk, "buy", "Chợ Dâu")
    for name in ("mai", "nga", "oanh"):
        await town.someone("zalo", name)("bánh gai tứ trụ")
    await town.later(2 * DAY)
    context = await folk.officer("/duyet")
    assert say("What waits for you:") in context
    assert f"{say('Where to buy')} · HTX Nem 1" in context
    assert f"#{ref}" in context
    assert "3× bánh gai tứ trụ" in context
    assert "Nem để được bao lâu?" in await folk.officer.tap(f"#{ref}")
    assert "Chợ Dâu" in await folk.officer.does(Verb.DECIDE, "1")


async def test_an_officer_sees_no_name_and_no_number(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan("Hàng bị mốc")
    await folk.lan.tap("Kèm số điện thoại")
    await folk.lan("0987654321")
    await folk.lan.tap("Gửi kèm tên")
    await town.later(DAY)
    assert "Hàng bị mốc" in "".join(folk.officer.heard)
    assert not any("Nguyễn" in each or "0987" in each for each in folk.officer.heard)


async def test_a_correction_of_a_product_that_is_gone(town: Town, folk: Folk) -> None:
    """Deciding about a product that was taken off the list changes nothing and breaks nothing."""
    wish = Correction(0, "gone", "gone", "buy", old="", new="Chợ", by=folk.ba.address, at=town.now)
    number = await town.store.corrections.propose(wish)
    assert "gone" in await folk.officer.does(Verb.DECIDE, str(number))
    assert await folk.officer.does(Verb.DECIDE, f"{number} yes") == say("Accepted; the card shows it now.")


async def test_a_correction_is_kept_in_plain_letters(town: Town, folk: Folk) -> None:
    await proposed(folk, "buy", "Chợ Ðọ, 𝗧𝘂̛̀ 𝗦𝗼̛𝗻")
    assert [each.new for each in await town.store.corrections.waiting(limit=9)] == ["Chợ Đọ, Từ Sơn"]


@pytest.mark.parametrize("opened", [True, False])
async def test_an_officer_just_types_the_answer(town: Town, folk: Folk, *, opened: bool) -> None:
    """Who was just told of a complaint, or opened it from the list, answers it by plain words, as producers do."""
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan("Hàng bị mốc")
    await folk.lan.tap("Gửi")
    await town.post()
    if opened:
        await town.later(2 * DAY)
        await folk.officer("/duyet")
        await folk.officer.tap("#")
    shown = await folk.officer("Chúng tôi sẽ xuống kiểm tra trong tuần này.")
    assert "“Hàng bị mốc”" in shown
    assert "“Chúng tôi sẽ xuống kiểm tra trong tuần này.”" in shown
    await folk.officer.tap("Gửi")
    await town.post()
    assert any("Chúng tôi sẽ xuống kiểm tra" in each for each in folk.lan.heard)
