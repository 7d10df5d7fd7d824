"""The same address before and since communes were merged on 1 July 2025."""

from catalog.model import Producer
from catalog.places import Places
from handlers.phrases import Speech


def since_july_2025(producer: Producer, places: Places, say: Speech) -> str:
    """The commune of *producer* since 1 July 2025, or what it may be; "" when the table does not tell."""
    noted = producer.facts.get("commune") or producer.facts.get("address")
    on = noted.as_of.earliest if noted and noted.as_of else None
    printed = producer.address or producer.commune
    if not printed:
        return ""
    found = places.since_july_2025(printed, commune=producer.commune, on=on)
    if found.new is not None:
        return say("{unit}, {province}", unit=found.new, province=found.new.province)
    if found.candidates:
        return say("one of: {units}", units="; ".join(str(unit) for unit in found.candidates[:3]))
    return ""
