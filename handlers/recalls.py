"""Recalls in words: on cards, and as the warning that is told to whoever looked such a package up, and its end."""

from collections.abc import Mapping
from datetime import UTC, datetime

from catalog.dates import VIET_NAM, PartialDate
from catalog.delivery import IN_DOUBT
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import Product
from catalog.recalls import (
    Concern,
    Package,
    Recall,
    RecallAdvice,
    RecallReason,
    RecallScope,
    RecallState,
    concern_of,
    read_lot_range,
)
from handlers.actions import Action, Verb
from handlers.context import Context
from handlers.messages import Choice, Fact, Reply, Style
from handlers.phrases import Speech, speech

SIGN = "⚠"
# In the place of a version: what tells who asked for a recall what became of that.
_ANSWER = "answer"
_MOST_LOTS = 12


def reason_names(say: Speech) -> Mapping[RecallReason, str]:
    """What each reason is called."""
    return {
        RecallReason.CONTAMINATED: say("germs or harmful substances were found"),
        RecallReason.SPOILED: say("it spoils before its date"),
        RecallReason.FOREIGN_BODY: say("something that does not belong there may be inside"),
        RecallReason.ALLERGEN: say("an allergen is not named on the label"),
        RecallReason.BANNED: say("it contains something that is not allowed"),
        RecallReason.WRONG_LABEL: say("its label is wrong"),
        RecallReason.FAKE: say("packages of this lot are not genuine"),
        RecallReason.OTHER: say("another reason"),
    }


def advice_names(say: Speech) -> Mapping[RecallAdvice, str]:
    """What is to be done with such a package."""
    return {
        RecallAdvice.RETURN: say("Do not use it. Take it back to where you bought it."),
        RecallAdvice.DISCARD: say("Do not use it. Throw it away, out of reach of children and animals."),
        RecallAdvice.KEEP_AND_ASK: say("Do not use it. Put it aside and ask the producer."),
    }


def scope_words(scope: RecallScope, say: Speech) -> str:
    """Which packages are meant."""
    if scope.whole:
        return say("every package of this product")
    parts = []
    if scope.lots:
        listed = ", ".join(_lot_words(each, say) for each in scope.lots[:_MOST_LOTS])
        several = len(scope.lots) > 1 or read_lot_range(scope.lots[0]) is not None
        more = len(scope.lots) - _MOST_LOTS
        listed += say.count(" and {number} more", " and {number} more", more) if more > 0 else ""
        parts.append(say("lots {lots}", lots=listed) if several else say("lot {lot}", lot=listed))
    if scope.made_from or scope.made_until:
        parts.append(say("made {days}", days=_span(scope.made_from, scope.made_until, say)))
    if scope.expires_from or scope.expires_until:
        parts.append(say("to be used by a day {days}", days=_span(scope.expires_from, scope.expires_until, say)))
    return "; ".join(parts)


def _lot_words(lot: str, say: Speech) -> str:
    row = read_lot_range(lot)
    return say("from {start} to {end}", start=row.first_lot, end=row.last_lot) if row else lot


def _span(first: PartialDate | None, last: PartialDate | None, say: Speech) -> str:
    if first and last:
        return say("from {start} to {end}", start=say.day(first), end=say.day(last))
    if first:
        return say("from {day} on", day=say.day(first))
    return say("until {day}", day=say.day(last)) if last else ""


def card_line(recall: Recall, concern: Concern, say: Speech) -> str:
    """The first line of a card while *recall* is in force and may be about the package."""
    named = {"scope": scope_words(recall.scope, say), "reason": reason_names(say)[recall.reason]}
    if concern is Concern.MAYBE:
        said = say("RECALLED: {scope} ({reason}). Compare with your package.", **named)
    else:
        said = say("RECALLED: {scope} ({reason}). Do not use it.", **named)
    return f"{SIGN} {said}"


def card_facts(recall: Recall, concern: Concern, say: Speech) -> list[Fact]:
    """What a card tells of *recall*: also that it is not about the package, where that is known."""
    number = say("Recall {number}", number=recall.number)
    if concern is Concern.NO:
        scope = scope_words(recall.scope, say)
        return [Fact(number, say("Your package is not among those called back ({scope}).", scope=scope))]
    facts = [
        Fact(number, scope_words(recall.scope, say)),
        Fact(say("Reason"), reason_names(say)[recall.reason]),
        Fact(say("What to do"), advice_names(say)[recall.advice]),
    ]
    if recall.note:
        facts.append(Fact(say("Also said"), recall.note))
    facts.append(Fact(say("Called back on"), say.day(_day_of(recall))))
    return facts


def heading(say: Speech) -> str:
    """What stands over them."""
    return say("Recall")


def _day_of(recall: Recall) -> PartialDate:
    return PartialDate.of(datetime.fromtimestamp(recall.began_at, UTC).astimezone(VIET_NAM).date())


def warn(product: Product, recall: Recall, concern: Concern, say: Speech, *, told: str = "") -> str:
    """The warning as a message; *told* is the lot or day of the package that somebody looked up."""
    title = say("PRODUCT RECALL")
    lines = [
        f"{SIGN} {title}",
        f"{product.name} — {product.producer.name}",
        say("Called back: {scope}.", scope=scope_words(recall.scope, say)),
        say("Reason: {reason}.", reason=reason_names(say)[recall.reason]),
        advice_names(say)[recall.advice],
        recall.note,
    ]
    if concern is Concern.MAYBE:
        lines.append(say("You looked this product up. Compare the lot and the dates on your package."))
    elif told:
        lines.append(say("The package that you looked up is one of them ({told}).", told=told))
    else:
        lines.append(say("You looked this product up."))
    return "\n".join(line for line in lines if line)


