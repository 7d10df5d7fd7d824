"""News of what somebody follows: found each morning by how products stood before, and told once a day at most."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from catalog import passport
from catalog.dates import next_moment
from catalog.follows import FollowKind, News, NewsKind, ProductMark, news_between
from catalog.inquiry import Notice
from catalog.model import Product
from handlers import verdict
from handlers.actions import Action, Verb
from handlers.context import Context
from handlers.messages import Choice, Reply, Style
from handlers.phrases import Speech, speech
from handlers.programme import place_catalogue

AT = time(8)
"""When news is told, in Việt Nam."""
_MOST_LINES, _MOST_BUTTONS = 15, 4
_SET = "1"


async def schedule(context: Context) -> int:
    """Make the news of what is followed, and a notice for the next morning to who follows it. Raises StoreError."""
    store = context.store.follows
    followed, before = await store.subjects(), await store.marks()
    if not before and not any(followed.values()):
        return 0
    groups = {_group_key(kind, subject) for kind, subjects in followed.items() for subject in subjects} - {""}
    concerned = await _concerned(followed, context=context)
    for product, by in concerned:
        await _make_news(product, before, new=any(group in before for group in by), context=context)
    for key in groups - set(before):
        await store.change_mark(key, before=None, after=_SET, news=())
    await store.forget_marks(set(before) - groups - {f"p:{product.id}" for product, _ in concerned})
    day, due = next_moment(context.now(), AT)
    return await store.schedule(day=day.isoformat(), due=due)


async def _make_news(product: Product, before: Mapping[str, str], *, new: bool, context: Context) -> None:
    """Keep how *product* stands now, with the news that makes; a *new* one had no mark while its group had."""
    key, after = f"p:{product.id}", ProductMark.of(product, context.today())
    kept = before.get(key)
    if kept == after.serialize():
        return
    unit = context.places.of_producer(product.producer).new
    first = [NewsKind.NEW] if new else []
    kinds = first if kept is None else news_between(ProductMark.read(kept), after)
    commune = unit.code if unit else ""
    news = [News(what, product.id, product.producer.id, commune, context.now()) for what in kinds]
    await context.store.follows.change_mark(key, before=kept, after=after.serialize(), news=news)


def _group_key(kind: FollowKind, subject: str) -> str:
    """The key that says that all of a producer or a commune has a mark; "" for a product."""
    return {FollowKind.PRODUCER: f"m:{subject}", FollowKind.COMMUNE: f"c:{subject}", FollowKind.PRODUCT: ""}[kind]


async def _concerned(
    followed: Mapping[FollowKind, set[str]], *, context: Context
) -> list[tuple[Product, tuple[str, ...]]]:
    """The products that somebody follows, each with the keys of the producer and commune by which they do."""
    found: dict[str, tuple[Product, tuple[str, ...]]] = {}

    def add(products: Iterable[Product], group: str) -> None:
        for product in products:
            groups = found.get(product.id, (product, ()))[1]
            found[product.id] = product, (*groups, group) if group else groups

    add(await context.store.products(sorted(followed.get(FollowKind.PRODUCT, ()))), "")
    for producer in sorted(followed.get(FollowKind.PRODUCER, ())):
        add(await context.store.of_producer(producer), _group_key(FollowKind.PRODUCER, producer))
    if communes := followed.get(FollowKind.COMMUNE):
        _, placed = await place_catalogue(context)
        for each in placed:
            if each.commune is not None and each.commune.code in communes:
                add([each.product], _group_key(FollowKind.COMMUNE, each.commune.code))
    return list(found.values())


async def read_marks(followed: Mapping[FollowKind, set[str]], *, context: Context) -> dict[str, str]:
    """How what is followed stands now, by its key."""
    today = context.today()
    concerned = await _concerned(followed, context=context)
    marks = {f"p:{product.id}": ProductMark.of(product, today).serialize() for product, _ in concerned}
    groups = (_group_key(kind, subject) for kind, subjects in followed.items() for subject in subjects)
    return marks | {key: _SET for key in groups if key}


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """The news that *notice* tells its receiver; None if there is none for them any more. Raises StoreError."""
    held = await context.store.follows.of_person(notice.to)
    news = await context.store.follows.claim(notice.to, notice.number) if held else []
    known = {each.id: each for each in await context.products(each.product for each in news)}
    told: dict[str, list[NewsKind]] = {}
    for each in news:
        if each.product in known:
            told.setdefault(each.product, []).append(each.what)
    if not told:
        return None
    say = speech(held[0].language)
    lines = [_line(known[ref], what, context=context, say=say) for ref, what in told.items()]
    left = len(lines) - _MOST_LINES
    more = [say.count("… and {number} more", "… and {number} more", left)] if left > 0 else []
    text = "\n".join([say("News of what you follow:"), *lines[:_MOST_LINES], *more])
    opens = [
        Choice(known[ref].name, Action(Verb.PRODUCT, known[ref].ref), style=Style.MAIN)
        for ref in list(told)[:_MOST_BUTTONS]
    ]
    stops = (
        Choice(say("What I follow"), Action(Verb.FOLLOW)),
        Choice(say("Stop all of it"), Action(Verb.FOLLOW, "none")),
    )
    return Reply(text, choices=(*opens, *stops), language=say.language)


def _line(product: Product, what: Sequence[NewsKind], *, context: Context, say: Speech) -> str:
    words = news_words(say)
    told = ", ".join(dict.fromkeys(words[each] for each in what))
    stands = verdict.in_words(passport.of(product.certificates, context.today()), say)
    return f"• {product.name} ({product.producer.name}): {told}. {stands}"


def news_words(say: Speech) -> dict[NewsKind, str]:
    """What each kind of news is called."""
    return {
        NewsKind.NEW: say("new in the catalogue"),
        NewsKind.RENEWED: say("recognised again"),
        NewsKind.UPGRADED: say("raised to more stars"),
        NewsKind.ENDING: say("its star ends soon"),
        NewsKind.LAPSED: say("its star is over"),
        NewsKind.WITHDRAWN: say("its certificate was withdrawn"),
        NewsKind.ANNULLED: say("its recognition was annulled"),
        NewsKind.REINSTATED: say("its star was given back"),
        NewsKind.IN_SEASON: say("in season again"),
    }
