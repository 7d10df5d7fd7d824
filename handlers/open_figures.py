"""The programme's figures as open data: one row for each product, nothing personal, each row with its source.

Names of producers stand only where they are names of organisations; phones, addresses and people never.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from catalog.cells.content import escape_formula
from catalog.model import Certificate, ProducerKind
from catalog.programme import RECOGNISED, Axis, CountedProduct, ProgrammeState, count_all, count_by
from handlers.programme import Figures

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
SCHEMA = "/figures/schema.json"
COLUMNS: Mapping[str, str] = {
    "id": "The product's name in our addresses: its page is /p/{id}.",
    "name": "The product.",
    "group": "One of the six groups of decision 148/QĐ-TTg, in Vietnamese; empty where no source tells.",
    "producer": "The producer, where it is a cooperative, a company or a cooperative group; else empty.",
    "producer_kind": "cooperative, company, group or household; empty where no source tells.",
    "commune_code": "The statistics office's code of the commune since 1 July 2025; empty where not known for sure.",
    "commune": "That commune.",
    "old_district": "The district before 1 July 2025; empty where not known for sure.",
    "stars": "The stars of the certificate that counts, 1 to 5; empty where there is none or it was taken away.",
    "state": "in-force, unsure, ended, taken-away or without-star, as of the day of the file.",
    "decision": "The number of the decision.",
    "decided": "Its date: a day, a month (2024-08) or a year.",
    "issuer": "Who issued it, as printed.",
    "ends": "Until when the certificate counts: a day, a month or a year.",
    "source": "Where it was read.",
    "source_as_of": "As of when.",
}
_ORGANISATIONS = frozenset({ProducerKind.COOPERATIVE, ProducerKind.COMPANY, ProducerKind.GROUP})


def open_row(counted: CountedProduct) -> dict[str, str | int | None]:
    """One product as open data."""
    product, unit, district = counted.product, counted.placed.commune, counted.placed.district
    maker, certificate = product.producer, counted.certificate or Certificate()
    return {
        "id": product.ref,
        "name": product.name,
        "group": product.group,
        "producer": maker.name if maker.kind in _ORGANISATIONS else "",
        "producer_kind": str(maker.kind),
        "commune_code": unit.code if unit else "",
        "commune": str(unit) if unit else "",
        "old_district": district.name if district else "",
        "stars": counted.stars,
        "state": str(counted.state),
        "decision": certificate.decision,
        "decided": str(certificate.decided or ""),
        "issuer": certificate.issuer,
        "ends": str(counted.ends or ""),
        "source": certificate.source.name,
        "source_as_of": str(certificate.source.as_of or ""),
    }


def open_csv(figures: Figures) -> str:
    """All products as CSV, the columns' names above; no cell is run by a spreadsheet."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for counted in figures.products:
        cells = ("" if value is None else str(value) for value in open_row(counted).values())
        lines.writerow([escape_formula(cell, executed=True) for cell in cells])
    return written.getvalue()


def open_json(figures: Figures) -> str:
    """All products and the totals as JSON; its schema is at SCHEMA."""
    document = {
        "schema": SCHEMA,
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "as_of": figures.day.isoformat(),
        "total": _totals(figures.products),
        "by": {
            axis: {count.key: {"in_force": count.in_force} for count in count_by(figures.products, axis)}
            for axis in Axis
        },
        "products": [open_row(each) for each in figures.products],
    }
    return json.dumps(document, ensure_ascii=False)


def _totals(products: Iterable[CountedProduct]) -> Mapping[str, object]:
    total = count_all(products)
    return {
        "states": {str(state): total.states.get(state, 0) for state in ProgrammeState},
        "in_force_by_stars": {str(stars): number for stars, number in sorted(total.stars.items())},
        "recognised": sum(total.states.get(state, 0) for state in RECOGNISED),
    }


def open_schema() -> str:
    """What open_json() gives, as JSON Schema; the columns of the CSV are those of a product."""
    number = {"type": "integer", "minimum": 0}
    counts = {"type": "object", "additionalProperties": number}
    cells = {name: _cell(name, told) for name, told in COLUMNS.items()}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "OCOP products of Bắc Ninh",
        "type": "object",
        "required": ["schema", "licence", "as_of", "total", "by", "products"],
        "properties": {
            "schema": {"type": "string"},
            "licence": {"type": "object", "required": ["name", "url"]},
            "as_of": {"type": "string", "format": "date"},
            "total": {
                "type": "object",
                "properties": {"states": counts, "in_force_by_stars": counts, "recognised": number},
            },
            "by": {"type": "object", "description": "Products in force by commune, old district, stars …"},
            "products": {
                "type": "array",
                "items": {"type": "object", "required": list(COLUMNS), "properties": cells},
            },
        },
    }
    return json.dumps(schema, ensure_ascii=False, indent=1)


def _cell(name: str, told: str) -> Mapping[str, object]:
    kinds: Mapping[str, Mapping[str, object]] = {
        "stars": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
        "state": {"enum": _states()},
    }
    return {"description": told, **kinds.get(name, {"type": "string"})}


def _states() -> Sequence[str]:
    return [str(state) for state in ProgrammeState]
