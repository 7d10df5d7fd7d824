"""What a message is: which act, about which field and which products, told from its words and the thread."""

from handlers.acts.message import Find, Understood, bare_name
from handlers.acts.recognise import recognise

__all__ = ["Find", "Understood", "bare_name", "recognise"]
