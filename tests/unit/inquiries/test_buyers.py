"""A buyer in bulk and a producer in their own chats: asked without names, agreed, signed, and whether it is kept."""

import json

import pytest

from bot import reminders
from catalog.audit import Doer
from catalog.buyers.deals import ANSWER_DAYS, DealState
from catalog.buyers.demand import Quantity
from catalog.buyers.fitting import SupplyStatement
from catalog.paper import memorandum_paragraphs
from handlers.actions import Verb
from handlers.buyers import deals
from handlers.messages import Location
from tests.town import DAY, Town
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases
WORDS = "tôi muốn mua 2 tấn nem chua tháng 6, giao Đình Tổ"


async def agreed(town: Town, folk: Folk) -> int:
    """Lan asks the first maker, who agrees; the number of the deal."""
    await folk.lan(WORDS)
    await folk.lan.tap("Hỏi số 1")
    await folk.lan("Cửa hàng Lan, 0987 654 321")
    await folk.lan.tap("Tôi đồng ý, hỏi giúp tôi")
    (deal,) = await town.store.buyers.deals()
    await town.post()
    answerer = folk.ba if deal.product != "nem-3" else folk.tu
    await answerer.tap("Tôi đồng ý")
    await town.post()
    return deal.number


async def test_only_what_is_missing_is_asked(town: Town, folk: Folk) -> None:
    said = await folk.lan("tìm nguồn hàng")
    assert said.startswith("Bạn tìm mặt hàng gì?")
    assert "Bạn cần khoảng bao nhiêu?" in await folk.lan("nem chua")
    assert (await folk.lan("nhiều")).startswith("Tôi chưa đọc được câu trả lời này.\nBạn cần khoảng bao nhiêu?")
    assert "Bạn cần vào tháng mấy?" in await folk.lan("nhiều lắm"), "asked back once, then left open"
    assert "Còn điều kiện nào nữa không?" in await folk.lan("tháng 6 đến 8")
    said = await folk.lan("từ 4 sao")
    assert said.startswith("Bạn cần: nem chua, chưa nói số lượng, tháng 6-8, từ 4 sao.\n3 nguồn hàng")
    assert "còn 4 sao đến" in said
    assert "chưa rõ mùa vụ" in said
    assert "HTX Nem" not in said, "nobody is named"
    assert "0912" not in said
    (request,) = await town.store.buyers.of_person(folk.lan.address)
    assert request.demand.months == {6, 7, 8}


