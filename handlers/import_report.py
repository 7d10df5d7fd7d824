"""What an import tells whoever runs it: what was read, what was not, and what would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalog.list_io import BadLine, Problem, Sheet, WrongSum
from catalog.model import ImportReport, ProductRow
from catalog.places import Places
from handlers.phrases import Speech

MOST_CHANGED = 0.1
"""An import that changes more than this share of what is there asks first."""

_MOST_LINES = 12
_MOST_NAMED = 10
_LONGEST = 120


def about_columns(sheet: Sheet, say: Speech) -> Iterator[str]:
    """What of the file is left out or was read beside the first sheet."""
    unknown = tuple(dict.fromkeys(sheet.unknown))
    for heading in unknown[:_MOST_LINES]:
        yield say("The column “{heading}” is not part of the template and is left out.", heading=heading)
    if len(unknown) > _MOST_LINES:
        yield say("{number} more columns are left out.", number=len(unknown) - _MOST_LINES)
    if len(sheet.names) > 1:
        yield say("Read from {number} sheets: {names}.", number=len(sheet.names), names=", ".join(sheet.names))
    for name in sheet.unread:
        yield say("The sheet “{name}” looks like a product list too and was NOT read. Save it as a file.", name=name)


def about_lines(sheet: Sheet, say: Speech) -> Iterator[str]:
    """What was seen in the lines beside products."""
    noticed = sheet.noticed
    if noticed.skipped:
        listed = ", ".join(str(line) for _, line, _ in noticed.skipped[:_MOST_LINES])
        lines = listed + (" …" if len(noticed.skipped) > _MOST_LINES else "")
        number = len(noticed.skipped)
        yield say(
            "Left out {number} lines that are no products (titles, totals, signatures): {lines}.",
            number=number,
            lines=lines,
        )
    if noticed.grouped:
        yield say("{number} products got their group from the title above them.", number=noticed.grouped)
    for alphabet, number in noticed.converted.items():
        yield say(
            "{number} cells in {alphabet} were changed to Unicode; look some of them over.",
            number=number,
            alphabet=alphabet,
        )


def about_file(sheet: Sheet, say: Speech) -> Iterator[str]:
    """What a workbook holds beside its cells."""
    if sheet.about.get("macros"):
        yield say("The file holds macros. They were not run and are not kept; only the cells were read.")
    if formulas := sheet.about.get("formulas"):
        yield say.count(
            "{number} cell holds a formula; its last value was read.",
            "{number} cells hold formulas; their last values were read.",
            formulas,
        )
    if uncomputed := sheet.about.get("uncomputed"):
        yield say.count(
            "Warning: {number} formula was never calculated: its cell is empty. Save the file in Excel first.",
            "Warning: {number} formulas were never calculated: their cells are empty. Save the file in Excel first.",
            uncomputed,
        )


def about_rows(rows: Iterable[ProductRow], places: Places, say: Speech) -> Iterator[str]:
    """What is odd about the list as a whole: communes nobody knows, one code on several products."""
    communes: dict[str, str] = {}
    owners: dict[str, dict[str, str]] = {}
    for row in rows:
        communes |= {row.commune: row.address} if row.commune else {}
        for code in (*row.traces, *row.gtins):
            owners.setdefault(code, {})[row.product_id] = row.name
    strange = [
        commune
        for commune, address in communes.items()
        if not places.since_july_2025(address, commune=commune).candidates
    ]
    if strange:
        yield unknown_communes([*strange[:_MOST_NAMED], *(["…"] if len(strange) > _MOST_NAMED else [])], say)
    for code, names in [each for each in owners.items() if len(each[1]) > 1][:_MOST_NAMED]:
        yield shared_code(code, list(names.values()), say)


def about_sums(wrong: Sequence[WrongSum], say: Speech) -> Iterator[str]:
    """What a list says of its own size, where that does not add up. Nothing is corrected."""
    for each in wrong[:_MOST_NAMED]:
        where = say("sheet “{name}”, ", name=each.sheet) if each.sheet else ""
        where += say("line {number}: ", number=each.line) if each.line else say("title: ")
        if each.parts:
            told = say("Warning: {where}“{words}”: the parts make {found}, not {said}.", **_told(each, where))
        else:
            told = say("Warning: {where}“{words}” says {said}; lines read: {found}.", **_told(each, where))
        yield told


def _told(wrong: WrongSum, where: str) -> dict[str, object]:
    words = wrong.words if len(wrong.words) <= _LONGEST else wrong.words[: _LONGEST - 1] + "…"
    return {"where": where, "words": words, "found": wrong.found, "said": wrong.said}


def is_shown(image: str) -> bool:
    """True for a link, or a picture that is kept already."""
    return "://" in image or image.startswith("/media/")


def problem(found: Problem, say: Speech) -> str:
    """One cell that cannot be taken, in the reader's language."""
    reason = found.reason if say.language == "vi" else found.reason_en or found.reason
    where = say("sheet “{name}”, ", name=found.sheet) if found.sheet else ""
    line = say("line {line}, column {column}", line=found.line, column=found.column)
    return f"{where}{line}: “{found.value}”: {reason}"


