"""Every page of the board, in the order of its navigation. A new page is one more module here."""

from bot.board import audit, chats, home, passkeys, sessions
from bot.board.page import BoardPage

PAGES: tuple[BoardPage, ...] = (*home.PAGES, *sessions.PAGES, *passkeys.PAGES, *chats.PAGES, *audit.PAGES)
