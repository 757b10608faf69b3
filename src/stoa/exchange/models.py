from stoa.exchange.files.models import ImportedFile, ImportedRow

__all__ = ["ImportedFile", "ImportedRow"]
