"""hoi-ocop courier: the notices that could not be told."""

import json

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from bot.keys import seal_keys
from catalog.store import open_store


def run(*, retry: int | None, limit: int, as_json: bool) -> int:
    """List dead letters, or try one again."""
    return terminal.run(_retry(retry) if retry is not None else _list(limit=limit, as_json=as_json))


async def _retry(number: int) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        if not await store.post.revive(number):
            terminal.complain(f"No dead letter has the number {number}.")
            return terminal.BAD
    terminal.out.print(f"Notice {number} is tried again.")
    return terminal.OK


async def _list(*, limit: int, as_json: bool) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        dead = await store.post.dead_letters(limit=limit)
        counts = await store.post.notice_counts()
    if as_json:
        terminal.write(json.dumps({"counts": counts}))
        for each in dead:
            said = {"number": each.number, "kind": each.kind, "subject": each.subject, "channel": each.to.channel}
            terminal.write(json.dumps({**said, "attempts": each.attempts, "why": each.trouble}, ensure_ascii=False))
        return terminal.OK
    terminal.out.print(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "No notices yet.")
    for each in dead:
        tried = f"{each.to.channel}, {each.attempts} tries"
        line = f"{each.number:>6}  {each.kind:<10} #{each.subject}  {tried}  {each.trouble}"
        terminal.out.print(line, markup=False)
    if dead:
        terminal.note("Try one again with: hoi-ocop courier --retry NUMBER")
    return terminal.OK
