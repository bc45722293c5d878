// What a chart shows, taken from answers of the service: what was known, what was forecast, and what came true.

import type { Chart, Expected } from "../api/types";

export interface Point {
  readonly date: string;
  readonly at: number;
  readonly value: number;
}

export interface Band {
  readonly coverage: number;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface Lines {
  /** As known at the cutoff of the edition; a null is a gap. */
  readonly then: readonly (Point | null)[];
  /** As known now, null where that is the same edition. */
  readonly now: readonly (Point | null)[] | null;
  readonly dates: readonly string[];
  readonly median: readonly (number | null)[];
  /** The widest first. */
  readonly bands: readonly Band[];
  readonly threshold: number | null;
}

export type Which = "cases" | "deaths";

export function linesOf(chart: Chart, current: Chart | null, which: Which, span: string): Lines {
  const line = which === "deaths" ? chart.deaths : chart.cases;
  const later = current && current.edition.number !== chart.edition.number && current.signal === chart.signal ? (which === "deaths" ? current.deaths : current.cases) : null;
  const then = pointsOf(line?.actual.dates ?? [], line?.actual.incidence ?? []);
  const shown = span === "all" ? then : then.slice(-Number(span));
  const first = shown.find((one) => one !== null)?.at ?? 0;
  const forecast: Expected | null = line?.forecast ?? null;
  return {
    then: shown,
    now: later && pointsOf(later.actual.dates, later.actual.incidence).filter((one) => one === null || one.at >= first),
    dates: forecast?.dates ?? [],
    median: forecast?.median ?? [],
    bands: [...(forecast?.intervals ?? [])].sort((one, other) => other.coverage - one.coverage),
    threshold: which === "cases" ? chart.outbreak_threshold : null,
  };
}

function pointsOf(dates: readonly string[], values: readonly (number | null)[]): (Point | null)[] {
  return dates.map((date, index) => {
    const value = values[index];
    return value === null || value === undefined ? null : { date, at: Date.parse(date), value };
  });
}

export interface Came {
  readonly date: string;
  readonly value: number;
  readonly inside: boolean;
}

/** Returns what is known by now of the days that were forecast, and whether it lies within the widest interval. */
export function cameTrue(lines: Lines): Came[] {
  const known = new Map((lines.now ?? []).filter((one) => one !== null).map((one) => [one.date, one.value]));
  const widest = lines.bands[0];
  return lines.dates.flatMap((date, index) => {
    const value = known.get(date);
    const low = widest?.low[index] ?? null;
    const high = widest?.high[index] ?? null;
    return value === undefined || low === null || high === null ? [] : [{ date, value, inside: low <= value && value <= high }];
  });
}

export interface TableRow {
  readonly date: string;
  readonly then: number | null;
  readonly now: number | null;
  readonly median: number | null;
  readonly bounds: readonly (number | null)[];
}

/** Returns the same as a table, the newest first; bounds are low and high of each band, the widest first. */
export function tableOf(lines: Lines): TableRow[] {
  const rows = new Map<string, TableRow>();
  const at = (date: string): TableRow => rows.get(date) ?? { date, then: null, now: null, median: null, bounds: lines.bands.flatMap(() => [null, null]) };
  for (const point of lines.then) if (point) rows.set(point.date, { ...at(point.date), then: point.value });
  for (const point of lines.now ?? []) if (point) rows.set(point.date, { ...at(point.date), now: point.value });
  lines.dates.forEach((date, index) => {
    const bounds = lines.bands.flatMap((band) => [band.low[index] ?? null, band.high[index] ?? null]);
    rows.set(date, { ...at(date), median: lines.median[index] ?? null, bounds });
  });
  return [...rows.values()].sort((one, other) => other.date.localeCompare(one.date));
}
