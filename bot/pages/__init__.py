"""What a browser can open: product pages as plain web pages, and the chat page; drawn from Cards, never from models."""
