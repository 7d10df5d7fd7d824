"""The web's own words: buttons, labels, complaints. Templates and scripts name them by key; this is where they stand.

What is said about products comes from handlers, already in the person's language.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus

from handlers.phrases import FIRST, Speech, languages, speech
from handlers.small_talk import menu_choices

_MOST_LIKED = 20
_NAME = "Hỏi OCOP"
_EXAMPLES = {"try_1": "chè bản ven", "try_2": "mỳ gạo Lục Ngạn ở đâu bán"}
"""Names of products, as people type them: they are searched, so they are the same in every language."""


def of(language: str) -> Mapping[str, str]:
    """The words of *language* by key."""
    return _words(speech(language))


def count(key: str, number: int, *, language: str) -> str:
    """The words for *number* of something, as *language* counts."""
    say = speech(language)
    return {
        "stars": say.count("{number} star", "{number} stars", number),
        "total": say.count("{number} product", "{number} products", number),
    }[key]


def own_name(say: Speech) -> str:
    """What the speakers of a language call it."""
    return say("English")


def own_names() -> Mapping[str, str]:
    """The languages one can choose, each with its own name."""
    return {language: own_name(speech(language)) for language in languages()}


def preferred_language(header: str) -> str:
    """The language we speak that a browser's Accept-Language *header* likes best, the first one if it likes none."""
    liked: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_LIKED]:
        tag, _, quality = part.partition(";")
        short = tag.strip().replace("_", "-").partition("-")[0].lower()
        if short in languages():
            liked.append((-_quality(quality), short))
    best = min(liked, default=(0.0, FIRST), key=lambda each: each[0])
    return best[1] if best[0] < 0 else FIRST


def _quality(text: str) -> float:
    """``q=0.8`` as a number; 1 where nothing is said, 0 where nobody can read it."""
    name, _, value = text.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, max(0.0, float(value))) if name == "q" else 0.0
    except ValueError:
        return 0.0


def complaint(code: str, language: str) -> str:
    """The sentence for what went wrong; a general one where only a program could have made the mistake."""
    found = of(language)
    return found.get(f"error_{code}", found["error_protocol"])


def refusal(status: HTTPStatus, accept_language: str) -> str:
    """What a request that cannot be answered hears, in the language that its browser likes best."""
    say = speech(preferred_language(accept_language))
    return {
        HTTPStatus.REQUEST_TIMEOUT: say("Sending took too long. Please try again."),
        HTTPStatus.INTERNAL_SERVER_ERROR: say("Something went wrong. Please try again later."),
        HTTPStatus.SERVICE_UNAVAILABLE: say("The server is busy. Please try again in a few minutes."),
    }.get(status, status.phrase)


def chat_script(spoken: Sequence[Speech]) -> str:
    """The script that gives the chat page the words of every language, so that switching needs no request."""
    return f"const WORDS = {_as_script({say.language: _script_words(say) for say in spoken})};\n"


def fill_embed_script(source: str, spoken: Sequence[Speech]) -> str:
    """The script for other sites with the words of every language in the place of ``"WORDS"``."""
    return source.replace('"WORDS"', _as_script({say.language: _embed_words(say) for say in spoken}), 1)


def _script_words(say: Speech) -> dict[str, object]:
    """The words of a language; of what is counted the different forms, and which of them each number takes."""
    counted = {
        "stars": say.patterns("{number} star", "{number} stars"),
        "total": say.patterns("{number} product", "{number} products"),
        "suggestions_count": say.patterns(
            "{number} suggestion, use the arrow keys to choose", "{number} suggestions, use the arrow keys to choose"
        ),
    }
    return {"own": own_name(say), "say": dict(_words(say)), "count": {k: _forms(v) for k, v in counted.items()}}


def _forms(patterns: tuple[str, ...]) -> dict[str, object]:
    forms = list(dict.fromkeys(patterns))
    return {"forms": forms, "which": "".join(str(forms.index(each)) for each in patterns)}


