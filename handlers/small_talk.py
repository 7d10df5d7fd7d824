"""What is said beside the search: greetings and thanks, who we are, the help, the menu.

Questions about the programme and about us are answered from the table of questions, with who says so.
"""

import re
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

from catalog.dates import PartialDate
from catalog.faq import FaqEntry, shipped_faq
from catalog.programme import count_all
from catalog.search import SmallTalk
from catalog.text import fold
from catalog.translated_words import detect_language, to_vietnamese
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.language_choice import language_button, named_language
from handlers.messages import Choice, Reply, Want
from handlers.phrases import Speech, languages
from handlers.programme import load_figures


def reply(talk: SmallTalk, say: Speech) -> Reply:
    """Answer in kind, and say what we are good for."""
    words = {
        SmallTalk.HELLO: say("Hello! Which OCOP product would you like to ask about?"),
        SmallTalk.THANKS: say("You are welcome! Ask me about any other product."),
        SmallTalk.GOODBYE: say("Goodbye! Come back whenever you stand in front of a shelf."),
        SmallTalk.WHO: say(
            "I am Hỏi OCOP. I tell whether an OCOP star is real and still valid, "
            "who makes the product, and how to reach them."
        ),
        SmallTalk.HELP: say("Type the name of a product, or send a photo of its label."),
        SmallTalk.ALRIGHT: say("All right. Type a name or send a photo whenever you like."),
        SmallTalk.FEELING: say("I am well, thank you! Which product shall we look at?"),
    }[talk]
    return Reply(words, choices=offers(say), wants=Want.PHOTO, language=say.language)


# What is answered once and, said again right after, no more. A greeting is not among them: somebody calls.
ONCE = frozenset({"thanks", "goodbye", "alright", "emoji", "insult"})
NOD = Reply("🙏", silent=True)
"""The least that can be said, where something must be."""

_KINDS = {
    "hello": SmallTalk.HELLO,
    "thanks": SmallTalk.THANKS,
    "goodbye": SmallTalk.GOODBYE,
    "alright": SmallTalk.ALRIGHT,
    "who": SmallTalk.WHO,
}


def about(topic: str, session: Session) -> Reply:
    """What is said about *topic*: a kind of small talk, or what we do not do ourselves."""
    say = session.say
    if topic == "menu":
        return menu(session)
    if topic in {"emoji", "signs"}:
        return Reply(say("Type the name of a product, or send a photo of its label."), wants=Want.PHOTO)
    words = {
        "ship": say("I sell and deliver nothing myself. Whether they deliver, the producer tells you."),
        "wholesale": say("I sell nothing myself. Wholesale is a matter for the producer: I can pass your question on."),
        "medicine": _no_medicine(say),
        "table": say("I know no restaurants and no hotels, only products and places to visit of OCOP."),
        "insult": say("I am sorry that was no help. Try the product's name alone, or a photo of its label."),
    }.get(topic)
    if words is None:
        return reply(_KINDS.get(topic) or SmallTalk(topic), say)
    onwards = (
        ()
        if topic in {"insult", "medicine", "table"}
        else (say("Type a product's name, then press “Ask the producer” on its card."),)
    )
    return Reply("\n".join((words, *onwards)), choices=offers(say), wants=Want.PHOTO, language=say.language)


def _no_medicine(say: Speech) -> str:
    return "\n".join(
        (
            say("I know food and crafts of OCOP. None of it is a medicine, and I say of none that it heals."),
            say("With an illness ask a doctor, a pharmacist or the commune's health station."),
            say("A doctor should see a small child that coughs, is hot or breathes hard; in an emergency call 115."),
        )
    )


def foreign_money(say: Speech) -> str:
    """That prices are known in đồng alone, and that no rate is made up."""
    return say("I know prices in đồng alone, and no exchange rate. Write the limit in đồng, like “dưới 250 nghìn”.")


def menu(session: Session) -> Reply:
    """All that can be done here, as buttons."""
    say = session.say
    return Reply(say("What would you like to do?"), choices=menu_choices(say), language=say.language)


