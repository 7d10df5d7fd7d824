"""One door to inquiries, notices, members and corrections. Personal words are sealed going in and opened coming out."""

import base64
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import NotFound
from catalog.inquiry import (
    Address,
    Correction,
    IllegalMove,
    Inquiry,
    Invitation,
    Member,
    Move,
    Notice,
    Role,
    Side,
)
from catalog.sealing import Seal, fingerprint
from catalog.store import (
    corrections,
    database,
    digests,
    inbox,
    inquiries,
    members,
    memory,
    outbox,
    people,
    takeout,
    unmet,
)
from catalog.store.erasing import Eraser
from catalog.store.inquiries import InquiryStep, Opening
from catalog.store.members import Refusal
from catalog.store.outbox import NoticeResult
from catalog.store.people import Look
from catalog.store.writer import Writer

Result = TypeVar("Result")


async def _calls(
    connection: AsyncConnection, calls: Sequence[Callable[[AsyncConnection], Awaitable[Any]]]
) -> list[Any]:
    return [await call(connection) for call in calls]


async def _settle_digest(connection: AsyncConnection, told: NoticeResult, to: Address) -> None:
    """A gathered notice asks for a digest; one that was told, or that nobody needs, ends what it gathered."""
    if told.state == "gathered":
        await digests.ask(connection, to, at=told.digest_at, number=told.number)
    elif told.state in {"sent", "moot"}:
        await digests.mark_listed(connection, to, until=told.at)


