"""The command menu, in the person's language."""

from collections.abc import Mapping

from handlers.phrases import Speech, languages

COMMANDS = ("start", "menu", "tim", "huongdan", "daxem", "cauhoi", "ngonngu", "dulieu")


def describe_commands(say: Speech) -> Mapping[str, str]:
    """What each of the commands does, in the order of the menu."""
    return {
        "start": say("Start"),
        "menu": say("All that can be done here"),
        "tim": say("Find a product by name"),
        "huongdan": say("How to use this bot"),
        "daxem": say("What I looked up"),
        "cauhoi": say("My questions to producers"),
        "ngonngu": say("Change the language ({languages})", languages=", ".join(languages())),
        "dulieu": say("My data: see it, erase it"),
    }
