// What the map says of a region, taken from the forecast of one edition.

import type { Forecast } from "../api/types";
import { daysBetween } from "../moments";
import type { Area } from "./geometry";

const LATE_DAYS = 35; // five weeks: beyond that a weekly report is not late but missing
const YEAR_DAYS = 365; // as the service leaves regions out of its summary
const US_TERRITORIES = new Set(["PRI", "ASM", "GUM", "MNP", "VIR"]);

export type Row = Forecast;

export interface Expected {
  /** The median in the measure of the feed, as the last report is. */
  readonly value: number | null;
  /** The 80 % interval of the new events; null where the feed counts totals, which it cannot stand beside. */
  readonly low: number | null;
  readonly high: number | null;
  readonly date: string;
}

/** Returns what is forecast for the last horizon. */
export function expected(row: Row): Expected {
  const { quantiles, quantile_levels, target_dates, last_date, measure } = row.context;
  const last = measure === "incident" ? quantiles[quantiles.length - 1] : undefined;
  const at = (level: number): number | null => last?.[quantile_levels.indexOf(level)] ?? null;
  const value = row.forecasted_cases[row.forecasted_cases.length - 1]?.value ?? null;
  return { value, low: at(0.1), high: at(0.9), date: target_dates[target_dates.length - 1] ?? last_date };
}

/** Returns the last number that was reported. */
export function reported(row: Row): number | null {
  return row.actual_cases;
}

export function newestDate(rows: readonly Row[]): string | null {
  return rows.reduce<string | null>((newest, row) => (newest === null || row.context.last_date > newest ? row.context.last_date : newest), null);
}

export function isLate(row: Row, newest: string): boolean {
  return daysBetween(row.context.last_date, newest) > LATE_DAYS;
}

export function isLeftOut(row: Row, newest: string): boolean {
  return daysBetween(row.context.last_date, newest) > YEAR_DAYS;
}

export function isState(code: string): boolean {
  return code.startsWith("US-");
}

/** Returns the rows that belong on a map; territories of the United States are on both. */
export function rowsOn(area: Area, rows: readonly Row[]): Row[] {
  return rows.filter((row) => (area === "states" ? isState(row.region) || US_TERRITORIES.has(row.region) : !isState(row.region)));
}

/** Returns the signals of some rows, the one of most regions first. */
export function signalsOf(rows: readonly Row[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.context.signal, (counts.get(row.context.signal) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0])).map(([signal]) => signal);
}
