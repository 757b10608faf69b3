from stoa.exchange.files.models import (
    ColumnMap,
    ExportedFile,
    ImportedFile,
    ImportedPicture,
    ImportedRow,
    ImportedThing,
)

__all__ = ["ColumnMap", "ExportedFile", "ImportedFile", "ImportedPicture", "ImportedRow", "ImportedThing"]
