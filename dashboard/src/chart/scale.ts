// Scales and their ticks.

export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

const DAY = 86_400_000;
const STEPS = [1, 2, 2.5, 5, 10];

/** Returns a scale from 0 to at least a value, with ticks at round numbers. */
export function fromZero(largest: number, from: number, to: number, count: number): Scale {
  const top = largest > 0 ? largest : 1;
  const rough = top / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((one) => one * power >= rough) ?? 10) * power;
  const end = Math.ceil(top / step) * step;
  const ticks: number[] = [];
  for (let index = 0; index * step <= end + step / 2; index += 1) ticks.push(Number((index * step).toPrecision(12)));
  return Object.assign((value: number) => from + ((to - from) * value) / end, { ticks });
}

export function ofTime(first: number, last: number, from: number, to: number, count: number): Scale {
  const length = Math.max(last - first, DAY);
  return Object.assign((at: number) => from + ((to - from) * (at - first)) / length, { ticks: monthsBetween(first, last, count) });
}

/** Returns the first days of months, evenly, at most so many. */
function monthsBetween(first: number, last: number, most: number): number[] {
  const months = (last - first) / (30.4 * DAY);
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((one) => months / one <= most) ?? 240;
  const start = new Date(first);
  const found: number[] = [];
  let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
  month = Math.ceil(month / step) * step;
  while (Number.isFinite(month)) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > last) return found;
    if (at >= first) found.push(at);
    month += step;
  }
  return found;
}
