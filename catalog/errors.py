"""What can go wrong in the catalogue.

CatalogError
├── BadImage              the upload is not a picture we can open
│   ├── EmptyImage        zero bytes
│   ├── UnknownImage      not one of the accepted formats, or damaged beyond opening
│   ├── ImageTooLarge     more bytes or pixels than we take
│   └── ReaderFailed      reading it took too long or broke the reader, twice
├── BadVoice              the voice message gives no words
│   └── VoiceTooLong      it is longer than we listen
├── NotFound              no such product, certificate, producer …
├── ChangedMeanwhile      somebody changed it since it was looked at
├── AlreadyThere          there is one with this id
├── BadSheet              the list cannot be read as a table at all
├── BadRow                one or more rows were refused and everything was asked for (--strict)
├── BadBackup             the file is no backup of ours
│   └── DamagedBackup     or it is damaged
├── StoreError            the database refused
│   ├── StoreUnavailable  it cannot be reached or is not migrated
│   │   ├── StoreSilent   it does not answer now
│   │   ├── StoreDamaged  its file is damaged, or not a database
│   │   └── StoreNewer    its tables are of a newer version of this program
│   ├── StoreFull         no room left on its disk
│   └── AlreadyServed     another server works on it
└── BadSetting            a setting contradicts itself
"""


class CatalogError(Exception):
    """The catalogue could not do what was asked."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class BadImage(CatalogError):
    """The upload is not a picture we can open."""


class EmptyImage(BadImage):
    """The upload holds no bytes."""


class UnknownImage(BadImage):
    """The upload is not a picture in a format we take, or it is damaged."""


class ImageTooLarge(BadImage):
    """The picture has more bytes or pixels than we take."""

    def __init__(self, message: str | None = None, *, limit: str = "") -> None:
        super().__init__(message)
        self.limit = limit


class ReaderFailed(BadImage):
    """Reading the picture took too long or broke the reader."""


class BadVoice(CatalogError):
    """No words could be recognised in the voice message."""


class VoiceTooLong(BadVoice):
    """The voice message is longer than we listen."""


class NotFound(CatalogError):
    """There is no such thing in the catalogue."""


class ChangedMeanwhile(CatalogError):
    """What is to be changed is not any more as it was seen."""


class AlreadyThere(CatalogError):
    """There is a product, or a producer, with this id."""


class BadSheet(CatalogError):
    """The file cannot be read as a product list."""


class BadRow(CatalogError):
    """Some rows were refused, and all or nothing was asked for."""


class BadBackup(CatalogError):
    """The file is no backup of a database, or it is damaged."""


class DamagedBackup(BadBackup):
    """The backup of a database cannot be read to its end."""


class StoreError(CatalogError):
    """The database refused."""


class StoreUnavailable(StoreError):
    """The database cannot be reached, or its tables are not up to date."""


class StoreSilent(StoreUnavailable):
    """The database does not answer."""


class StoreDamaged(StoreUnavailable):
    """The database's file is damaged or not a database. Is its name right? If so, put the newest backup back.

    Stop every hoi-ocop, move the damaged file away, then: hoi-ocop restore BACKUP.
    """


class StoreNewer(StoreUnavailable):
    """The database belongs to a newer version of this program.

    *found* is the migration that was run last in it, *known* the last that we know.
    """

    def __init__(self, *, found: str, known: str) -> None:
        super().__init__(
            f"The database belongs to a newer version of this program (its tables: {found}, known here: {known}). "
            "Start the newer version, or put back the copy of the database that was made before the update."
        )
        self.found, self.known = found, known


class StoreFull(StoreError):
    """The database has no room left."""


class AlreadyServed(StoreError):
    """Another server works on this database."""


class BadSetting(CatalogError):
    """A setting is missing or contradicts another."""
