"""What is said to the bot that is no search: greetings, thanks, "who are you"."""

from catalog.search import SmallTalk
from handlers.actions import Action, Verb
from handlers.messages import Choice, Reply, Want
from handlers.phrases import Speech


def reply(talk: SmallTalk, say: Speech) -> Reply:
    """Answer in kind, and say what we are good for."""
    words = {
        SmallTalk.HELLO: say("Hello! Which OCOP product would you like to ask about?"),
        SmallTalk.THANKS: say("You are welcome! Ask me about any other product."),
        SmallTalk.GOODBYE: say("Goodbye! Come back whenever you stand in front of a shelf."),
        SmallTalk.WHO: say(
            "I am Hỏi OCOP. I tell whether an OCOP star is real and still valid, "
            "who makes the product, and how to reach them."
        ),
        SmallTalk.HELP: say("Type the name of a product, or send a photo of its label."),
        SmallTalk.ALRIGHT: say("All right. Type a name or send a photo whenever you like."),
        SmallTalk.FEELING: say("I am well, thank you! Which product shall we look at?"),
    }[talk]
    return Reply(words, choices=offers(say), wants=Want.PHOTO, language=say.language)


def offers(say: Speech) -> tuple[Choice, ...]:
    """What to try when one does not know what to do."""
    return (
        Choice(say("Send a photo"), Action(Verb.PHOTO)),
        Choice(say("Browse by product group"), Action(Verb.GROUPS)),
        Choice(say("How it works"), Action(Verb.HELP)),
    )