class Post:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, engine: AsyncEngine, writer: Writer, seal: Seal, eraser: Eraser) -> None:
        self._engine = engine
        self._writer = writer
        self._seal = seal
        self._eraser = eraser
        self._wake: Callable[[], None] = lambda: None
        # How often change_person() has changed anyone's conversation beside the inbox's answers.
        self.people_changed = 0

    async def _write(self, call: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        result: Result = await self._writer(_calls, call)
        return result

    async def _read(self, call: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        async with database.reading(self._engine) as connection:
            return await call(connection)

    # Inquiries ----------------------------------------------------------------------------------------------------

    async def open(
        self,
        inquiry: Inquiry,
        *,
        text: str,
        link: str,
        notices: Sequence[Notice] = (),
        photo: bytes | None = None,
    ) -> bool:
        """Keep a new inquiry, its words and its notices in one transaction; *link* is the secret of its web page.

        False if there is one with this ref: then nothing is done.
        """
        opening = Opening(
            replace(inquiry, name=self._seal.close(inquiry.name), phone=self._seal.close(inquiry.phone)),
            text=self._seal.close(text),
            link=fingerprint(link),
            text_mark=self._text_mark(text),
            notices=notices,
            photo=self._seal.close_bytes(photo) if photo else None,
        )
        fresh = await self._write(lambda connection: inquiries.open_one(connection, opening))
        self._wake()
        return fresh

    async def step(self, step: InquiryStep) -> Inquiry:
        """Let an inquiry move. Raises NotFound and IllegalMove."""
        sealed = replace(step, text=self._seal.close(step.text))
        moved = self._unseal_inquiry(await self._write(lambda connection: inquiries.take(connection, sealed)))
        if step.notices:
            self._wake()
        return moved

    async def inquiry(self, ref: str) -> Inquiry | None:
        """One inquiry with its messages."""
        return self._maybe(await self._read(lambda connection: inquiries.by_ref(connection, ref)))

    async def inquiry_by_link(self, link: str) -> Inquiry | None:
        """The inquiry whose web page has this secret."""
        mark = fingerprint(link)
        return self._maybe(await self._read(lambda connection: inquiries.by_link(connection, mark)))

    async def inquiries_of(self, who: Address, *, limit: int, offset: int = 0) -> list[Inquiry]:
        """What someone asked, the newest first."""
        found = await self._read(lambda c: inquiries.of_consumer(c, who, limit=limit, offset=offset))
        return [self._unseal_inquiry(each) for each in found]

    async def mail_of(
        self, producers: Collection[str], *, waiting: bool, limit: int, offset: int = 0
    ) -> tuple[list[Inquiry], int]:
        """What these producers were asked, the newest first, and how much that is in all."""
        found, total = await self._read(
            lambda c: inquiries.of_producers(c, producers, waiting=waiting, limit=limit, offset=offset)
        )
        return [self._unseal_inquiry(each) for each in found], total

    async def list_unanswered(
        self, *, before: float, limit: int, offset: int = 0, now: float = 0.0
    ) -> tuple[list[Inquiry], int]:
        """What nobody answered since *before*, or an officer was told of until *now*; and how much that is in all."""
        found, total = await self._read(
            lambda c: inquiries.list_unanswered(c, before=before, limit=limit, offset=offset, now=now)
        )
        return [self._unseal_inquiry(each) for each in found], total

    async def asked_since(self, who: Address, *, since: float, producer_id: str = "") -> int:
        """How much someone asked since then."""
        return await self._read(lambda c: inquiries.count_since(c, who, since=since, producer_id=producer_id))

    async def same_text(self, who: Address, *, text: str, since: float, producer_id: str) -> str | None:
        """The ref of an inquiry to that producer with the very same words."""
        mark = self._text_mark(text)
        return await self._read(
            lambda c: inquiries.same_text(c, who, text_mark=mark, since=since, producer_id=producer_id)
        )

    async def written_since(self, ref: str, *, side: Side, since: float) -> int:
        """How many messages one side wrote in an inquiry since then."""
        return await self._read(lambda c: inquiries.written_since(c, ref, side=side, since=since))

    async def photo(self, ref: str) -> bytes | None:
        """The photo of a complaint."""
        sealed = await self._read(lambda c: inquiries.photo(c, ref))
        return self._seal.open_bytes(sealed) if sealed else None

    async def keep_draft_photo(self, who: Address, photo: bytes) -> None:
        """Keep a complaint's photo until its draft is sent or thrown away."""
        sealed = self._seal.close(base64.b64encode(photo).decode())
        await self._writer(memory.remember, ("draft", f"{who.channel}:{who.address}", sealed))

    async def draft_photo(self, who: Address) -> bytes | None:
        """The photo of someone's draft."""
        key = f"{who.channel}:{who.address}"
        sealed = await self._read(lambda c: memory.recall(c, "draft", key))
        return base64.b64decode(self._seal.open(sealed)) if sealed else None

    async def drop_draft_photo(self, who: Address) -> None:
        """Keep the draft's photo no longer."""
        await self._write(lambda c: memory.forget(c, "draft", f"{who.channel}:{who.address}"))

    def link_of(self, ref: str) -> str:
        """The secret of an inquiry's web page, given to its consumer only."""
        return self._seal.token(f"inquiry {ref}")

    def sign(self, text: str) -> str:
        """A proof that we wrote *text*, for a link that is kept nowhere."""
        return self._seal.sign(text)

    def verify(self, proof: str, *, seconds: int) -> str | None:
        """What sign() was given at most *seconds* ago; None for anything else."""
        return self._seal.verify(proof, seconds=seconds)

    async def forget_older_than(self, moment: float) -> int:
        """Erase the words of inquiries that have not moved since *moment*, and all else that is as old; how many."""
        refs = await self._read(lambda c: inquiries.older_than(c, moment))
        if refs:
            await self._write(lambda c: inquiries.forget_words(c, refs))
        await self._write(lambda c: people.forget_idle(c, moment))
        return len(refs)

    async def forget_drafts_before(self, moment: float) -> int:
        """Throw away the photos of drafts that nobody sent; how many."""
        kept = await self._read(lambda c: memory.everything(c, "draft"))
        old = [key for key, sealed in kept if self._seal.closed_at(sealed) < moment]
        for key in old:
            await self._write(partial(memory.forget, owner="draft", key=key))
        return len(old)

    # Notices ------------------------------------------------------------------------------------------------------

    async def tell(self, *fresh: Notice) -> None:
        """Keep notices; a known key is told once only."""
        await self._write(lambda c: outbox.add(c, fresh))
        self._wake()

    def on_notice(self, wake: Callable[[], None]) -> None:
        """Call *wake* whenever this process keeps a notice."""
        self._wake = wake

    async def lease(
        self, *, now: float, seconds: float, limit: int, to: Address | None = None, busy: Collection[Address] = ()
    ) -> list[Notice]:
        """Take due notices for some time, those of one person or anybody's but of who is *busy*."""
        return await self._write(lambda c: outbox.lease(c, now=now, seconds=seconds, limit=limit, to=to, busy=busy))

    async def people_held(self) -> list[Address]:
        """Everyone for whom a notice waits until they speak."""
        return await self._read(outbox.people_held)

    async def claim(self, number: int, *, until: float) -> bool:
        """Note that a notice which may be told once only is being sent; False if somebody else has it."""
        return await self._write(lambda c: outbox.claim(c, number, until=until))

    async def renew(self, number: int, *, held: float, until: float) -> bool:
        """Hold a notice that is leased until *held* longer; False if somebody else has taken it."""
        return await self._write(lambda c: outbox.renew(c, number, held=held, until=until))

    async def take_over(self) -> None:
        """Begin where a process that is no more stopped. With SQLite there is one process, so its leases are void."""
        if self._engine.dialect.name == "sqlite":
            await self._write(outbox.end_leases)

    async def record_delivery(self, told: NoticeResult, *, delivered: str = "") -> None:
        """Keep what became of a notice, and with it that the inquiry *delivered* has reached its producer."""

        async def keep(connection: AsyncConnection) -> None:
            await outbox.settle(connection, told)
            if delivered:
                with suppress(NotFound, IllegalMove):
                    await inquiries.take(connection, InquiryStep(delivered, Move.DELIVER, at=told.at))
            if told.digest_to is not None:
                await _settle_digest(connection, told, told.digest_to)

        await self._write(keep)

    async def pace(self, to: Address, *, since: float, now: float) -> digests.Pace:
        """What someone was told since then of what anybody can cause, and what is due."""
        return await self._read(lambda c: digests.pace(c, to, since=since, now=now))

    async def list_gathered(self, to: Address) -> list[digests.Gathered]:
        """What the next digest tells someone of."""
        return await self._read(lambda c: digests.list_gathered(c, to))

    async def release_held(self, to: Address) -> int:
        """Someone spoke: what waited for that is due."""
        return await self._write(lambda c: outbox.release_held(c, to))

    async def notice_sent_as(self, to: Address, sent_id: str) -> Notice | None:
        """The notice that someone replies to."""
        return await self._read(lambda c: outbox.by_sent(c, to, sent_id))

    async def dead_letters(self, *, limit: int) -> list[Notice]:
        """Notices that were given up."""
        return await self._read(lambda c: outbox.dead(c, limit=limit))

    async def revive(self, number: int) -> bool:
        """Try a dead notice again."""
        return await self._write(lambda c: outbox.revive(c, number))

    async def notice_counts(self) -> dict[str, int]:
        """How many notices are in each state."""
        return await self._read(outbox.counts)

    async def notices_waiting(self, *, now: float) -> dict[str, int]:
        """How many notices of each channel are due and not yet told."""
        return await self._read(lambda c: outbox.waiting(c, now=now))

    # Members ------------------------------------------------------------------------------------------------------

    async def join(self, member: Member, *, at: float) -> bool:
        """Take a member in."""
        sealed = replace(member, name=self._seal.close(member.name))
        return await self._write(lambda c: members.join(c, sealed, at=at))

    async def leave(self, who: Address, *, role: Role, producer_id: str = "") -> bool:
        """Let a member go."""
        return await self._write(lambda c: members.leave(c, who, role=role, producer_id=producer_id))

    async def change_member(self, member: Member) -> None:
        """Keep a member's wishes."""
        canned = tuple(self._seal.close(each) for each in member.canned)
        sealed = replace(member, name=self._seal.close(member.name), canned=canned)
        await self._write(lambda c: members.change(c, sealed))

    async def members_of(self, producer_id: str) -> list[Member]:
        """Who answers for a producer, the first to reach first."""
        return [self._unseal_member(each) for each in await self._read(lambda c: members.of_producer(c, producer_id))]

    async def officers(self) -> list[Member]:
        """Every officer who joined in a chat."""
        return [self._unseal_member(each) for each in await self._read(members.officers)]

    async def answering(self) -> list[Member]:
        """Everyone who answers for a producer."""
        return [self._unseal_member(each) for each in await self._read(members.answering)]

    async def roles_of(self, who: Address) -> list[Member]:
        """What someone is beyond a consumer."""
        return [self._unseal_member(each) for each in await self._read(lambda c: members.roles_of(c, who))]

    async def invite(self, invitation: Invitation, *, code: str, expires_at: float) -> None:
        """Keep a one-time code."""
        mark = fingerprint(code)
        await self._write(lambda c: members.invite(c, invitation, code=mark, expires_at=expires_at))

    async def is_invited(self, code: str) -> bool:
        """True when *code* is a one-time code of ours, used or not."""
        mark = fingerprint(code)
        return await self._read(lambda c: members.is_invited(c, mark))

    async def enter(self, code: str, *, who: Address, name: str, language: str, now: float) -> Member | Refusal:
        """Use a one-time code up and become what it invites to, or why not."""
        mark, sealed = fingerprint(code), self._seal.close(name)
        return await self._write(lambda c: members.enter(c, mark, who=who, name=sealed, language=language, now=now))

    async def block(self, producer_id: str, who: Address, *, at: float) -> None:
        """Let someone ask this producer nothing more."""
        await self._write(lambda c: members.block(c, producer_id, who, at=at))

    async def is_blocked(self, producer_id: str, who: Address) -> bool:
        """True when this producer takes nothing from this person."""
        return await self._read(lambda c: members.is_blocked(c, producer_id, who))

    # Corrections --------------------------------------------------------------------------------------------------

    async def propose(self, wish: Correction) -> int:
        """Keep a producer's wish; its number."""
        return await self._write(lambda c: corrections.propose(c, wish))

    async def wishes_waiting(self, *, limit: int) -> list[Correction]:
        """What officers have to decide."""
        return await self._read(lambda c: corrections.waiting(c, limit=limit))

    async def decide(
        self, number: int, *, accepted: bool, who: str, at: float, source: tuple[str, str]
    ) -> Correction | None:
        """Accept or refuse a wish, once."""
        return await self._write(
            lambda c: corrections.decide(c, number, accepted=accepted, who=who, at=at, source=source)
        )

    async def wish(self, number: int) -> Correction | None:
        """One wish of a producer."""
        return await self._read(lambda c: corrections.by_number(c, number))

    # One person ---------------------------------------------------------------------------------------------------

    async def note_view(self, who: Address, product_id: str, *, at: float) -> None:
        """Note that someone was shown a product."""
        await self._write(lambda c: people.note_view(c, who, product_id, at=at))

    async def looks(self, who: Address, *, limit: int, offset: int = 0) -> list[Look]:
        """What someone was shown, the newest first."""
        return await self._read(lambda c: people.looks(c, who, limit=limit, offset=offset))

    async def change_person(self, who: Address, change: Callable[[str, str], str]) -> None:
        """Change the state of someone's conversation in one step; *change* gets their language and the state.

        It may be called twice, and must do nothing else.
        """

        async def apply_change(connection: AsyncConnection) -> None:
            language, sealed = await inbox.person(connection, who.channel, who.address)
            state = self._seal.close(change(language, self._seal.open(sealed) or "{}"))
            await inbox.keep_people(connection, [inbox.StoredAnswer(0, "", who.channel, who.address, language, state)])

        await self._write(apply_change)
        self.people_changed += 1

    async def has_matters(self, who: Address) -> bool:
        """True while someone has an inquiry that is not closed, or a role."""
        return await self._read(lambda c: people.has_matters(c, who))

    async def rows_about(self, who: Address) -> dict[str, list[dict[str, Any]]]:
        """All rows about someone by table, opened; nothing is left out."""
        persons = self._seal.persons(who.channel, who.address)
        found = await self._read(lambda c: takeout.rows_of(c, who, persons=persons))
        return {table: [self._open_row(row) for row in rows] for table, rows in found.items()}

    def _open_row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: self._open_value(value) for name, value in row.items()}

    def _open_value(self, value: Any) -> Any:
        match value:
            case str():
                return self._seal.open(value)
            case bytes():
                return self._seal.open_bytes(value)
            case list():
                return [self._open_value(each) for each in value]
        return value

    async def list_unmet(self, who: Address) -> list[tuple[str, float]]:
        """What someone looked for in vain and still is counted for, and when, the latest first."""
        persons = self._seal.persons(who.channel, who.address)
        found = await self._read(lambda c: unmet.of_person(c, persons))
        return [(self._seal.open(sealed), at) for sealed, at in found]

    async def erase(self, who: Address) -> int:
        """Erase all that is kept about someone. What it leaves in the files goes with settle_erased()."""
        persons = self._seal.persons(who.channel, who.address)
        asked = await self._write(lambda c: people.erase(c, who, persons=persons))
        self._eraser.ask()
        return asked

    async def settle_erased(self, *, patience: float = 2.0) -> bool:
        """Empty what was erased out of the files too; False where that takes longer: the house goes on trying."""
        return await self._eraser.settle_soon(patience=patience)

    def _text_mark(self, text: str) -> str:
        """How the same words are known again; whoever reads the database cannot guess them by trying."""
        return self._seal.token("text " + " ".join(text.split()).casefold())

    def _unseal_member(self, member: Member) -> Member:
        canned = tuple(self._seal.open(each) for each in member.canned)
        return replace(member, name=self._seal.open(member.name), canned=canned)

    def _unseal_inquiry(self, inquiry: Inquiry) -> Inquiry:
        said = tuple(replace(each, text=self._seal.open(each.text)) for each in inquiry.messages)
        return replace(inquiry, name=self._seal.open(inquiry.name), phone=self._seal.open(inquiry.phone), messages=said)

    def _maybe(self, inquiry: Inquiry | None) -> Inquiry | None:
        return self._unseal_inquiry(inquiry) if inquiry else None
