"""What is done about a message whose act its words tell: a fact, a card again, small talk, a matter for people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from catalog.authorities import read_matter
from catalog.faq import shipped_faq
from catalog.inquiry import ComplaintMatter, Kind
from catalog.search import Band, Found
from catalog.search.chitchat import elsewhere
from catalog.search.query import KIN, tokens_of
from catalog.spoken_english import QUALITIES, wanted_thing
from catalog.text import fold, tone_last
from catalog.translated_words import to_vietnamese
from catalog.wishes import shipped_wishes
from handlers import following, move_chat, small_talk, turns
from handlers.actions import Action, Verb
from handlers.acts import (
    Find,
    Understood,
    ask_of_named,
    bare_words,
    find_plain_question,
    find_question_of_found,
    guess_question,
    is_preamble,
    names_illness,
    recognise,
)
from handlers.acts.hits import all_say
from handlers.acts.vocabulary import find_phrases
from handlers.board import progress
from handlers.buyers import seeking
from handlers.catalogue import (
    answer_field,
    buying,
    claims,
    compare,
    compare_words,
    history,
    narrow,
    product,
    search,
    tour,
    wishes,
)
from handlers.catalogue.buying_words import read_question
from handlers.catalogue.paging import Search
from handlers.catalogue.search import PER_PAGE, clean
from handlers.context import Context, Session
from handlers.fairs import questions
from handlers.inquiries import ratings
from handlers.messages import Choice, Incoming, Reply, Style, Want
from handlers.thread import MessageAct, SpokenTurn

Done = tuple[Reply, Session] | Action | None
_MOST_PLACE_WORDS, _MOST_WANTED = 3, 4
_WANTS = frozenset(
    map(
        tone_last,
        [
            "cần",
            "tìm",
            "mua",
            "nhớ",
            "thèm",
            "kiếm",
            "hỏi",
            "đặt",
            "lấy",
            "nhập",
            "can",
            "tim",
            "mua",
            "nho",
            "them",
            "kiem",
            "hoi",
        ],
    )
)
# What is for people, and heard before any question beside it; an order is one of many questions.
_HEARD_FIRST = frozenset({"complaint", "wrong", "human", "producer", "correct"})


async def act_on(words: str, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """Answer *words* where they are no search: with what is said, or with the action that a button would do.

    A purchase in bulk, a comparison and a question about what was spoken of come first; then what the tables of the
    programme, of fairs and of wishes know.
    """
    fair = await questions.recognize_first(words, context=context, session=session)
    if fair is not None:
        return fair
    own = await _own(words, incoming=incoming, context=context, session=session)
    if own is not None:
        reply, session = own
        return reply, turns.note(
            reply, turns.act_of(reply, otherwise=MessageAct.CHAT), context=context, session=session
        )
    sought = await seeking.recognize(words, incoming=incoming, context=context, session=session)
    if sought is not None:
        return sought
    asked = clean(to_vietnamese(words))
    spoken_of = await context.products((session.thread.product,)) if session.thread.product else ()
    name = spoken_of[0].name if spoken_of else ""
    understood = _understand(asked, typed=words, name=name, context=context, session=session)
    told = (
        await _spare_alcohol(words, understood, context=context, session=session)
        or await _narrow(words, understood, context=context, session=session)
        or await _of_products(words, asked, context=context, session=session)
    )
    if told is not None:
        return told
    if _comes_after_tables(words, understood):
        by_table = await _by_table(words, incoming=incoming, context=context, session=session)
        if by_table is not None:
            return by_table
    return await _act(understood, asked, context=context, session=session)


async def _spare_alcohol(
    words: str, understood: Understood, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """That no alcohol is for whoever expects a child or is one, where *words* ask for it and complain of nothing."""
    if understood.act is MessageAct.ASK:
        return None
    reply = await wishes.answer_without_alcohol(words, context=context, session=session)
    return (reply, turns.note(reply, MessageAct.WISH, context=context, session=session)) if reply is not None else None


def comes_first(words: str, *, context: Context, session: Session) -> bool:
    """True for *words* that are answered whatever else is asked beside them.

    Those are a complaint, a wish for a person, an illness, a purchase in bulk, one's own data, and to follow no more.
    """
    if small_talk.own_right(words) is not None or following.stops(words) or seeking.is_purchase(words):
        return True
    return is_matter(words, context=context, session=session)


def is_matter(words: str, *, context: Context, session: Session) -> bool:
    """True where *words* complain, want a person, or speak of an illness."""
    asked = clean(to_vietnamese(words))
    understood = _understand(asked, typed=words, name="", context=context, session=session)
    if understood.act is MessageAct.CHAT:
        return understood.topic == "medicine"
    # What is only guessed to be for people may lead up to a question: "I have a question."
    said = {each.phrase.name for each in find_phrases(asked) if each.phrase.table == "ask"}
    return understood.act is MessageAct.ASK and understood.topic in _HEARD_FIRST & said


def wanted_name(words: str, *, context: Context, session: Session) -> str:
    """The product that English *words* ask for, where they surely name one: "do they also make banh cuon"; else ""."""
    thing = wanted_thing(words)
    if not thing or comes_first(words, context=context, session=session):
        return ""
    tries = dict.fromkeys(filter(None, (thing, QUALITIES.sub("", thing))))
    return next((each for each in tries if _is_surely_named(each, context=context)), "")


def _is_surely_named(thing: str, *, context: Context) -> bool:
    asked = clean(to_vietnamese(thing))
    found = context.find(asked, limit=1)
    if found.band is Band.NOTHING or not found.hits or found.small_talk is not None:
        return False
    if found.filters:
        return not found.rest and found.filters.group is not None
    return found.holding or all_say(found.hits[:1], found.rest or asked)


def _comes_after_tables(words: str, understood: Understood) -> bool:
    """True unless *words* surely ask of a product that was spoken of, or for a medicine, which no wish is."""
    if understood.act is MessageAct.CHAT and understood.topic == "medicine":
        return False
    field = understood.act is MessageAct.FIELD and understood.products and understood.sure
    return not field or tour.is_trip(words)


async def _narrow(
    words: str, understood: Understood, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """What of the list just shown is meant: "chỉ lấy ở Gia Bình"; None where *words* do not narrow it."""
    wish = partial(wishes.answer, context=context, session=session)
    narrowed = await narrow.answer(words, act=understood.act, wish=wish, context=context, session=session)
    if narrowed is None:
        return None
    reply, query = narrowed
    said = context.find(clean(to_vietnamese(words)), limit=PER_PAGE)
    offers = said.filters.price_words or said.filters.month_words or said.unknown
    before = narrow.last_list(session)
    unwanted, _ = shipped_wishes().read_exclusion(words)
    wished = before is not None and before.act is MessageAct.WISH and bool(unwanted)
    act = MessageAct.WISH if offers or wished else _act_of_narrowed(reply, said)
    return reply, turns.note(reply, act, context=context, session=session, words=query)


def _act_of_narrowed(reply: Reply, said: Found) -> MessageAct:
    """A list where conditions were said, if only one product meets them."""
    act = turns.act_of(reply, otherwise=MessageAct.LIST)
    return MessageAct.LIST if act is MessageAct.CARD and said.filters and not said.rest else act


async def _of_products(words: str, asked: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """Whether a star is real, how products compare, where they are sold close by."""
    told = await product.tell_recalls(words, context=context, session=session)
    if told is not None:
        return told, turns.note(told, turns.act_of(told, otherwise=MessageAct.CHAT), context=context, session=session)
    told = await claims.answer(words, context=context, session=session)
    if told is not None:
        return told, turns.note_star(told, context=context, session=session)
    compared = await _compared(words, asked, context=context, session=session)
    if compared is not None:
        return compared
    way = small_talk.answer_way(words, context=context, session=session)
    if way is not None:
        return way, turns.note(way, MessageAct.CHAT, context=context, session=session)
    return (
        await _sold(words, context=context, session=session)
        or await _near_place(asked, context=context, session=session)
        or await _count(asked, context=context, session=session)
    )


async def _sold(words: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """Where what *words* want to buy is sold; None where they ask something else."""
    sold = await buying.answer(clean(words), context=context, session=session)
    if sold is None:
        return None
    online = buying.bought_online(clean(words), context=context, session=session)
    session = replace(session, then="")
    if online and sold.wants is not Want.LOCATION:
        return sold, turns.note_field("buy", (online,), context=context, session=session)
    return sold, turns.note(sold, MessageAct.NEAR, context=context, session=session)


async def _count(asked: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """The list of what is counted with a condition, which says how many there are: "Lục Ngạn có mấy sản phẩm 4 sao"."""
    query = search.read_count(asked)
    found = context.find(query, limit=1) if query else None
    if found is None or not found.filters or found.rest:
        return None
    reply = await search.by_words(query, context=context, session=session)
    return reply, turns.note(reply, MessageAct.LIST, context=context, session=session, words=query)


async def _compared(words: str, asked: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """What *words* compare; None where they do not, or ask what the table of questions answers."""
    told = await compare.answer(asked, context=context, session=session) if shipped_faq().find(words) is None else None
    if told is None:
        return None
    act = _act_of_comparison(asked, session)
    best = compare_words.read_superlative(asked)
    of_list = compare_words.asks_cheaper(asked) or (best is not None and not best.kind)
    query = narrow.words_behind(session) if of_list else ""
    return told, turns.note(told, act, context=context, session=session, words=query)


def _act_of_comparison(asked: str, session: Session) -> MessageAct:
    """What is like another, or the best, is a list; after a comparison the best is of what was compared."""
    if compare_words.asks_similar(asked):
        return MessageAct.LIST
    best = compare_words.read_superlative(asked)
    lists = best is not None and not (best.cheap or best.dear)
    again = session.thread.last is not None and session.thread.last.act is MessageAct.COMPARE
    return MessageAct.LIST if lists and not again else MessageAct.COMPARE


async def _near_place(asked: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """What is made near a place that is named: "gần Việt Yên có gì"; None where none is."""
    if tour.asks_tour(asked):
        return None
    named = tour.read_near(asked, context)
    if named is None:
        return await _near_unknown(asked, context=context, session=session)
    what, unit = named
    there = replace(session, here=(unit.latitude or 0.0, unit.longitude or 0.0))
    reply = await search.by_words(f"{bare_words(what)} gần tôi".strip(), context=context, session=there)
    if not turns.refs_in(reply):
        return None
    text = "\n".join((session.say("Near {place}:", place=unit), reply.text))
    reply = replace(reply, text=text)
    return reply, turns.note(reply, MessageAct.NEAR, context=context, session=replace(there, then=""))


async def _near_unknown(asked: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """Where somebody is, asked where they say to be near a place that we do not know: "gần KCN VSIP"."""
    place = tour.read_unknown_near(asked, context)
    if not place:
        return None
    reply = await search.ask_where(Search(session.say("near me")), context=context, session=session)
    reply = replace(reply, text=buying.unknown_place(place, session.say))
    return reply, turns.note(reply, MessageAct.NEAR, context=context, session=session)


def core_queries(words: str, *, context: Context) -> Iterator[str]:
    """Searches for what *words* name between all else they say, where the catalogue surely has that."""
    bought = read_question(clean(words))
    if bought is not None and bought.what and not (bought.near or bought.online):
        # Where no shop that sells it is known, or many products are called so, those made close by are listed.
        yield f"{to_vietnamese(bought.what)} gần tôi"
    asked = clean(to_vietnamese(words))
    if any(elsewhere(tokens_of(asked))):
        return
    yield from _core_named(asked, words, context)


def _core_named(asked: str, words: str, context: Context) -> Iterator[str]:
    """What *asked* surely names without all else it says, or the person at its end."""
    core = bare_words(asked)
    for query in dict.fromkeys((core, *_placed(core.split()), bare_words(asked, makers=True))):
        if query and query != words and _is_told(context.find(query, limit=1)):
            yield query
    wanted = _wanted_in(asked)
    if wanted and wanted != core and _is_held(wanted, context):
        yield wanted
    person = _person_in(asked)
    if person and context.find(person, limit=1).holding:
        yield person


def _is_held(wanted: str, context: Context) -> bool:
    """True where products are called so, or the best of what was found says all of it."""
    found = context.find(wanted, limit=PER_PAGE)
    said = bool(found.hits) and not found.filters and all_say(found.hits[:1], wanted)
    return bool(found.holding) or said


def _wanted_in(asked: str) -> str:
    """What stands behind the last word of wanting, without particles: "xa quê nhớ bánh khảo quá"."""
    tokens = tokens_of(asked)
    behind = max((place + 1 for place, each in enumerate(tokens) if each.marked in _WANTS), default=0)
    told = [each for each in tokens[behind:] if each.filling == 1] if behind else []
    return " ".join(each.typed for each in told) if len(told) <= _MOST_WANTED else ""


def _person_in(asked: str) -> str:
    """Who is called so at the end of *asked*: "sản phẩm của bà lý" is about bà Lý."""
    two = tokens_of(asked)[-2:]
    return " ".join(each.typed for each in two) if len(two) > 1 and two[0].marked in KIN else ""


def _placed(parts: Sequence[str]) -> Iterator[str]:
    """*parts* with their last words as a place, and with their first."""
    most = min(_MOST_PLACE_WORDS, len(parts))
    yield from (" ".join((*parts[:-many], "ở", *parts[-many:])) for many in range(most, 0, -1))
    yield from (" ".join((*parts[many:], "ở", *parts[:many])) for many in range(most, 0, -1))


def _is_told(found: Found) -> bool:
    """True where all that was looked for is a condition, its maker, or begins the best hit's name and stands in it."""
    if found.band is Band.NOTHING or not found.hits:
        return False
    rest = fold(found.rest).split()
    if not rest:
        return bool(found.filters)
    best = found.hits[0]
    begins = fold(best.name).split()[:1] == rest[:1] or set(rest) <= set(fold(best.producer).split())
    if found.holding and shipped_wishes().is_kind(found.rest):
        return True
    return begins and all_say(found.hits[:1], found.rest)