def menu_choices(say: Speech) -> tuple[Choice, ...]:
    """The entries of the menu: the same in every channel, whatever opens it there."""
    return (
        Choice(say("Send a photo"), Action(Verb.PHOTO)),
        Choice(say("Browse by product group"), Action(Verb.GROUPS)),
        Choice(say("Near me"), Action(Verb.NEAR)),
        Choice(say("Fairs"), Action(Verb.FAIR)),
        Choice(say("What I looked up"), Action(Verb.HISTORY)),
        Choice(say("What I follow"), Action(Verb.FOLLOW)),
        Choice(say("My questions"), Action(Verb.MINE)),
        Choice(say("Mailbox"), Action(Verb.MAIL)),
        Choice(say("How it works"), Action(Verb.HELP)),
        Choice(say("Language"), Action(Verb.LANGUAGE)),
        Choice(say("My data"), Action(Verb.DATA)),
    )


def offers(say: Speech) -> tuple[Choice, ...]:
    """What to try when one does not know what to do."""
    return (
        Choice(say("Send a photo"), Action(Verb.PHOTO)),
        Choice(say("Browse by product group"), Action(Verb.GROUPS)),
        Choice(say("How it works"), Action(Verb.HELP)),
    )


def start(session: Session) -> Reply:
    """Say who we are and what to do, in three lines."""
    say = session.say
    lines = (
        say("Hello! I am Hỏi OCOP."),
        say("Send a photo of a label, or type the name of a product any way you like."),
        say("I will tell its OCOP star, whether it is still valid, who makes it and how to reach them."),
    )
    other = [language for language in languages() if language != say.language]
    switch = tuple(language_button(language) for language in other)
    return Reply("\n".join(lines), choices=(*offers(say), *switch), wants=Want.PHOTO, language=say.language)


def how(session: Session) -> Reply:
    """How to ask, what is done with a photo, and what an answer means."""
    say = session.say
    lines = (
        say(
            "• Photo: get close to the QR code or barcode, hold still, avoid glare. "
            "If there is no code, photograph the words."
        ),
        say("• Name: with or without marks, in any order; with the producer or commune if several make it."),
        say("• Examples: “my gao luc ngan”, “sản phẩm 4 sao ở Lục Ngạn còn hạn”, “sản phẩm của HTX Hằng Hiếu”."),
        say("• A star counts for 36 months. I show when it ends, who decided it, and where each fact comes from."),
        say("• Photos are read and then thrown away."),
    )
    return Reply("\n".join(lines), choices=offers(say)[:2], wants=Want.PHOTO, language=say.language)


def tell_purpose(session: Session) -> Reply:
    """For talk that no table of ours knows: what we can be asked."""
    say = session.say
    lines = (
        say("I am here to look up OCOP products."),
        say("Send a photo of a label, or type the name of a product any way you like."),
    )
    return Reply("\n".join(lines), choices=offers(say), wants=Want.PHOTO, language=say.language)


def strange(kind: str, session: Session) -> Reply:
    """What we can take, for whoever sent what we cannot; a voice message may be spoken into the keyboard instead."""
    say = session.say
    if kind in {"voice", "audio"}:
        text = say(
            "I cannot listen to voice messages yet. Press the microphone on your keyboard: "
            "what you say is typed for you. Or send a photo of the label."
        )
        return Reply(text, wants=Want.PHOTO, language=say.language)
    return Reply(say("I read words and photos. Type a name or send a photo of the label."), wants=Want.PHOTO)


def repeat_heard(words: str, reply: Reply, session: Session) -> Reply:
    """*reply* after the *words* that were heard in a voice message, with a button for who said something else."""
    if reply.erased:
        return reply
    say = session.say
    heard = say("I hear: “{words}”.", words=words)
    wrong = Choice(say("I said something else"), Action(Verb.MISHEARD))
    return replace(reply, text="\n".join(filter(None, (heard, reply.text))), choices=(*reply.choices, wrong))


def misheard(session: Session) -> Reply:
    """What to do where a voice message was not understood as it was meant."""
    say = session.say
    return Reply(say("I am sorry. Please type it, or say it once more, close to the phone."), language=say.language)


