// Numbers as people read them; the exact one stands beside every rounded one, in the element's value.

const ENGLISH = "en";
const grouped = new Intl.NumberFormat(ENGLISH, { maximumFractionDigits: 6 });
const whole = new Intl.NumberFormat(ENGLISH, { maximumFractionDigits: 0 });

/**
 * Returns a number as it is said to people: above 1,000 to the nearest 100, from 10 to the nearest 10, below to a whole
 * one; shares and rates with two significant figures. The rounding of CDC's published forecasts, as in the service.
 */
export function spoken(value: number, unit: string): string {
  if (unit === "count") {
    const step = value > 1000 ? 100 : value >= 10 ? 10 : 1;
    return whole.format(Math.floor(value / step + 0.5) * step);
  }
  return unit === "share" ? `${twoFigures(value * 100)} %` : twoFigures(value);
}

/** Returns a probability as it is said: never 0 % or 100 % for what is only nearly so. */
export function chance(probability: number): string {
  if (probability > 0 && probability < 0.01) return "<1 %";
  if (probability > 0.99 && probability < 1) return ">99 %";
  return spoken(probability, "share");
}

/** Returns a number without rounding it. */
export function exact(value: number): string {
  return grouped.format(value);
}

/** Returns a score cut to a whole number: one just below a level must not seem to have reached it. */
export function cut(value: number): string {
  return whole.format(Math.floor(value));
}

/** Returns a number that was counted, such as cases that were reported: counts in full, rates as they are said. */
export function counted(value: number, unit: string): string {
  return unit === "count" ? whole.format(value) : spoken(value, unit);
}

export function many(count: number): string {
  return whole.format(count);
}

export function bytes(count: number): string {
  return count < 10_000 ? `${whole.format(count)} B` : count < 10_000_000 ? `${whole.format(count / 1000)} kB` : `${whole.format(count / 1_000_000)} MB`;
}

export function figures(value: number, digits = 3): string {
  return new Intl.NumberFormat(ENGLISH, { maximumSignificantDigits: digits }).format(value);
}

function twoFigures(value: number): string {
  if (value === 0) return "0";
  const decimals = 1 - Math.floor(Math.log10(Math.abs(value)));
  const step = 10 ** -decimals;
  const digits = Math.max(decimals, 0);
  return new Intl.NumberFormat(ENGLISH, { minimumFractionDigits: Math.min(digits, 20), maximumFractionDigits: Math.min(digits, 20) }).format(Math.floor(value / step + 0.5) * step);
}
