"""From a product back to the lines of an officer's list: one for each certificate; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from catalog.model import Certificate, Product, ProductRow, Source

_NO_CERTIFICATE = Certificate()


def rows_of(product: Product) -> Iterator[ProductRow]:
    """The lines that describe *product*, the oldest certificate first, so that the newest has the last word.

    A product without any certificate is one line. A line names the source of its certificate; without one, the newest
    source of the product's own facts.
    """
    maker, own = product.producer, newest(product.facts)
    plain = ProductRow(
        name=product.name,
        producer=maker.name,
        id=product.id,
        aliases=product.aliases,
        group=product.group,
        producer_kind=maker.kind,
        address=maker.address,
        commune=maker.commune,
        phones=maker.phones,
        email=maker.email,
        website=maker.website,
        buy=product.buy,
        gtins=product.gtins,
        traces=product.traces,
        images=product.images,
    )
    for held in reversed(product.certificates or (_NO_CERTIFICATE,)):
        source = held.source if held.source != Source() else own
        yield replace(
            plain,
            stars=held.stars,
            score=held.score,
            potential_five=held.potential_five,
            decision=held.decision,
            decided=held.decided,
            issuer=held.issuer,
            certificate=held.number,
            expires=held.expires,
            source=source.name,
            as_of=source.as_of,
        )


def newest(facts: Mapping[str, Source]) -> Source:
    """The source of *facts* that was recorded last."""
    return max(facts.values(), key=lambda source: str(source.as_of or ""), default=Source())
