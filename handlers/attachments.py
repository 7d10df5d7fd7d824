"""A photo that goes along with a reply: a card of its own, whose picture only its receiver may see.

Its address is a signed one of ours. A channel that draws cards shows it; others take it off with apart(), and send its
bytes beside the words, because nobody else can fetch them where we have no public address.
"""

from dataclasses import replace

from handlers.messages import Card, Reply
from handlers.phrases import speech

PATH = "/f/"


def photo_card(title: str, proof: str) -> Card:
    """The card of the photo that *proof* lets its holder see."""
    return Card(title, picture=f"{PATH}{proof}")


def split_photo(reply: Reply) -> tuple[Reply, str]:
    """*reply* without the photo that goes along, and that photo's path; "" if there is none."""
    mine = [card for card in reply.cards if card.picture.startswith(PATH)]
    if not mine:
        return reply, ""
    rest = tuple(card for card in reply.cards if card not in mine)
    return replace(reply, cards=rest), mine[0].picture


def without_photo(reply: Reply) -> Reply:
    """*reply* in words that say that its photo cannot be shown here."""
    say = speech(reply.language)
    words = say("A photo came with it, but it cannot be shown in this channel. The programme officer can pass it on.")
    return replace(reply, text=f"{reply.text}\n\n{words}")
