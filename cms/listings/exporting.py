"""XLSX and CSV of a list, as it is filtered. No cell of it is ever a formula.

A spreadsheet leaves the system, so contacts that are not public are in none, whoever asks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cms.exports.files import FORMULA_STARTS

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Exported:
    """A column of the spreadsheet."""

    key: str
    heading: str | Promise
    value: Callable[[Any], Any]


class SafeExport:
    """Wagtail's export with the columns of `exported`; put it before Wagtail's index view."""

    exported: tuple[Exported, ...] = ()
    FORMAT_CSV: str

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {column.key: column.value(item) for column in self.exported}

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Put an apostrophe before what a spreadsheet would compute (OWASP, CSV injection).

        In XLSX the cell's type says that it is text; Wagtail sets it.
        """
        done = super().preprocess_field_value(field, value, export_format)  # type: ignore[misc]
        if export_format == self.FORMAT_CSV and isinstance(done, str):
            return f"'{done}" if done.startswith(FORMULA_STARTS) else done
        return done

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        """Begin with what tells Excel that the letters are UTF-8."""
        yield BYTE_ORDER_MARK
        yield from super().stream_csv(queryset)  # type: ignore[misc]
