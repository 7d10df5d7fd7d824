"""Every page of the board, in the order of its navigation. A new page is one more module here."""

from bot.board import (
    adding,
    audit,
    catalogue,
    certificates,
    chats,
    dossiers,
    fairs,
    home,
    inquiries,
    inspections,
    labels,
    lists,
    matching,
    officers,
    passkeys,
    product_edits,
    programme,
    rounds,
    sessions,
)
from bot.board.page import BoardPage

# First the work, then the office, then what is one's own.
PAGES: tuple[BoardPage, ...] = (
    *home.PAGES,
    *matching.PAGES,
    *catalogue.PAGES,
    *product_edits.PAGES,
    *adding.PAGES,
    *certificates.PAGES,
    *dossiers.PAGES,
    *rounds.PAGES,
    *inspections.PAGES,
    *inquiries.PAGES,
    *labels.PAGES,
    *lists.PAGES,
    *programme.PAGES,
    *fairs.PAGES,
    *officers.PAGES,
    *audit.PAGES,
    *sessions.PAGES,
    *passkeys.PAGES,
    *chats.PAGES,
)
