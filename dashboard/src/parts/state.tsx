// A word in a frame that says how something is.

export type Kind = "good" | "poor" | "bad" | "off";

const KINDS: Record<string, Kind> = {
  healthy: "good", done: "good", fresh: "good", degraded: "poor", stale: "poor", skipped: "poor", running: "poor",
  unavailable: "bad", failed: "bad", failing: "bad", unusable: "bad", open: "bad",
};

export function State({ of, said }: { of: string; said: string }) {
  return <span class={`state ${KINDS[of] ?? "off"}`}>{said}</span>;
}
