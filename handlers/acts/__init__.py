"""What a message is: which act, about which field and which products, told from its words and the thread."""

from handlers.acts.recognise import Find, Understood, recognise

__all__ = ["Find", "Understood", "recognise"]
