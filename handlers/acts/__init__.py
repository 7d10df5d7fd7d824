"""What a message is: which act, about which field and which products, told from its words and the thread."""

from handlers.acts.message import Find, Understood, bare_name, bare_words
from handlers.acts.recognise import recognise

__all__ = ["Find", "Understood", "bare_name", "bare_words", "recognise"]
