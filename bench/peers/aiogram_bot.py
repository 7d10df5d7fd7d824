"""aiogram 3 as its documentation shows it, answering with one plain rapidfuzz call. Runs in an environment of its own.

python bench/peers/aiogram_bot.py API_URL polling|webhook PORT NAMES.json
"""

import asyncio
import json
import sys
from pathlib import Path

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from rapidfuzz import process

TOKEN = "123456789:bench-bench-bench"  # noqa: S105 - opens nothing
SECRET = "bench"  # noqa: S105 - guards nothing


def dispatcher(names: list[str]) -> Dispatcher:
    lowered = [name.casefold() for name in names]
    found = Dispatcher()

    @found.message()  # type: ignore[untyped-decorator]  # the bench's own environment does not have aiogram
    async def answer(message: Message) -> None:
        _, _, place = process.extractOne((message.text or "").casefold(), lowered)
        await message.answer(names[place])

    return found


def main(api: str, mode: str, port: str, names: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api), limit=256)
    bot = Bot(TOKEN, session=session)
    dispatch = dispatcher(json.loads(Path(names).read_text(encoding="utf-8")))
    if mode == "polling":
        asyncio.run(dispatch.start_polling(bot, handle_signals=True))
        return
    app = web.Application()
    SimpleRequestHandler(dispatch, bot, secret_token=SECRET).register(app, path="/webhook")
    setup_application(app, dispatch, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
