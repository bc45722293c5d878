"""Asks a Socrata site for some columns of a data set, page by page, and reads the rows it sends as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import polars as pl

from neuralbrain.domain.feed import FeedRequest, Payload
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.text_table import REMEDY, address
from neuralbrain.sources.written_dates import day

CDC = "https://data.cdc.gov"
KEY_VARIABLE = "SOCRATA_APP_TOKEN"
"""Environment variable of the token that lifts the limit that requests without one share."""

PAGE_ROWS = 25_000  # the site allows 50,000; the whole history of a feed of states has about 21,000
SATURDAY = 6  # where Monday is 1
FILE = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SocrataTable:
    """One data set, and what is wanted of it.

    Args:
        dataset: Its identifier on the site.
        columns: Which columns are asked for; no others are accepted.
        date_column: Which of them is the day of a row.
        only: Column and value of the rows that are wanted; None for all.
        since: From which day on rows are asked for; None for all.
        base_url: The site.
        path: A saved answer to read instead, or the folder that holds it as below the site; empty for none.
        key: The application's token, empty for none.
        most_bytes: How long one page may be.
        call_seconds: How long getting one page may take.
        page_rows: How many rows are asked for at a time.
    """

    dataset: str
    columns: tuple[str, ...]
    date_column: str
    only: tuple[str, str] | None = None
    since: date | None = None
    base_url: str = CDC
    path: str = ""
    key: str = ""
    most_bytes: int = 64 * 2**20
    call_seconds: float = 120.0
    page_rows: int = PAGE_ROWS

    def first_page(self) -> FeedRequest:
        """Return what asks for the first page; asked for from another day on, it is another part."""
        part = self.dataset + (f" since {self.since}" if self.since else "")
        if self.path:
            return FeedRequest(part=part, url=address(self.base_url, self.path, self._file), most_bytes=self.most_bytes)
        return self._page(part, number=0, offset=0)

    def following(self, request: FeedRequest, page: Payload) -> FeedRequest | None:
        """Return what asks for the page after a page; the last one is a page without rows.

        A page with fewer rows than were asked for need not be the last: the site may give fewer at a time than it
        says it does.
        """
        if request.url.startswith(FILE):
            return None
        rows = rows_of(page).height
        if not rows:
            return None
        before = int(dict(parse_qsl(urlsplit(request.url).query))["$offset"])
        return self._page(request.part, number=request.page + 1, offset=before + rows)

    def rows(self, pages: Sequence[Payload]) -> pl.DataFrame:
        """Return all rows as text, null where a row has no such key, and the number of the ``page`` of each.

        Raises:
            SourceSchemaError: If there are no rows, a column is in none of them, or there are other columns.
        """
        tables = [rows_of(page) for page in pages]
        filled = [table.with_columns(page=pl.lit(page)) for page, table in enumerate(tables) if table.height]
        if not filled:
            raise SourceSchemaError(f"{pages[0].origin} sent no rows.", remedy=REMEDY)
        rows = pl.concat(filled, how="diagonal")
        found = [name for name in rows.columns if name != "page"]
        missing = [name for name in self.columns if name not in found]
        other = [name for name in found if name not in self.columns]
        if missing or other:
            wrong = (
                f"has no column {', '.join(missing)}" if missing else f"has the column {', '.join(other)[:200]}, too"
            )
            raise SourceSchemaError(
                f"What {pages[0].origin} sent {wrong}; there are {', '.join(found)[:400]}.", remedy=REMEDY
            )
        return rows

    @property
    def _file(self) -> str:
        return f"resource/{self.dataset}.json"

    def _page(self, part: str, *, number: int, offset: int) -> FeedRequest:
        conditions = [f"{self.only[0]} = '{self.only[1]}'"] if self.only else []
        conditions += [f"{self.date_column} >= '{self.since}T00:00:00.000'"] if self.since else []
        query = {
            "$select": ",".join(self.columns),
            **({"$where": " AND ".join(conditions)} if conditions else {}),
            "$order": ":id",  # without an order, pages may overlap
            "$limit": str(self.page_rows),
            "$offset": str(offset),
        }
        return FeedRequest(
            part=part,
            url=f"{address(self.base_url, '', self._file)}?{urlencode(query, quote_via=quote, safe='$:,')}",
            headers=(("X-App-Token", self.key),) if self.key else (),
            most_bytes=self.most_bytes,
            total_seconds=self.call_seconds,
            conditional=False,  # what holds for the first page says nothing about the others
            page=number,
        )


def rows_of(page: Payload) -> pl.DataFrame:
    """Return the rows of one page, every column as text; without any columns where there are no rows.

    Raises:
        SourceSchemaError: If it is no list of flat rows.
    """
    if not page.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        raise SourceSchemaError(f"What {page.origin} sent is no list of rows.", remedy=REMEDY)
    table = pl.read_json(page.body.removeprefix(b"\xef\xbb\xbf"), infer_schema_length=None)
    nested = [name for name, kind in table.schema.items() if kind.is_nested()]
    if nested:
        raise SourceSchemaError(f"The column {nested[0]} of {page.origin} is no plain value.", remedy=REMEDY)
    return table.cast(pl.String)


def saturday(column: str) -> pl.Expr:
    """Return the day of a column such as ``2021-08-21T00:00:00.000``, null where it is none or no Saturday.

    >>> written = pl.DataFrame({"week_end": ["2021-08-21T00:00:00.000", "2021-08-22T00:00:00.000", "soon"]})
    >>> written.select(saturday("week_end"))["week_end"].to_list()
    [datetime.date(2021, 8, 21), None, None]
    """
    read = day(column)
    return pl.when(read.dt.weekday() == SATURDAY).then(read)