def _as_script(value: object) -> str:
    """*value* as a script's object that has these keys only, also where U+2028 and U+2029 end a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"Object.assign(Object.create(null),{text})"


@lru_cache(maxsize=16)
def _words(say: Speech) -> Mapping[str, str]:
    named = {"name": _NAME, "we": _NAME, **_EXAMPLES}
    return named | _page_words(say) | _menu_words(say) | _photo_words(say) | _plain_words(say) | _complaints(say)


def _embed_words(say: Speech) -> dict[str, str]:
    """What the button and the panel on another site say."""
    return {
        "open": say.pattern("Open the Hỏi OCOP chat"),
        "close": say.pattern("Close the chat"),
        "frame": say.pattern("Hỏi OCOP chat"),
        "short": say.pattern("Ask OCOP"),
        "loading": say.pattern("Opening the chat…"),
        "refused": say.pattern("The chat cannot be opened inside this page."),
        "full": say.pattern("Open the chat in a tab of its own"),
        "news": say.pattern("new messages"),
    }


def _page_words(say: Speech) -> dict[str, str]:
    """What stands on the chat page: its head, its conversation, its buttons."""
    return {
        "tagline": say.pattern("Real star? Who makes it?"),
        "description": say.pattern(
            "Photograph a label or type a product's name: see its OCOP star, certificate, producer and contact."
        ),
        "skip": say.pattern("Go to the message box"),
        "log": say.pattern("Conversation"),
        "hello": say.pattern("Which product is in your hand?"),
        "hello_more": say.pattern(
            "Type its name, or send a photo of its label with a QR code or barcode. You will see its "
            "star, whether the certificate is still in force, who makes it and whom to call."
        ),
        "try_these": say.pattern("Try asking"),
        "privacy": say.pattern("No sign-up. Photos are made smaller on your device before they are sent."),
        "ask_label": say.pattern("A product's name or a question"),
        "ask_hint": say.pattern("Type a product's name…"),
        "send": say.pattern("Send"),
        "you": say.pattern("You"),
        "typing": say.pattern("Looking it up…"),
        "typing_long": say.pattern("Still looking it up, one moment more…"),
        "sending": say.pattern("Sending…"),
        "waiting_line": say.pattern("Will be sent when you are online"),
        "trying_again": say.pattern("Not sent yet, trying again…"),
        "failed": say.pattern("Not sent"),
        "again": say.pattern("Send again"),
        "offline": say.pattern("No connection. What you send is kept and goes out as soon as you are back online."),
        "new_answers": say.pattern("New answer"),
        "suggestions": say.pattern("Suggestions"),
        "page": say.pattern("Page {number} of {pages}"),
        "warning": say.pattern("Warning"),
        "too_long": say.pattern("The message is very long; only its beginning was sent."),
        "opens_outside": say.pattern("opens in a new tab"),
        "open_chat": say.pattern("Open the Hỏi OCOP chat"),
        "close_chat": say.pattern("Close the chat"),
        "forget": say.pattern("Forget this conversation"),
        "forget_ask": say.pattern(
            "Remove this conversation from this browser? You will not see it again, nor answers that "
            "come later to questions still open. To erase it on the server as well, type /xoadulieu "
            "first."
        ),
        "forget_yes": say.pattern("Remove it from this browser"),
        "forget_no": say.pattern("Keep it"),
        "older": say.pattern("Show older messages"),
        "new_here": say.pattern("New"),
        "join_ask": say.pattern(
            "You opened an invitation. If you are the one invited, press Join: customers' questions "
            "will then come to this chat. If you are not, press No."
        ),
        "join_yes": say.pattern("Join"),
        "join_no": say.pattern("No"),
        "open_product": say.pattern("See the product"),
        "framed": say.pattern(
            "The chat stands in a locked frame here, so it cannot talk. Please open it in a tab of its own."
        ),
    }


def menu_entries() -> tuple[tuple[str, str], ...]:
    """What the menu offers, in its order: each action as a button spells it, and the key of its words."""
    actions = [str(choice.action) for choice in menu_choices(speech(FIRST))]
    return tuple([(action, f"do_{action}") for action in actions])


def _menu_words(say: Speech) -> dict[str, str]:
    """The menu of the chat page, which has the entries of the menu in every channel; larger type; reading aloud."""
    entries = {f"do_{choice.action}": choice.label for choice in menu_choices(say)}
    return entries | {
        "menu": say.pattern("Menu"),
        "find": say.pattern("Find a product"),
        "larger": say.pattern("Large type"),
        "aloud": say.pattern("Read aloud"),
        "aloud_stop": say.pattern("Stop reading"),
    }


def _photo_words(say: Speech) -> dict[str, str]:
    """Sending a photo or a place."""
    return {
        "try_photo": say.pattern("Photograph a label"),
        "camera": say.pattern("Photograph a label"),
        "gallery": say.pattern("Choose a photo"),
        "drop": say.pattern("Drop the photo of the label here"),
        "photo_lost": say.pattern("This photo was not sent before the page closed. Please choose it again."),
        "photo_sent": say.pattern("The photo you sent"),
        "photo_preparing": say.pattern("Preparing the photo…"),
        "photo_uploading": say.pattern("Sending the photo"),
        "photo_only": say.pattern("Only photos can be sent here (JPEG, PNG, WebP, HEIC)."),
        "photo_too_large": say.pattern("The photo is larger than 20 MB. Please choose a smaller one."),
        "heic_too_large": say.pattern(
            "This HEIC photo is larger than 20 MB and your browser cannot make it smaller. Please "
            "open it, take a screenshot and send that."
        ),
        "send_place": say.pattern("Send my location"),
        "place_sent": say.pattern("My location"),
        "place_asking": say.pattern("Finding your location…"),
        "place_denied": say.pattern(
            "The browser does not give your location. You can type the name of your commune or ward."
        ),
    }


def _plain_words(say: Speech) -> dict[str, str]:
    """Product pages, and the chat page without a script."""
    return {
        "sources": say.pattern("Sources of information"),
        "rest": say.pattern("All that is known"),
        "source": say.pattern("Source {number}"),
        "open_booth": say.pattern("Open the booth"),
        "open_page": say.pattern("Open the product page"),
        "send_on": say.pattern("Send it on…"),
        "copy_link": say.pattern("Copy the link"),
        "link_copied": say.pattern("Copied: paste it where you like"),
        "ask_in_chat": say.pattern("Ask in the chat"),
        "missing_title": say.pattern("This product was not found"),
        "missing_text": say.pattern(
            "The catalogue has no product at this address. The address may be incomplete, or the "
            "product may not have been entered yet. It does not mean that it is a fake."
        ),
        "missing_wanted": say.pattern("You looked for:"),
        "plain_note": say.pattern("This page works without JavaScript too: type a product's name and press Send."),
        "plain_full": say.pattern("Open the full chat"),
        "plain_kept": say.pattern("See the conversation again"),
        "plain_place": say.pattern(
            "On this page, type the name of a commune or ward instead of sending your location."
        ),
        "plain_photo": say.pattern(
            "Photos cannot be sent from this page. You can type the product's name or the digits below its barcode."
        ),
        "look_again": say.pattern("Look again"),
        "no_answer": say.pattern(
            "There is still no answer. Please load this page again later, or send the message again."
        ),
        "erased_meanwhile": say.pattern(
            "Meanwhile everything about you was erased, this message too: no answer to it will come. Send it again if "
            "you still want one."
        ),
        "no_cookie": say.pattern(
            "Your browser keeps no cookies, so this page cannot remember what you asked. Please allow"
            " cookies, or open the chat in a tab of its own."
        ),
    }


def _complaints(say: Speech) -> dict[str, str]:
    """What went wrong, by its code."""
    return {
        "error_protocol": say.pattern("The page sent something in a wrong way. Please load it again."),
        "error_unknown_action": say.pattern("This button no longer works. Please ask again."),
        "error_too_many_tabs": say.pattern(
            "You have too many tabs of this chat open. Please close some and load the page again."
        ),
        "error_not_kept": say.pattern("The server is busy and could not take this message. It will be sent again."),
        "error_crowded": say.pattern(
            "Very many new visitors come from your network at once. One moment please: this will be sent again."
        ),
        "error_busy": say.pattern(
            "Many photos are waiting to be read. One moment please: this one will be sent again."
        ),
        "error_unavailable": say.pattern("The server cannot answer for the moment. Connecting again."),
        "error_wrong_site": say.pattern("This website may not use the chat."),
        "error_bad_token": say.pattern("This conversation is not valid. Please load the page again."),
        "error_empty_photo": say.pattern("The file is empty, there is nothing to read. Please choose another photo."),
        "error_photo_too_large": say.pattern(
            "The photo is larger than what we take (20 MB). Please choose a smaller one."
        ),
        "error_photo_too_slow": say.pattern(
            "Sending the photo took too long. Please try again with a better connection."
        ),
        "error_plain_typed": say.pattern(
            "The server is busy and could not take this message. It still stands below: please send it again in a "
            "moment."
        ),
        "error_plain_not_kept": say.pattern(
            "The server is busy and could not take this message. Please go back and send it again."
        ),
    }
