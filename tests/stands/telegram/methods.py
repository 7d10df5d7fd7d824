"""The Bot API's methods, on typed parameters."""

import time
from typing import Any

from tests.stands.telegram import rules
from tests.stands.telegram.rules import Refusal
from tests.stands.telegram.world import BOT, Json, World

_ACTIONS = {"typing", "upload_photo", "find_location"}
_LARGEST = 20 * 1024 * 1024


class Methods:
    """Answers calls about *world*; each method's name is the Bot API's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.commands: dict[str, Any] = {}
        self.menu_button = ""
        self.shared: list[Json] = []

    def call(self, method: str, parameters: Json) -> Any:
        return getattr(self, f"_{method}")(parameters)

    def _getMe(self, _: Json) -> Json:  # noqa: N802 -- the API's own name
        return BOT

    def _setMyCommands(self, given: Json) -> bool:  # noqa: N802 -- the API's own name
        rules.commands(given["commands"])
        self.commands[given.get("language_code", "")] = given["commands"]
        return True

    def _setChatMenuButton(self, given: Json) -> bool:  # noqa: N802 -- the API's own name
        if given["menu_button"] not in ({"type": "commands"}, {"type": "default"}):
            raise Refusal("Bad Request: unsupported menu button")
        self.menu_button = given["menu_button"]["type"]
        return True

    def _getFile(self, given: Json) -> Json:  # noqa: N802 -- the API's own name
        identity = given["file_id"]
        if identity not in self.world.files:
            raise Refusal("Bad Request: wrong file_id or the file is temporarily unavailable")
        if self.world.sizes[identity] > _LARGEST:
            raise Refusal("Bad Request: file is too big")
        path = f"photos/{identity}.jpg"
        return {"file_id": identity, "file_unique_id": f"u{identity}", "file_path": path}

    def _sendMessage(self, given: Json) -> Json:  # noqa: N802 -- the API's own name
        text = rules.message_text(given)
        return self._new(given, text=text, marked=given["text"])

    def _sendPhoto(self, given: Json) -> Json:  # noqa: N802 -- the API's own name
        caption = rules.message_text(given, key="caption", limit=1024, least=0)
        return self._new(given, photo=self._photo(given["photo"]), caption=caption, marked=given.get("caption"))

    def _new(self, given: Json, **content: Any) -> Json:
        chat = self.world.chat(given["chat_id"])
        self._may(chat["id"], "photo" if "photo" in content else "text", topic=given.get("message_thread_id"))
        keyboard = rules.markup(given.get("reply_markup"), private=chat["type"] == "private")
        shown = keyboard if keyboard and "inline_keyboard" in keyboard else None
        quoted = given.get("reply_parameters")
        if quoted is not None:
            known = (chat["id"], quoted["message_id"]) in self.world.messages
            if not known and not quoted.get("allow_sending_without_reply"):
                raise Refusal("Bad Request: message to be replied not found")
        message = self.world.new_message(
            chat["id"], reply_markup=shown, message_thread_id=given.get("message_thread_id"), **content
        )
        return {key: value for key, value in message.items() if key != "marked"}

    def _may(self, chat: int, kind: str, *, topic: int | None) -> None:
        """Refuse what the chat does not allow and topics that are not there."""
        if topic is not None and (chat, topic) in self.world.topics_gone:
            raise Refusal("Bad Request: message thread not found")
        words = self.world.forbidden.get((chat, kind))
        if words is not None:
            raise Refusal(words, status=403 if words.startswith("Forbidden") else 400)

    def _photo(self, address: str) -> list[Json]:
        if address.startswith("upload:"):
            return [self._uploaded(address.removeprefix("upload:"))]
        if not address.startswith(("http://", "https://")):
            raise Refusal("Bad Request: wrong file identifier/HTTP URL specified")
        if address in self.world.refused_pictures:
            raise Refusal("Bad Request: wrong type of the web page content")
        file = self.world.keep_file(address.encode())
        return [{**file, "width": 1280, "height": 960}]

    def _uploaded(self, identity: str) -> Json:
        """A file that came with the call: a picture of at most 10 MB."""
        content = self.world.files[identity]
        if not content.startswith(b"\xff\xd8\xff") or len(content) > 10 * 1024 * 1024:
            raise Refusal("Bad Request: IMAGE_PROCESS_FAILED")
        return {"file_id": identity, "file_unique_id": f"u{identity}", "width": 1280, "height": 960}

    def _editMessageText(self, given: Json) -> Json:  # noqa: N802 -- the API's own name
        text = rules.message_text(given)
        message = self._own(given)
        if "text" not in message:
            raise Refusal("Bad Request: there is no text in the message to edit")
        return self._changed(message, given, text=text, marked=given["text"])

    def _editMessageCaption(self, given: Json) -> Json:  # noqa: N802 -- the API's own name
        caption = rules.message_text(given, key="caption", limit=1024, least=0)
        message = self._own(given)
        if "photo" not in message:
            raise Refusal("Bad Request: there is no caption in the message to edit")
        return self._changed(message, given, caption=caption, marked=given.get("caption"))

    def _editMessageMedia(self, given: Json) -> Json:  # noqa: N802 -- the API's own name
        media = given["media"]
        if media.get("type") != "photo" or not set(media) <= {"type", "media", "caption", "parse_mode"}:
            raise Refusal("Bad Request: can't parse InputMedia")
        caption = rules.message_text(media, key="caption", limit=1024, least=0)
        message = self._own(given)
        self._may(given["chat_id"], "photo", topic=None)
        photo = self._photo(media["media"])
        message.pop("text", None)
        return self._changed(message, given, photo=photo, caption=caption, marked=media.get("caption"))

    def _own(self, given: Json) -> Json:
        rules.markup(given.get("reply_markup"), private=True, only_inline=True)
        return self.world.own_message(given["chat_id"], given["message_id"])

    def _changed(self, message: Json, given: Json, **content: Any) -> Json:
        new = {**content, "reply_markup": given.get("reply_markup")}
        if all(message.get(key) == value for key, value in new.items()):
            raise Refusal(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message"
            )
        message.update({**new, "edit_date": int(time.time())})
        if message["reply_markup"] is None:
            del message["reply_markup"]
        return {key: value for key, value in message.items() if key != "marked"}

    def _sendChatAction(self, given: Json) -> bool:  # noqa: N802 -- the API's own name
        self.world.chat(given["chat_id"])
        if given["action"] not in _ACTIONS:
            raise Refusal("Bad Request: wrong parameter action in request")
        return True

    def _answerCallbackQuery(self, given: Json) -> bool:  # noqa: N802 -- the API's own name
        return self._once(self.world.callbacks, given["callback_query_id"])

    def _answerInlineQuery(self, given: Json) -> bool:  # noqa: N802 -- the API's own name
        rules.inline_results(given)
        self._once(self.world.inlines, given["inline_query_id"])
        self.shared.append(given)
        return True

    @staticmethod
    def _once(answered: dict[str, bool], query: str) -> bool:
        if answered.get(query) is not False:
            raise Refusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
        answered[query] = True
        return True