def sample(product: Product, recall: Recall, say: Speech) -> str:
    """The warning as most people will read it."""
    concern = recall.scope.concerns(Package())
    return warn(product, recall, concern, say)


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """The words of a warning or of its end for its receiver now; None if they are not needed any more.

    Raises StoreError.
    """
    number, _, version = notice.subject.partition(" ")
    recall = await context.store.recalls.by_number(int(number))
    product = await _product(recall.product_id, context=context) if recall else None
    if recall is None or product is None:
        return None
    language, _ = await context.store.people.load(notice.to.channel, notice.to.address)
    say = speech(language)
    if version == _ANSWER:
        return _answer(product, recall, say)
    if recall.version != int(version):
        return None
    if notice.kind is NoticeKind.RECALL_OVER:
        return _over(product, recall, say)
    return await _compose_warning(notice, product, recall, context=context, say=say)


async def _product(ref: str, *, context: Context) -> Product | None:
    """The product, which is read once for the many who are told of it; also under the name of one that it became."""
    found = await context.products([ref])
    return found[0] if found else await context.store.product(ref)


async def _compose_warning(
    notice: Notice, product: Product, recall: Recall, *, context: Context, say: Speech
) -> Reply | None:
    if not recall.is_in_force(context.today()):
        return None
    packages = await context.store.recalls.packages(product.id, notice.to)
    concern = concern_of(recall.scope, packages)
    if concern is Concern.NO:
        return _not_any_more(product, recall, say)
    text = warn(product, recall, concern, say, told=_told(recall.scope, packages, say))
    if recall.version > 1:
        text = "\n".join([say("This replaces what we told you of this recall before."), text])
    if notice.trouble == IN_DOUBT:
        text += "\n" + say("You may have had this message already.")
    choices = (
        Choice(say("I have read it"), Action(Verb.RECALL, f"read {recall.number}"), style=Style.MAIN),
        Choice(say("See the product"), Action(Verb.PRODUCT, product.ref)),
        Choice(say("Ask the producer"), Action(Verb.ASK, product.ref)),
    )
    return Reply(text, choices=choices, language=say.language)


def _told(scope: RecallScope, packages: list[Package], say: Speech) -> str:
    """How the package that is called back is known."""
    meant = next((each for each in packages if each.is_known and scope.concerns(each) is Concern.YES), None)
    if meant is None:
        return ""
    made = say("made {days}", days=say.day(meant.made)) if meant.made else ""
    return say("lot {lot}", lot=meant.lot) if meant.lot else made


def answer_to(recall: Recall, asker: Address) -> Notice:
    """What tells who asked for *recall* in a producer's name what became of that."""
    return Notice(f"recall:{recall.number}:answer", asker, NoticeKind.RECALL_OVER, f"{recall.number} {_ANSWER}")


def _answer(product: Product, recall: Recall, say: Speech) -> Reply | None:
    if recall.state is RecallState.ASKED:
        return None
    if recall.state is RecallState.DISMISSED:
        text = say("The province does not follow your request to call back {product}:", product=product.name)
        return Reply(f"{text}\n{recall.ended_why}", language=say.language)
    text = say(
        "The province has called back {product}: {scope}. Whoever looked it up is being warned.",
        product=product.name,
        scope=scope_words(recall.scope, say),
    )
    return Reply(text, language=say.language)


def _over(product: Product, recall: Recall, say: Speech) -> Reply:
    named = {"product": product.name, "scope": scope_words(recall.scope, say)}
    if recall.state is RecallState.CANCELLED:
        text = say("The recall of {product} ({scope}) is cancelled.", **named)
    else:
        text = say("The recall of {product} ({scope}) has ended.", **named)
    choices = (Choice(say("See the product"), Action(Verb.PRODUCT, product.ref)),)
    return Reply("\n".join(filter(None, (text, recall.ended_why))), choices=choices, language=say.language)


def _not_any_more(product: Product, recall: Recall, say: Speech) -> Reply:
    text = say(
        "The recall of {product} was corrected: it is about {scope}. Your package is not among those.",
        product=product.name,
        scope=scope_words(recall.scope, say),
    )
    return Reply(text, language=say.language)


async def tell_waiting(context: Context) -> int:
    """Keep the notices of all who are still to be told of a recall; how many people that were. Raises StoreError."""
    looked = 0
    for number in await context.store.recalls.unfinished():
        while some := await context.store.recalls.tell_next(number, now=context.now()):
            looked += some
    return looked


async def note_read(subject: str, *, context: Context, say: Speech, who: Address) -> Reply:
    """Somebody pressed that they have read it; a number that is no recall's is noted nowhere."""
    number = int(subject) if subject.isascii() and subject.isdecimal() and len(subject) < 10 else 0
    if number and await context.store.recalls.by_number(number) is not None:
        await context.store.recalls.note_read(number, who, at=context.now())
    return Reply(say("Thank you. Please tell those who eat with you, too."), language=say.language)