def photo(session: Session) -> Reply:
    """Ask for a photo."""
    asking = session.say("Photograph the label: the code first, close and sharp. No code? Then the name on it.")
    return Reply(asking, wants=Want.PHOTO, language=session.say.language)


async def answer_question(words: str, *, context: Context, session: Session) -> Reply | None:
    """The answer to *words* and its source; None where no question of the table is asked. Raises StoreError."""
    faq, at = shipped_faq(), words.casefold().rfind("muốn")
    found = faq.find(words) or (faq.find(words[at:]) if at > 0 else None)
    return await _tell(found.entry, context=context, say=session.say) if found else None


async def _tell(entry: FaqEntry, *, context: Context, say: Speech) -> Reply:
    """The answer of *entry*; what it counts is counted now."""
    text = entry.answer(say.language)
    if "{total}" in text:
        text = text.format(**await _count_programme(context, say))
    text = "\n".join((text, say("Source: {source}", source=entry.source)))
    choices = (Choice(say("Read the source"), url=entry.url),) if entry.url else ()
    return Reply(text, choices=choices, language=say.language)


async def _count_programme(context: Context, say: Speech) -> dict[str, object]:
    figures = await load_figures(context, context.today())
    counted = count_all(figures.products)
    stars = {name: counted.stars.get(number, 0) for name, number in (("five", 5), ("four", 4), ("three", 3))}
    day = say.day(PartialDate.of(figures.day))
    return {"total": len(figures.products), "in_force": counted.in_force, "day": day, **stars}


# Places outside of what the communes' table knows, as people write them; a map finds them by that.
_FAR_PLACES = {
    "ha noi": "Hà Nội", "hanoi": "Hà Nội", "하노이": "Hà Nội", "河内": "Hà Nội",
    "bac ninh": "Bắc Ninh", "bacninh": "Bắc Ninh", "bac giang": "Bắc Giang", "bacgiang": "Bắc Giang",
    "noi bai": "Sân bay Nội Bài", "noi bai airport": "Sân bay Nội Bài", "노이바이": "Sân bay Nội Bài",
    "노이바이 공항": "Sân bay Nội Bài", "内排机场": "Sân bay Nội Bài", "the airport": "Sân bay Nội Bài",
    "hai phong": "Hải Phòng", "하이퐁": "Hải Phòng", "海防": "Hải Phòng", "lang son": "Lạng Sơn", "谅山": "Lạng Sơn",
    "ha long": "Hạ Long", "ha long bay": "Hạ Long", "halong": "Hạ Long", "하롱베이": "Hạ Long", "下龙湾": "Hạ Long",
    "sai gon": "TP. Hồ Chí Minh", "saigon": "TP. Hồ Chí Minh", "hcmc": "TP. Hồ Chí Minh",
    "ho chi minh city": "TP. Hồ Chí Minh", "호치민": "TP. Hồ Chí Minh", "胡志明市": "TP. Hồ Chí Minh",
    "胡志明": "TP. Hồ Chí Minh",
}  # fmt: skip
_WAY_TO = (
    re.compile(
        r"(?:(?:so|and|ok|please|tell me|do you know) )*"
        r"(?:where(?: is| are| s)|wheres|how far(?: is| are)"
        r"|(?:how (?:do|can|to|could|should|far)(?: is| i| we| you| one)*(?: get| go| travel| drive)?"
        r"|(?:the )?(?:way|directions|road|route|bus|train)) to) (?P<place>[\w ]+?)"
        r"(?: (?:from (?:here|there|hanoi|ha noi)|please|exactly|by (?:car|bus|taxi|train|motorbike)))*"
    ),
    re.compile(
        r"(?:(?:toi|minh|em|muon|can|tu day|duong) )*(?:di|toi|den) (?P<place>[\w ]+?) "
        r"(?:(?:thi )?(?:di )?(?:the nao|kieu gi|duong nao|ra sao|bang gi|bao xa|bao lau))(?: vay| a| ha)*"
    ),
    re.compile(
        r"(?P<place>[가-힣 ]+?) ?(?:은|는|이|가|에|까지|으로|로)? ?"
        r"(?:어떻게 ?(?:가|갑)[가-힣]*|가는 ?(?:길|방법|법)[가-힣 ]*|가려면[가-힣 ]*"
        r"|어디(?:예요|에요|야|입니까|에 ?있[가-힣]*)?)"
    ),
    re.compile(
        r"(?:我|我们|请问|想|要|从这里|从河内)*(?:怎么|如何)?(?:去|到)(?P<place>[一-鿿]+?)(?:怎么走|怎么去|怎么坐车|的路)?呢?"
    ),
    re.compile(r"(?:请问)?(?P<place>[一-鿿]+?)(?:在哪|在哪里|在哪儿|在什么地方|怎么走|怎么去)[呢啊呀]?"),
)
_LONGEST_WAY = 120
_MAP_SEARCH = "https://www.google.com/maps/search/?api=1&query="


