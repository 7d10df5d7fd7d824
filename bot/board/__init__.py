"""The officers' board at /board: one page, one act. How to add a page: docs/add-a-board-page.md."""

from bot.board.board import Board
from bot.board.page import BoardPage, Move, Screen, Visit
from bot.board.sign_in import BoardLimits

__all__ = ["Board", "BoardLimits", "BoardPage", "Move", "Screen", "Visit"]
