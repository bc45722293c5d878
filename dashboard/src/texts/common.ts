// What every page says.

export const common = {
  title: "NeuralBrain",
  skip: "Skip to the content",
  menu: "Views",
  views: {
    now: "Now", region: "Region", predictions: "Predictions", evaluation: "Evaluation", providers: "Providers",
    cycles: "Cycles and data", alerts: "Alerts",
  },
  theme: { label: "Colours", auto: "As the system", light: "Light", dark: "Dark" },
  api: "API",
  unknown: "unknown",
  none: "none",
  yes: "yes",
  no: "no",
  loading: "Loading …",
  nothingUp: "No edition is up",
  nothingUpBody: "Nothing has been published yet, or everything is withdrawn. The first cycle publishes an edition; this page shows it as soon as it is there.",
  seeCycles: "How the last cycles ended",
  tryAgain: "Ask again",
  openHere: "Open in NeuralBrain",
  editionOf: (number: number, name: string) => `Edition ${number} by ${name}`,
  lockNumber: (number: number) => `lock ${number}`,
  published: (moment: string, ago: string) => `published ${moment} (${ago} ago)`,
  dataTo: (day: string, ago: string) => `newest report ${day} (${ago} ago)`,
  live: "live",
  polled: "asked every 15 seconds",
  away: (since: string | null) => since === null
    ? "The service does not answer. Nothing can be shown until it does."
    : `The service does not answer. What is shown is what it said last, ${since} ago.`,
  oldData: "Old data",
  oldDataBody: (day: string) => `The newest report is of ${day}. These forecasts start where the data end, not today.`,
  oldEdition: "Old edition",
  oldEditionBody: (number: number, current: number) => `This is edition ${number}. Edition ${current} is current.`,
  stuckBody: (ago: string) => `No edition was published for ${ago}; a cycle may be failing.`,
  toCurrent: "Show the current edition",
  withdrawn: (reason: string) => `This edition is withdrawn: ${reason}`,
  otherEdition: "The service gave another edition than the one asked for; it may not be able to show earlier ones.",
  trouble: (detail: string) => `The service could not answer: ${detail}`,
  failing: (findings: string) => `The service reports trouble: ${findings}`,
  footer: "Forecasts are estimates with stated uncertainty. They are no medical advice.",
  risk: { RED: "Red", YELLOW: "Yellow", GREEN: "Green", unknown: "Unknown" },
  trend: { increasing: "rising", stable: "stable", decreasing: "falling", unknown: "unknown" },
  unit: { count: "", per_100k: "per 100,000", share: "share" } as Record<string, string>,
  showTable: "Table",
  hideTable: "Hide table",
  save: "Save",
  exactly: (value: string) => `exactly ${value}`,
  sortBy: (column: string) => `Sort by ${column}`,
  more: (count: number) => `Show ${count} more`,
};

/** Returns the name of a signal as words: `cholera_cases` is "cholera cases". */
export function signalText(name: string): string {
  return name.replaceAll("_", " ");
}

export function inUnit(signal: string, unit: string): string {
  const said = common.unit[unit] ?? unit;
  return said ? `${signalText(signal)}, ${said}` : signalText(signal);
}
