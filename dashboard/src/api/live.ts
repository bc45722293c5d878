// Keeps the page up to date: told by the service where it tells, and asking now and then all the same.

import { refreshAll } from "./resources";

const EVENTS_PATH = "/api/events";
const TOLD_MS = 60_000; // between questions while the service tells of changes by itself
const UNTOLD_MS = 15_000; // while it does not
const AGAIN_MS = 60_000; // before a stream that was refused is asked for again
const CALM_MS = 250; // several events of one change make one question

const EVENT_NAMES = [
  "edition-published", "edition-withdrawn", "lock-changed", "health-changed", "cycle-began", "cycle-step", "cycle-ended",
  "alert-raised", "alert-cleared", "reset",
] as const;

export function stayUpToDate(): void {
  let told = false;
  let planned: number | undefined;
  let soon: number | undefined;

  const plan = () => {
    clearTimeout(planned);
    planned = setTimeout(() => {
      if (document.visibilityState === "visible") refreshAll();
      plan();
    }, told ? TOLD_MS : UNTOLD_MS);
  };
  const changed = () => {
    clearTimeout(soon);
    soon = setTimeout(refreshAll, CALM_MS);
  };
  const listen = () => {
    const stream = new EventSource(EVENTS_PATH);
    stream.onopen = () => {
      told = true;
      plan();
      changed(); // whatever was missed while nobody listened
    };
    stream.onmessage = changed;
    for (const name of EVENT_NAMES) stream.addEventListener(name, changed);
    stream.onerror = () => {
      told = false;
      plan();
      if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      stream.close();
      setTimeout(listen, AGAIN_MS);
    };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refreshAll();
  });
  addEventListener("online", refreshAll);
  plan();
  listen();
}
