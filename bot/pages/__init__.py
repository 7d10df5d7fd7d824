"""What a browser can open: product pages as plain web pages, and the chat page; drawn from Cards, never from models."""

from bot.pages.drawing import Turn, render_chat, render_inquiry, render_missing, render_product

__all__ = ["Turn", "render_chat", "render_inquiry", "render_missing", "render_product"]
