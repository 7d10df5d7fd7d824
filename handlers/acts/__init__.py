"""What a message is: which act, about which field and which products, told from its words and the thread."""

from handlers.acts.fallback_questions import (
    ask_of_named,
    asks_plainly,
    find_plain_question,
    find_question_of_found,
    guess_question,
    is_preamble,
    scolds,
)
from handlers.acts.for_people import names_illness
from handlers.acts.message import Find, Understood, bare_name, bare_words, name_products
from handlers.acts.recognise import names_something, point_at, recognise

__all__ = [
    "Find",
    "Understood",
    "ask_of_named",
    "asks_plainly",
    "bare_name",
    "bare_words",
    "find_plain_question",
    "find_question_of_found",
    "guess_question",
    "is_preamble",
    "name_products",
    "names_illness",
    "names_something",
    "point_at",
    "recognise",
    "scolds",
]
