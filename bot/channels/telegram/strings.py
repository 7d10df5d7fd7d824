"""The command menu, in the person's language."""

from collections.abc import Mapping

from handlers.phrases import Speech, languages

COMMANDS = (
    "menu", "tim", "anh", "gan", "hoicho", "daxem", "cauhoi", "huongdan", "ngonngu", "dulieu", "start",
)  # fmt: skip


def describe_commands(say: Speech) -> Mapping[str, str]:
    """What each of the commands does, in the order of the menu."""
    return {
        "menu": say("All that can be done here"),
        "tim": say("Find a product by name"),
        "anh": say("Send a photo of a label"),
        "gan": say("Products near me"),
        "hoicho": say("Fairs to come"),
        "daxem": say("What I looked up"),
        "cauhoi": say("My questions to producers"),
        "huongdan": say("How to use this bot"),
        "ngonngu": say("Change the language ({languages})", languages=", ".join(languages())),
        "dulieu": say("My data: see it, erase it"),
        "start": say("Start"),
    }
