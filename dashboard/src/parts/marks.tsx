// Small signs that carry a meaning by shape, word and colour, never by colour alone.

import { common } from "../texts/common";
import { exact } from "../numbers";

export type Risk = "RED" | "YELLOW" | "GREEN" | "unknown";
export type Trend = "increasing" | "stable" | "decreasing" | "unknown";

/** Outlines of the symbols in a square from -1 to 1, all of one area. */
export const SYMBOLS: Record<Risk, string> = {
  GREEN: "M-.89 0a.89.89 0 1 1 1.78 0a.89.89 0 1 1-1.78 0z",
  YELLOW: "M0-1.2 1.2.88-1.2.88z",
  RED: "M0-1.25 1.25 0 0 1.25-1.25 0z",
  unknown: "M-.79-.79H.79V.79H-.79z",
};

const ARROWS: Record<Trend, string> = {
  increasing: "M3 13 12 4M5.5 4H12V10.5",
  stable: "M2 8H13M9.5 4.5 13 8 9.5 11.5",
  decreasing: "M3 3 12 12M5.5 12H12V5.5",
  unknown: "M4 8H12",
};

export function riskOf(level: string | null): Risk {
  return level === "RED" || level === "YELLOW" || level === "GREEN" ? level : "unknown";
}

export function trendOf(trend: string | null): Trend {
  return trend === "increasing" || trend === "stable" || trend === "decreasing" ? trend : "unknown";
}

export function RiskMark({ level, score }: { level: string | null; score?: string }) {
  const risk = riskOf(level);
  return (
    <span class={`mark risk-${risk.toLowerCase()}`}>
      <svg viewBox="-1.5 -1.5 3 3" class="icon" aria-hidden="true"><path d={SYMBOLS[risk]} class="symbol" /></svg>
      <span>{common.risk[risk]}{score === undefined ? "" : ` ${score}`}</span>
    </span>
  );
}

export function TrendMark({ trend }: { trend: string | null }) {
  const known = trendOf(trend);
  return (
    <span class="mark">
      <svg viewBox="0 0 16 16" class="icon" aria-hidden="true"><path d={ARROWS[known]} class="arrow" /></svg>
      <span>{common.trend[known]}</span>
    </span>
  );
}

/** A number as people read it, with the exact one beside it for machines and for whoever points at it. */
export function Num({ value, said }: { value: number | null | undefined; said: (value: number) => string }) {
  if (value === null || value === undefined) return <span class="absent">–</span>;
  const text = said(value);
  const full = exact(value);
  return text === full ? <data value={String(value)}>{text}</data> : <data value={String(value)} title={common.exactly(full)}>{text}</data>;
}