async def wish_loosely(words: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """What fits the wish in *words*, whatever else they say; None where they name none."""
    fitting = await wishes.answer_loosely(words, context=context, session=session)
    if fitting is None:
        return None
    act = MessageAct.LIST if wishes.names_kind(words) else MessageAct.WISH
    return fitting, turns.note(fitting, act, context=context, session=session, words=clean(words))


async def _own(words: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """What somebody asks of their own: what they looked up, what they follow and rated, to take it to another chat."""
    moved = await move_chat.answer(words, incoming=incoming, context=context, session=session) or await ratings.answer(
        words, incoming=incoming, context=context, session=session
    )
    if moved is not None:
        return moved
    reply = await history.answer(words, incoming=incoming, context=context, session=session) or await following.answer(
        words, incoming=incoming, context=context, session=session
    )
    return (reply, session) if reply is not None else None


def _understand(words: str, *, typed: str, name: str, context: Context, session: Session) -> Understood:
    """What *words*, as they were *typed* or in Vietnamese, are after what was said before, of what is called *name*.

    What is asked of an illness has one answer, however it is asked.
    """
    understood = recognise(words, thread=session.thread, find=_finder(context, session), name=name)
    if understood.act is None:
        understood = ask_of_named(words, _finder(context, session)) or understood
    asks = understood.act in {MessageAct.FIELD, MessageAct.NOTHING, None} and names_illness(typed)
    return (
        Understood(MessageAct.CHAT, topic="medicine")
        if asks and not search.is_sure(words, context=context)
        else understood
    )


def _finder(context: Context, session: Session) -> Find:
    return partial(context.find, limit=PER_PAGE, here=session.here)


async def ask_plainly(words: str, *, context: Context, session: Session) -> Done:
    """Answer the question that *words*, of which a search found nothing, ask in words of every day."""
    asked = clean(to_vietnamese(words))
    understood = find_plain_question(asked, thread=session.thread, find=_finder(context, session))
    return await _act(understood, asked, context=context, session=session) if understood is not None else None


async def guess_meaning(words: str, *, context: Context, session: Session) -> Done:
    """Answer what *words*, of which nothing was found, are most likely about; or as talk where they name nothing."""
    asked, find = clean(to_vietnamese(words)), _finder(context, session)
    understood = guess_question(asked, typed=clean(words), thread=session.thread, find=find)
    if understood is None and len(words) <= search.LONGEST and is_preamble(asked, find):
        understood = Understood(MessageAct.CHAT, topic="hello")
    return await _act(understood, asked, context=context, session=session) if understood is not None else None


async def ask_of_card(
    words: str, shown: SpokenTurn, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """The answer to what *words* ask of the one product that they were *shown*; None where they ask nothing."""
    if shown.act is not MessageAct.CARD or search.is_sure(words, context=context):
        return None
    (product,) = await context.products(shown.products[:1]) or (None,)
    if product is None:
        return None
    asked = clean(to_vietnamese(words))
    name = f"{product.name} {' '.join(product.aliases)} {product.producer.name}"
    understood = find_question_of_found(
        asked, name, typed=clean(words), product=product.id, find=_finder(context, session)
    )
    return await answer_field.answer(understood, asked, context=context, session=session) if understood else None


async def _by_table(words: str, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """What is asked of fairs, the programme's progress and its rules, and wishes for a purpose."""
    of_fairs = await questions.recognize(words, context=context)
    if of_fairs is not None:
        return of_fairs
    told = await progress.answer(
        words, incoming=incoming, context=context, session=session
    ) or await small_talk.answer_question(words, context=context, session=session)
    if told is not None:
        return told, turns.note(told, MessageAct.CHAT, context=context, session=session)
    route = await tour.answer(words, context=context, session=session)
    if route is not None:
        return route, turns.note(route, MessageAct.NEAR, context=context, session=session)
    known = await tour.answer_villages(words, context=context, session=session)
    if known is not None:
        return known, turns.note(known, MessageAct.LIST, context=context, session=session)
    asks = session.thread.product and wishes.asks_whether(words)
    fitting = await wishes.answer(words, context=context, session=session) if not asks else None
    if fitting is None:
        return None
    act = MessageAct.NEAR if fitting.wants is Want.LOCATION else MessageAct.WISH
    return fitting, turns.note(fitting, act, context=context, session=session, words=clean(words))


async def _act(understood: Understood, asked: str, *, context: Context, session: Session) -> Done:
    """Do what *understood* says."""
    match understood.act:
        case MessageAct.FIELD:
            return await answer_field.answer(understood, asked, context=context, session=session)
        case MessageAct.CARD:
            shown = await product.show(understood.products[0], context=context, session=session)
            return shown, session
        case MessageAct.LIST:
            return await _list(understood, context=context, session=session)
        case MessageAct.CHAT:
            return await _chat(
                understood.topic, asks=any(mark in asked for mark in "?？"), context=context, session=session
            )
        case MessageAct.ASK:
            return await _for_people(understood, asked, context=context, session=session)
        case MessageAct.NEAR | MessageAct.COMPARE | MessageAct.WISH | MessageAct.NOTHING | None:
            return None


async def _list(understood: Understood, *, context: Context, session: Session) -> Done:
    if understood.maker:
        return Action(Verb.MAKER, understood.products[0])
    if understood.topic == "which":
        return await _which_of(understood, context=context, session=session)
    before = narrow.last_list(session)
    onwards = Action.parse(before.onwards) if before is not None else None
    if onwards is None:
        said = session.say("That was all of it.")
        return Reply(said, language=session.say.language), turns.note(
            Reply(), MessageAct.LIST, context=context, session=session
        )
    return onwards


async def _which_of(understood: Understood, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """Several may be pointed at: show them; the question that was asked last waits for the answer."""
    products = await context.products(understood.products)
    reply = product.several(tuple(products), session.say("Which one do you mean?"), context=context, session=session)
    field = next(iter(understood.fields), "")
    turn = SpokenTurn(MessageAct.LIST, field, turns.refs_in(reply), context.now(), open=bool(field))
    return reply, replace(session, thread=session.thread.after(turn))


async def _chat(topic: str, *, asks: bool, context: Context, session: Session) -> tuple[Reply, Session]:
    """Talk, with what helps on; what we do not do ourselves may be asked of the producer.

    Thanks or an insult right after the same need no second answer, unless it *asks* something.
    """
    say, last = session.say, session.thread.last
    again = last is not None and last.act is MessageAct.CHAT and last.words == topic
    reply = small_talk.NOD if again and not asks and topic in small_talk.ONCE else small_talk.about(topic, session)
    spoken_of = session.thread.product
    if topic in {"ship", "wholesale"} and spoken_of:
        ask = Choice(say("Ask the producer"), Action(Verb.ASK, f"{spoken_of} {topic}"), style=Style.MAIN)
        reply = replace(reply, choices=(ask,), wants=None)
    if topic == "wholesale":
        source = Choice(say("Look for goods in bulk"), Action(Verb.SOURCE, "new"))
        reply = replace(reply, choices=(*reply.choices, source))
    return reply, turns.note(Reply(), MessageAct.CHAT, context=context, session=session, words=topic)


async def _for_people(understood: Understood, asked: str, *, context: Context, session: Session) -> Done:
    ref, topic = next(iter(understood.products), ""), understood.topic
    verb = {"mine": Verb.MINE, "mailbox": Verb.MAIL, "correct": Verb.FIX}.get(topic)
    if verb is not None:
        return Action(verb)
    if topic == "statistics":
        return Action(Verb.STATISTICS)
    if topic == "human":
        return _no_human(ref, session), turns.note(Reply(), MessageAct.ASK, context=context, session=session)
    kind = {"complaint": Kind.COMPLAINT, "wrong": Kind.COMPLAINT, "order": Kind.BUY}.get(topic)
    matter = ComplaintMatter.FACTS if topic == "wrong" else read_matter(asked) if topic == "complaint" else ""
    wanted = f"{kind}/{matter}" if matter else f"{kind}"
    if not ref:
        then = Action(Verb.KIND, wanted) if kind is Kind.COMPLAINT else None
        asking = replace(_which(topic, session), then=then)
        return asking, turns.note(Reply(), MessageAct.ASK, context=context, session=session)
    return Action(Verb.KIND, f"{wanted} {ref}") if kind is not None else Action(Verb.ASK, ref)


def _no_human(ref: str, session: Session) -> Reply:
    say = session.say
    lines = (
        say("I am a program, and nobody reads along here."),
        say("People who answer: the producer, by “Ask the producer” on a product's card."),
        say("A complaint goes to the programme officer too, where one is named."),
    )
    choices = [Choice(say("My questions"), Action(Verb.MINE))]
    if ref:
        choices[:0] = [
            Choice(say("Ask the producer"), Action(Verb.ASK, ref), style=Style.MAIN),
            Choice(say("Complain: fake, spoiled, wrong facts"), Action(Verb.KIND, f"{Kind.COMPLAINT} {ref}")),
        ]
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


def _which(topic: str, session: Session) -> Reply:
    say = session.say
    about = {
        "complaint": say("I am sorry to hear that. Which product is it?"),
        "wrong": say("Thank you for telling. Which product is it about?"),
        "order": say("I sell nothing myself: the producer does. Which product is it?"),
    }.get(topic, say("Gladly. About which product?"))
    onwards = say("Type its name or send a photo of its label; then press “Ask the producer” on its card.")
    if topic in {"complaint", "wrong"}:
        onwards = say("Type its name or send a photo of its label.")
    return Reply(f"{about}\n{onwards}", wants=Want.PHOTO, language=say.language)
