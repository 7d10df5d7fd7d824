"""What a message is: which act, about which field and which products, told from its words and the thread."""

from handlers.acts.for_people import names_illness
from handlers.acts.message import Find, Understood, bare_name, bare_words
from handlers.acts.recognise import recognise
from handlers.acts.second_look import ask_of_found, asks_plainly, guess_again, look_again, names_nothing

__all__ = [
    "Find",
    "Understood",
    "ask_of_found",
    "asks_plainly",
    "bare_name",
    "bare_words",
    "guess_again",
    "look_again",
    "names_illness",
    "names_nothing",
    "recognise",
]