def doubt(found: Problem, say: Speech) -> str:
    """The same, for a cell that costs only itself."""
    return say("Warning (imported without this cell): {problem}", problem=problem(found, say))


def no_picture(line: int, image: str, say: Speech) -> str:
    """A picture that a line names is not there."""
    return say(
        "line {line}: the picture “{image}” was not taken in: there is no such file beside the list.",
        line=line,
        image=image,
    )


def bad_picture(line: int, image: str, say: Speech) -> str:
    """A file that a line names is no picture that we can show."""
    return say(
        "line {line}: the picture “{image}” was not taken in: it is damaged, too large or not a picture.",
        line=line,
        image=image,
    )


def unknown_communes(names: Sequence[str], say: Speech) -> str:
    """Communes that our table does not have."""
    return say("Warning: not in our table of communes, so not found by place: {names}.", names="; ".join(names))


def shared_code(code: str, names: Sequence[str], say: Speech) -> str:
    """A code on two products."""
    return say("Warning: the code {code} stands on several products: {names}.", code=code, names="; ".join(names))


def more(number: int, say: Speech) -> str:
    """How many were not listed."""
    return say("… and {number} more; --bad-rows FILE.xlsx writes them all.", number=number)


def written_text(file: object, say: Speech) -> str:
    """Where the lines to mend are."""
    return say(
        "The lines to mend are in {file}, their cells coloured: mend them there and import that file.", file=file
    )


def unnamed_text(number: int, say: Speech) -> str:
    """Rows whose producer nobody knows."""
    return say("{number} rows name no producer (Chủ thể); it is shown as unknown until a list names it.", number=number)


def refused_text(bad: int, lost: int, say: Speech) -> str:
    """Why --strict imported nothing: *bad* rows, and rows or pictures of which something would be *lost*."""
    return say(
        "{bad} bad rows, {lost} rows or pictures of which something would be lost: nothing was imported (--strict).",
        bad=bad,
        lost=lost,
    )


def summary(
    report: ImportReport, *, bad: Sequence[BadLine], doubtful: Sequence[BadLine], say: Speech, dry: bool
) -> str:
    """What the import did, or would do."""
    said = say(
        "{added} products added, {updated} updated, {unchanged} unchanged; {fresh} certificates added, "
        "{changed} updated; {bad} bad rows, {doubtful} taken without some cells.",
        added=report.added,
        updated=report.updated,
        unchanged=report.unchanged,
        fresh=report.certificates_added,
        changed=report.certificates_updated,
        bad=len(bad),
        doubtful=len(doubtful),
    )
    if report.events:
        decided = say.count(
            "{number} decision about a certificate is new or changed.",
            "{number} decisions about certificates are new or changed.",
            report.events,
        )
        said = f"{said} {decided}"
    return say("Would be: {said}", said=said) if dry else said


def too_much(changed: Mapping[str, tuple[int, int]], say: Speech) -> str:
    """Why the import asks first."""
    listed = "; ".join(_changed_text(name, count, total, say) for name, (count, total) in changed.items())
    return say("This list would change {listed}. Is it the right file, with no column shifted?", listed=listed)


def _changed_text(name: str, count: int, total: int, say: Speech) -> str:
    match name:
        case "stars":
            return say("the stars of {count} of {total} products", count=count, total=total)
        case "producers":
            return say("the producer of {count} of {total} products", count=count, total=total)
    return say("the phones of {count} of {total} producers", count=count, total=total)


def ask_again(say: Speech) -> str:
    """The question at the terminal."""
    return say("Import it nevertheless? [y/N] ")


def held_text(say: Speech) -> str:
    """What to do when it was not imported."""
    return say("Nothing was imported. If it is the right file, add --yes.")
