"""The real server tells a collector where the time of each message went, and nothing else."""

import aiohttp

from tests.acceptance.command import Command
from tests.pictures import photo_of
from tests.stands.collector import open_collector

TOKEN = "t" * 32
SECRET_WORDS = "nem-rieng-tu"


async def talk(url: str) -> None:
    """Ask in words, send a photo, and wait for both answers."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/chat/ws", headers={"Origin": url}) as tab:
        await tab.send_json({"type": "hello", "token": TOKEN, "after": 0, "language": "vi"})
        await tab.send_json({"type": "say", "id": "message-0001", "text": SECRET_WORDS})
        head = {"Authorization": f"Bearer {TOKEN}", "Origin": url}
        picture = photo_of("https://example.vn/rieng-tu")
        async with session.post(f"{url}/chat/photo?id=message-0002", data=picture, headers=head) as response:
            assert response.status == 200
        answered: set[str] = set()
        while len(answered) < 2:
            frame = await tab.receive_json()
            if frame["type"] == "answer":
                answered.add(frame["to"])


async def test_a_server_tells_its_collector_of_every_step(stocked: Command) -> None:
    async with open_collector() as collector:
        command = Command(stocked.folder, settings={"HOI_OCOP_TRACES_ENDPOINT": collector.url})
        async with command.serving() as served:
            await talk(served.url)
    traces: dict[bytes, list[str]] = {}
    for span in collector.spans:
        traces.setdefault(span.trace_id, []).append(span.name)
    words, photo = sorted(traces.values(), key=len)
    assert words == ["receive", "store", "answer", "keep answer", "send"]
    assert photo[:3] == ["receive", "store", "answer"]
    assert photo[-2:] == ["keep answer", "send"]
    assert set(photo[3:-2]) == {"read photo"}
    sent = b"".join(collector.bodies)
    for secret in (SECRET_WORDS, TOKEN, "rieng-tu", "message-000"):
        assert secret.encode() not in sent
