// The numbers of a chart as a table, behind a button.

import { change, useAddress } from "../address";
import { dayText } from "../moments";
import { exact } from "../numbers";
import { Num } from "../parts/marks";
import { type Column, DataTable } from "../parts/table";
import { common } from "../texts/common";
import { region } from "../texts/views";
import { type Lines, type TableRow, tableOf } from "./lines";

export function LinesTable({ lines, caption }: { lines: Lines; unit: string; caption: string }) {
  const open = useAddress().table === "1";
  const columns: Column<TableRow>[] = [
    { key: "date", title: region.table.date, cell: (row) => <time dateTime={row.date}>{dayText(row.date)}</time>, by: (row) => row.date },
    { key: "then", title: region.table.reported, cell: (row) => <Num value={row.then} said={exact} />, by: (row) => row.then, number: true },
    { key: "median", title: region.table.median, cell: (row) => <Num value={row.median} said={exact} />, by: (row) => row.median, number: true },
  ];
  if (lines.now) columns.splice(2, 0, { key: "now", title: region.table.now, cell: (row) => <Num value={row.now} said={exact} />, by: (row) => row.now, number: true });
  lines.bands.forEach((band, index) => {
    const percent = Math.round(band.coverage * 100);
    [region.table.low, region.table.high].forEach((side, which) => columns.push({ key: `${side}-${percent}`, title: `${percent} % ${side}`, cell: (row) => <Num value={row.bounds[2 * index + which]} said={exact} />, number: true, wide: percent !== 95 }));
  });
  return (
    <>
      <p><button type="button" aria-expanded={open} onClick={() => change({ table: open ? "" : "1" }, true)}>{open ? common.hideTable : common.showTable}</button></p>
      {open && <DataTable name="chart" caption={caption} columns={columns} rows={tableOf(lines)} keyOf={(row) => row.date} empty={common.none} />}
    </>
  );
}
