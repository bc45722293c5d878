// Days and moments: always UTC, always with the year.

const DAY_MS = 86_400_000;
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const month = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export function dayText(iso: string): string {
  return day.format(new Date(iso.slice(0, 10)));
}

export function monthText(at: number): string {
  return month.format(new Date(at));
}

export function momentText(iso: string): string {
  const at = new Date(iso);
  return `${day.format(at)}, ${time.format(at)} UTC`;
}

export function daysBetween(earlier: string, later: string | number): number {
  const end = typeof later === "number" ? later : Date.parse(later.slice(0, 10));
  return Math.floor((end - Date.parse(earlier.slice(0, 10))) / DAY_MS);
}

/** Returns how long ago something was, in the largest unit that says enough. */
export function ago(seconds: number): string {
  const units: [number, string][] = [[86_400 * 730, "year"], [86_400 * 2, "day"], [7200, "hour"], [120, "minute"]];
  for (const [length, name] of units) {
    if (seconds >= length) {
      const one = name === "year" ? 86_400 * 365.25 : length / 2;
      const count = Math.floor(seconds / one);
      return `${count.toLocaleString("en")} ${name}s`;
    }
  }
  return seconds < 60 ? "less than a minute" : "a minute";
}

export function lasting(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : seconds < 120 ? `${seconds.toFixed(1)} s` : ago(seconds);
}
