"""The officers' board at /board: one page, one act. How to add a page: docs/add-a-board-page.md."""

from bot.board.board import Board
from bot.board.page import BoardPage, BoardVisit, Redirect, Screen
from bot.board.sign_in import BoardLimits

__all__ = ["Board", "BoardLimits", "BoardPage", "BoardVisit", "Redirect", "Screen"]
