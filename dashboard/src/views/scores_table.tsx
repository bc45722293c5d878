// Scores as a table: what they were worth, and against the baseline.

import type { ScoresOf, ScoresShape } from "../api/types";
import { chance, figures, many } from "../numbers";
import { Num } from "../parts/marks";
import { type Column, DataTable } from "../parts/table";
import { common, signalText } from "../texts/common";
import { evaluation as text } from "../texts/service";

export type Split = "provider" | "source" | "signal" | "region" | "horizon" | "week";

/** What is shown where there is little room. */
const SHORT = new Set(["key", "values", "relative", "wis", "covered_50", "covered_95"]);

export function ScoresTable({ scores, name, first, said, short = false }: { scores: ScoresShape; name: string; first: Split; said?: (key: string) => string; short?: boolean }) {
  const mean = (key: string) => (one: ScoresOf) => one.means[key] ?? null;
  const share = (value: number) => chance(value);
  const columns: Column<ScoresOf>[] = [
    { key: "key", title: text.by[first], cell: (one) => (one.key === "" ? text.all : said ? said(one.key) : signalText(one.key)), by: (one) => (first === "horizon" ? Number(one.key) : one.key) },
    { key: "values", title: text.columns.values, cell: (one) => many(one.values), by: (one) => one.values, number: true },
    { key: "relative", title: text.columns.relative, cell: (one) => <Num value={one.relative_wis} said={figures} />, by: (one) => one.relative_wis, number: true },
    { key: "compared", title: text.columns.compared, cell: (one) => many(one.compared), by: (one) => one.compared, number: true, wide: true },
    { key: "wis", title: text.columns.wis, cell: (one) => <Num value={mean("wis")(one)} said={figures} />, by: mean("wis"), number: true },
    { key: "relative_log", title: text.columns.relativeLog, cell: (one) => <Num value={one.relative_log_wis} said={figures} />, by: (one) => one.relative_log_wis, number: true, wide: true },
    { key: "error", title: text.columns.error, cell: (one) => <Num value={mean("absolute_error")(one)} said={figures} />, by: mean("absolute_error"), number: true, wide: true },
    { key: "bias", title: text.columns.bias, cell: (one) => <Num value={mean("bias")(one)} said={(value) => figures(value, 2)} />, by: mean("bias"), number: true, wide: true },
    { key: "covered_50", title: text.columns.covered50, cell: (one) => <Num value={mean("covered_50")(one)} said={share} />, by: mean("covered_50"), number: true },
    { key: "covered_95", title: text.columns.covered95, cell: (one) => <Num value={mean("covered_95")(one)} said={share} />, by: mean("covered_95"), number: true },
  ];
  return <DataTable name={name} caption={text.tableHelp} columns={short ? columns.filter((one) => SHORT.has(one.key)) : columns} rows={[...scores.groups, scores.overall]} keyOf={(one) => one.key} empty={common.none} />;
}
