// A table that can be sorted by any of its columns; the order stands in the address.

import type { ComponentChildren } from "preact";
import { change, useAddress } from "../address";
import { common } from "../texts/common";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** What it is sorted by; a column without it cannot be sorted. */
  readonly by?: (row: Row) => number | string | null;
  readonly number?: boolean;
  /** Left out where there is little room. */
  readonly wide?: boolean;
}

interface Props<Row> {
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string;
  readonly empty: string;
  /** Whether the caption is for screen readers only. */
  readonly quiet?: boolean;
  readonly classOf?: (row: Row) => string;
}

export function DataTable<Row>({ name, caption, columns, rows, keyOf, empty, quiet = false, classOf }: Props<Row>) {
  const [column, order] = (useAddress()[`sort-${name}`] ?? "").split(".");
  const sorted = inOrder(rows, columns.find((one) => one.key === column)?.by, order === "down");
  if (rows.length === 0) return <p class="absent">{empty}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class={quiet ? "unseen" : ""}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((one) => (
              <th scope="col" class={classes(one)} aria-sort={column !== one.key ? undefined : order === "down" ? "descending" : "ascending"}>
                {one.by ? (
                  <button type="button" class="sorter" title={common.sortBy(one.title)} onClick={() => change({ [`sort-${name}`]: next(one.key, column, order, one.number) }, true)}>
                    {one.title}<span aria-hidden="true" class="order">{column !== one.key ? "" : order === "down" ? " ▼" : " ▲"}</span>
                  </button>
                ) : one.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row, index) => (
            <tr key={keyOf(row, index)} class={classOf?.(row)}>
              {columns.map((one, place) => place === 0
                ? <th scope="row" class={classes(one)}>{one.cell(row)}</th>
                : <td class={classes(one)}>{one.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classes<Row>(column: Column<Row>): string {
  return `${column.number ? "number" : ""} ${column.wide ? "wide" : ""}`.trim();
}

function next(key: string, column: string | undefined, order: string | undefined, number = false): string {
  const first = number ? "down" : "up";
  if (column !== key) return `${key}.${first}`;
  return `${key}.${order === "down" ? "up" : "down"}`;
}

/** Returns rows in order; what is unknown stands last, whichever way round. */
function inOrder<Row>(rows: readonly Row[], by: Column<Row>["by"], down: boolean): readonly Row[] {
  if (!by) return rows;
  const sign = down ? -1 : 1;
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort((one, other) => {
      if (one.value === null || other.value === null) return Number(one.value === null) - Number(other.value === null);
      if (typeof one.value === "string" || typeof other.value === "string") return sign * String(one.value).localeCompare(String(other.value), "en");
      return sign * (one.value - other.value);
    })
    .map((one) => one.row);
}