def answer_way(words: str, *, context: Context, session: Session) -> Reply | None:
    """Where a map tells the way to the town or commune that *words* ask for; None where they ask of nothing such."""
    place = _read_destination(words, context) if len(words) <= _LONGEST_WAY else ""
    if not place:
        return None
    say = session.say
    text = say("I know where products are made, and no roads. A map tells the way to {place}.", place=place)
    choices = (
        Choice(say("{place} on a map", place=place), url=f"{_MAP_SEARCH}{quote(place)}"),
        Choice(say("Near me"), Action(Verb.NEAR)),
    )
    return Reply(text, choices=choices, language=say.language)


def _read_destination(words: str, context: Context) -> str:
    """The place, as a map knows it, to which *words* and nothing else ask the way; "" for none."""
    typed = words.strip(" ?!.。？！,")
    folded = fold(typed) if typed.isascii() or not detect_language(typed) else typed
    found = next((match for each in _WAY_TO if (match := each.fullmatch(folded))), None)
    if found is None:
        return ""
    place = found["place"].strip()
    if place in _FAR_PLACES:
        return _FAR_PLACES[place]
    named = to_vietnamese(place).removeprefix("ở ")
    if named in _FAR_PLACES.values():
        return named
    unit = context.places.called(named)
    if unit is not None:
        return str(unit)
    ending = f" {fold(named)}"
    return next((each.name for each in context.places.districts() if fold(each.name).endswith(ending)), "")