async def test_the_fittest_comes_first_once_producers_say_what_they_have(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    assert "Sản phẩm nào?" in await folk.ba("/cungung")
    await folk.ba.tap("Nem chua 2")
    assert (await folk.ba("nhiều")).startswith("Tôi chưa đọc được")
    assert "Vào những tháng nào?" in await folk.ba("5 tấn một vụ")
    assert "Hàng được đóng gói thế nào?" in await folk.ba("6-7")
    assert "Bạn giao hàng thế nào?" in await folk.ba("hộp 10 cái, hút chân không")
    await folk.ba.tap("Giao tận nơi trong tỉnh")
    said = await folk.ba("VietGAP")
    assert "Đã ghi cho Nem chua 2: sản lượng: 5 tấn mỗi vụ, tháng 6-7, đóng gói: hộp 10 cái, hút chân không, " in said
    assert "giao hàng: Giao tận nơi trong tỉnh" in said
    await folk.tu.does(Verb.SUPPLY, "p nem-2")
    assert "không phải người trả lời" in folk.tu.last, "nobody speaks for another one"
    said = await folk.lan(f"{WORDS}, hút chân không")
    first = said[said.index("1. ") : said.index("2. ")]
    assert first.startswith("1. Nem chua 2")
    assert "✓ đóng gói phù hợp: hộp 10 cái, hút chân không" in first
    assert "? đóng gói: cần hỏi thêm" in said[said.index("2. ") :], "what nobody said is not guessed"
    for reason in ("✓ đủ sản lượng: 5 tấn mỗi vụ", "✓ đúng vụ: tháng 6-7", "✓ còn 4 sao đến", "Nhà sản xuất tự khai"):
        assert reason in first
    await folk.ba.does(Verb.SUPPLY, "drop nem-2")
    assert await town.store.buyers.supplies(products=["nem-2"]) == {}


async def test_an_answer_that_ends_as_questions_do_is_an_answer(town: Town, folk: Folk) -> None:
    await folk.ba("/cungung")
    await folk.ba.tap("Nem chua 2")
    assert "Vào những tháng nào?" in await folk.ba("200 hộp giá 100k")
    assert "Hàng được đóng gói thế nào?" in await folk.ba("tháng nào cũng được")
    assert "Bạn giao hàng thế nào?" in await folk.ba("hộp 500g giá 120k")
    assert "giấy tờ nào" in await folk.ba("giao tận nơi")
    said = await folk.ba("OCOP 4 sao")
    assert said.startswith("Đã ghi cho Nem chua 2: sản lượng: 200 hộp, quanh năm, đóng gói: hộp 500g giá 120k"), said


async def test_nobody_is_named_before_both_agree(town: Town, folk: Folk) -> None:
    await folk.lan(WORDS)
    await folk.lan.tap("Hỏi số 1")
    said = await folk.lan("Cửa hàng Lan, 0987 654 321")
    assert "Chỉ khi họ cũng đồng ý: họ nhận được Cửa hàng Lan, 0987 654 321" in said
    heard = len(folk.ba.heard)
    await town.post()
    assert len(folk.ba.heard) == heard, "nobody is asked before the buyer agrees"
    await folk.lan.tap("Tôi đồng ý, hỏi giúp tôi")
    await town.post()
    asked = folk.ba.last
    assert asked.startswith("Có người cần mua hàng")
    assert "2 tấn" in asked
    assert "Lan" not in asked
    assert "0987" not in asked
    await folk.ba.tap("Tôi đồng ý")
    assert "Người mua: Cửa hàng Lan" in folk.ba.last
    assert "0987 654 321" in folk.ba.last
    await town.post()
    assert "Nhà sản xuất: HTX Nem 1" in folk.lan.last
    assert "0912 345 671" in folk.lan.last


async def test_a_stranger_sees_nothing_of_it(town: Town, folk: Folk) -> None:
    number = await agreed(town, folk)
    for subject in (str(number), f"{number} yes", f"{number} sign", f"{number} kept 30 yes", "99", "x"):
        assert await folk.eve.does(Verb.DEAL, subject) == "Không có việc mua bán này."
    assert await folk.eve.does(Verb.SOURCE, "show 1") != folk.lan.last
    assert "không còn nữa" in folk.eve.last
    await folk.eve.does(Verb.SOURCE, "end 1 yes")
    assert (await town.store.buyers.by_number(1)).ended_at is None


async def test_declined_and_unanswered_are_told(town: Town, folk: Folk) -> None:
    await folk.lan(WORDS)
    await folk.lan.tap("Hỏi số 1")
    await folk.lan("Lan")
    await folk.lan.tap("Tôi đồng ý, hỏi giúp tôi")
    await town.post()
    await folk.ba.tap("Không, cảm ơn")
    await town.post()
    assert "Tên của bạn không được chuyển cho họ" in folk.lan.last
    await folk.lan.does(Verb.SOURCE, "agree 1 nem-2")
    await town.later(ANSWER_DAYS * DAY + 60)
    assert "Sau 14 ngày nhà sản xuất chưa trả lời" in folk.lan.last
    await folk.ba.does(Verb.DEAL, "2 yes")
    assert "Người mua" not in folk.ba.last, "it has ended"
    assert (await town.store.buyers.deal(2)).state is DealState.ASKED


async def test_signed_asked_after_30_and_90_days_and_stopped_with_one_tap(town: Town, folk: Folk) -> None:
    number = await agreed(town, folk)
    await folk.lan.tap("Chúng tôi đã ký")
    await town.post()
    assert "Bên kia cho biết biên bản đã được ký" in folk.ba.last
    town.now += 30 * DAY
    await reminders.nudge(town.context)
    await town.post()
    assert "Hai bên đã ký cách đây 30 ngày" in folk.lan.last
    assert "Hai bên đã ký cách đây 30 ngày" in folk.ba.last
    await folk.lan.tap("Có, đã làm đúng")
    await folk.ba.tap("Đừng hỏi lại")
    assert (await town.store.buyers.figures()).kept == 1
    heard = len(folk.ba.heard)
    town.now += 60 * DAY
    await reminders.nudge(town.context)
    await town.post()
    assert "cách đây 90 ngày" in folk.lan.last
    assert not any("90 ngày" in each for each in folk.ba.heard[heard:])
    await folk.lan.tap("Không")
    figures = await town.store.buyers.figures()
    assert (figures.signed, figures.kept, figures.broken) == (1, 0, 1)
    assert number == 1


async def test_one_side_says_signed_and_the_other_not(town: Town, folk: Folk) -> None:
    number = await agreed(town, folk)
    await folk.lan.tap("Chúng tôi đã ký")
    await town.post()
    await folk.ba.tap("Chưa ký")
    await town.post()
    assert "biên bản chưa được ký" in folk.lan.last
    assert (await town.store.buyers.deal(number)).state is DealState.AGREED


async def test_withdrawing_tells_the_other_side_and_erases(town: Town, folk: Folk) -> None:
    number = await agreed(town, folk)
    await folk.lan.does(Verb.SOURCE, "end 1")
    await folk.lan.tap("Có, rút lại")
    await town.post()
    assert "Bên kia đã rút lại" in folk.ba.last
    assert "Cửa hàng Lan" not in await folk.ba.does(Verb.DEAL, str(number))
    assert (await town.store.buyers.by_number(1)).name == ""


async def test_export_and_erasure_reach_all_of_it(town: Town, folk: Folk) -> None:
    await agreed(town, folk)
    rows = await town.store.people.rows_about(folk.lan.address)
    assert json.loads(rows["buyer_requests"][0]["content"])["name"] == "Cửa hàng Lan"
    shown = await folk.lan.does(Verb.DATA, "o")
    assert "Bạn tìm nguồn hàng: product: nem chua" in shown
    assert "Đã hỏi giúp bạn nhà sản xuất" in shown
    await folk.lan.does(Verb.ERASE, "yes")
    assert (await town.store.buyers.by_number(1)).who.address == ""
    assert "Cửa hàng Lan" not in await folk.ba.does(Verb.DEAL, "1")


async def test_the_memorandum_is_drafted_from_what_both_said(town: Town, folk: Folk) -> None:
    number = await agreed(town, folk)
    url = next(each.url for each in folk.lan.reply.choices if each.url)
    proof = url.rpartition("/")[2]
    body = await deals.draw_paper(proof, context=town.context)
    assert body is not None
    assert body.startswith(b"%PDF")
    deal, request = await town.store.buyers.deal(number), await town.store.buyers.by_number(1)
    product = await town.store.product(deal.product)
    assert product is not None
    said = "\n".join(memorandum_paragraphs(await deals.make_memorandum(deal, request, product, context=town.context)))
    for words in ("Bên mua: Cửa hàng Lan", "Bên bán: HTX Nem 1", "2. Khối lượng, số lượng: 2 tấn", "tháng 6"):
        assert words in said
    assert "chưa phải là hợp đồng" in said
    await folk.lan.does(Verb.DEAL, f"{number} stop")
    assert await deals.draw_paper(proof, context=town.context) is None
    assert await deals.draw_paper("x" * 20, context=town.context) is None


async def test_so_many_requests_a_day(town: Town, folk: Folk) -> None:
    for number in range(2, 8):
        await folk.lan(f"cần mua sỉ nem chua {number} tấn tháng 6, giao Đình Tổ")
    assert "Hôm nay bạn đã tạo 5 nhu cầu" in folk.lan.last
    assert len(await town.store.buyers.of_person(folk.lan.address)) == 5
    assert "Nguồn hàng cho số 5" in await folk.lan("/nguonhang")


async def test_a_phone_in_the_words_is_told_to_nobody_before_both_agree(town: Town, folk: Folk) -> None:
    said = await folk.lan("cần mua 2 tấn nem chua tháng 6, giao Đình Tổ, liên hệ 0987 654 321")
    assert said.startswith("Bạn cần: nem chua, 2 tấn, tháng 6, giao tại Đình Tổ.")
    await folk.lan("cần mua nem chua sđt 0987654321 3 tấn tháng 6 giao Đình Tổ")
    wanted = [each.demand for each in await town.store.buyers.of_person(folk.lan.address)]
    assert [each.product for each in wanted] == ["nem chua", "nem chua"]
    await folk.ba("/cungung")
    await folk.ba.tap("Nem chua 2")
    for words in ("5 tấn một vụ", "6-7", "hộp", "giao tận nơi, gọi 0912 345 672", "không"):
        await folk.ba(words)
    assert (await town.store.buyers.supplies(products=["nem-2"]))["nem-2"].delivery == "giao tận nơi"


@pytest.mark.parametrize("asked", ["giá 120k/hộp hem", "hết hàng đến tháng 3 hem"])
async def test_a_question_within_what_can_be_supplied_ends_nothing(town: Town, folk: Folk, asked: str) -> None:
    await folk.ba("/cungung")
    await folk.ba.tap("Nem chua 2")
    assert "Bạn báo:" not in await folk.ba(asked)
    assert "tháng nào" in await folk.ba("5 tấn một vụ")


async def test_who_declined_is_not_said_to_be_asked_again(town: Town, folk: Folk) -> None:
    await folk.lan(WORDS)
    await folk.lan.tap("Hỏi số 1")
    await folk.lan("Lan")
    await folk.lan.tap("Tôi đồng ý, hỏi giúp tôi")
    (deal,) = await town.store.buyers.deals()
    assert "Đã hỏi" in await folk.lan.does(Verb.SOURCE, f"agree 1 {deal.product}")
    await folk.ba.does(Verb.DEAL, f"{deal.number} no")
    said = await folk.lan.does(Verb.SOURCE, f"agree 1 {deal.product}")
    assert "Đã hỏi" not in said
    assert "Nhà sản xuất đã từ chối." in said
    await folk.lan.tap("Nhà sản xuất khác")
    assert folk.lan.last.startswith("Bạn cần: nem chua")


async def test_not_to_be_asked_again_keeps_what_was_said(town: Town, folk: Folk) -> None:
    number = await agreed(town, folk)
    await folk.lan.tap("Chúng tôi đã ký")
    await folk.lan.does(Verb.DEAL, f"{number} kept 30 yes")
    await folk.lan.does(Verb.DEAL, f"{number} kept 30 stop")
    assert (await town.store.buyers.figures()).kept == 1
    town.now += 90 * DAY
    await reminders.nudge(town.context)
    await town.post()
    assert not any("cách đây 90 ngày" in each for each in folk.lan.heard)


async def test_a_phone_alone_is_kept_and_the_name_asked_for(town: Town, folk: Folk) -> None:
    hoa = town.someone("web", "hoa")
    await hoa(WORDS)
    await hoa.tap("Hỏi số 1")
    assert (await hoa("0987 654 321")).startswith("Bạn cho biết thêm tên nhé.")
    assert "Chị Hoa, 0987 654 321" in await hoa("Chị Hoa")
    assert folk.lan.heard == []


async def test_what_goes_to_a_place_we_do_not_know_is_at_no_known_distance(town: Town, folk: Folk) -> None:
    await folk.lan(Location(21.06, 106.08))
    said = await folk.lan("tôi muốn mua 2 tấn nem chua tháng 6, giao Hà Nội")
    assert "? chưa rõ cách bao xa" in said
    assert "km" not in said


async def test_who_told_an_officer_is_told_to_no_buyer(town: Town, folk: Folk) -> None:
    said = SupplyStatement(
        "nem-2", "htx-nem-2", Quantity(5000, "kg"), source="Bà Nguyễn Thị Kín", as_of="01/11/2026", by_officer=True
    )
    await town.store.buyers.note_supply(said, by=Doer(level="province"))
    told = await folk.lan(WORDS)
    assert "Cán bộ ghi ngày 01/11/2026" in told
    assert "Kín" not in told