_DATA = "(?:du lieu|thong tin)(?: ca nhan)?"
_NAMED = {
    Verb.LANGUAGE: "(?:(?:doi|chon) )?ngon ngu|(?:change (?:the )?)?languages?|언어(?: ?(?:변경|설정))?"
    "|(?:切换|更改|选择)?语言",
    Verb.MENU: "trinh don|메뉴|菜单",
    Verb.FAIR: "장터|박람회|전시회|展会|展销会",
    Verb.SHARE: "chia se|share|공유(?:하기)?|分享",
    f"{Verb.FOLLOW} quiet": (
        # "Không nhắn tin cho tôi" may tell what somebody did: with it they want something, or want it no more.
        "(?:(?:xin|lam on|hay|toi|minh|em|bot|ban) )*"
        r"(?:dung|ngung|thoi|huy|tat|khong(?= (?:muon|can|dang ky)\b|(?! co\b).* nua\b))"
        "(?: (?:co|viec|muon|can|dang ky|gui|nhan))* "
        "(?:nhan tin|tin nhan|thong bao|nhac nho|(?<=gui )tin|(?<=nhan )tin|lam phien)"
        "(?: (?:gi|cho|toi|minh|em|nua|nhe|di|lai|den|ve))*"
        "|(?:please )?(?:stop|do not|don t|don't)(?: (?:sending|send|messaging|message|writing to|write to"
        "|contacting|contact|notifying|notify))(?: (?:me|any|more|messages|notifications|anymore))+|unsubscribe|opt out"
        "|(?:더 ?이상 )?(?:메시지|알림|문자)(?:를|을)? ?(?:보내지 ?마|그만|중지|꺼|거부)[가-힣 ]*"
        "|(?:不要|别)再?(?:给我)?发(?:消息|信息|通知)了?|退订|关闭通知"
    ),
    # With their marks: "đúng" agrees. What is begun is given up by them before: see handlers.inquiries.drafts.
    f"{Verb.FOLLOW} stop": "stop|[Dd]ừng(?: lại)?|[Nn]gừng(?: lại)?|그만|停止",
    Verb.MINE: "(?:(?:toi|minh|em|muon|xin) )*(?:huy|rut|bo)(?: lai)? (?:khieu nai|phan anh|bao cao|to cao|cau hoi)"
    "(?: (?:cua|da gui|nay|toi|minh|em))*"
    "|내 ?(?:신고|문의|질문|불만)(?: ?(?:보기|현황|상태))?|我的(?:投诉|举报|问题|咨询|提问)(?:状态)?",
    Verb.DATA: (
        f"(?:cho toi |cho minh )?(?:xem )?(?:cac |nhung )?{_DATA} (?:cua |ve )?(?:toi|minh|em)"
        "|(?:ban|bot|ben ban|he thong)(?: dang| co| da)* (?:luu|giu|biet)(?: nhung)? gi (?:ve|cua) (?:toi|minh|em)"
        "|(?:show (?:me )?|see )?my (?:personal )?data"
        "|what(?: data)? do you (?:know|keep|store|have)(?: about| on) me"
        "|(?:toi |minh |em )?(?:muon |xin )?rut(?: lai)?(?: su)? (?:dong y|chap thuan)(?: cua (?:toi|minh|em))?"
        "|(?:i )?(?:withdraw|revoke|take back)(?: my)? consent|동의 ?(?:를 )?철회[가-힣 ]*|撤回同意"
        "|내 (?:데이터|정보|개인 ?정보)(?: 보기| 보여 ?줘| 보여 ?주세요)?"
        "|(?:查看)?我的(?:数据|个人信息|资料|個人資料|資料)"
    ),
    Verb.ERASE: (
        "(?:(?:toi|minh|em|xin|hay|muon|can|lam sao|lam the nao|cach|de) )*(?:xoa|huy)"
        "(?: (?:het|sach|bo|toan bo|tat ca|moi|cac|giup|cho|toi|minh))* "
        f"(?:{_DATA}|tai khoan|cuoc tro chuyen|lich su (?:tro chuyen|chat|tin nhan))(?: (?:cua|ve) (?:toi|minh|em))?"
        "|(?:xoa|quen)(?: het| moi thu| tat ca)+ (?:ve|cua) (?:toi|minh|em)"
        "|(?:(?:please|how|do|can|could|i|you|want|would|like|d|to) )*(?:delete|erase|remove|clear|wipe)(?: all)?"
        "(?: of)? (?:my (?:personal )?(?:data|account)"
        "|(?:my |the |this )?(?:chat|conversation)(?: history)?)"
        "|(?:delete|erase|forget) (?:everything|all)(?: (?:you (?:know|have)))?(?: about| on) me|forget me"
        "|내 (?:데이터|정보|개인 ?정보|대화)(?:를|을)? ?(?:모두 |전부 |다 )?(?:삭제|지워|지우)[가-힣 ]*"
        "|请?(?:删除|清除|刪除)我的?(?:全部|所有)?的?(?:数据|个人信息|资料|聊天记录|個人資料|資料)"
    ),
}
_NAMED_ENTRIES = {spelled: re.compile(names) for spelled, names in _NAMED.items()}


@lru_cache(maxsize=1024)
def named_entry(words: str) -> Action | None:
    """The entry of the menu that *words* alone name, in any language; a language by its name is chosen at once."""
    # Folding takes Korean letters apart, so these are looked for as they are written.
    said = {fold(words).strip(" .!?"), words.strip(" .!?。！？")}
    language = named_language(said)
    if language is not None:
        return Action(Verb.LANGUAGE, language)
    found = (named for named, pattern in _NAMED_ENTRIES.items() if any(pattern.fullmatch(each) for each in said))
    return next(map(Action.parse, found), None)


_RIGHTS = frozenset({Verb.DATA, Verb.ERASE, Verb.FOLLOW})


def own_right(words: str) -> Action | None:
    """What *words* alone want of what is kept about somebody: to see it, to have it erased, to hear no more news."""
    named = named_entry(words)
    return named if named is not None and named.verb in _RIGHTS and named.subject != "stop" else None
