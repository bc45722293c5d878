// What the service said last of each address: asked once for everybody who shows it, and kept while the service is away.

import { useEffect, useState } from "preact/hooks";
import { type Problem, problemOf } from "./problem";
import { authorization } from "./token";

const TIMEOUT_MS = 20_000;
const IMMUTABLE = /[?&]edition=\d+/;

export interface Kept<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
}

interface Entry {
  kept: Kept<unknown>;
  readers: Set<() => void>;
  asking: Promise<void> | null;
  text: string;
}

export interface Contact {
  /** Whether the service answered the last time it was asked. */
  readonly away: boolean;
  readonly lastAnswer: number | null;
}

const entries = new Map<string, Entry>();
const watchers = new Set<() => void>();
let contact: Contact = { away: false, lastAnswer: null };

function entryOf(path: string): Entry {
  let entry = entries.get(path);
  if (!entry) {
    entry = { kept: { value: null, problem: null, loading: true }, readers: new Set(), asking: null, text: "" };
    entries.set(path, entry);
  }
  return entry;
}

function met(away: boolean): void {
  contact = { away, lastAnswer: away ? contact.lastAnswer : Date.now() };
  for (const tell of watchers) tell();
}

async function ask(path: string, entry: Entry): Promise<void> {
  let kept: Kept<unknown>;
  try {
    const response = await fetch(path, { headers: { accept: "application/json", ...authorization() }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    met(false);
    if (response.ok) {
      const text = await response.text();
      // The same words again are the same value, so that nothing is drawn anew.
      const same = text === entry.text && entry.kept.value !== null;
      kept = { value: same ? entry.kept.value : JSON.parse(text), problem: null, loading: false };
      entry.text = text;
    } else {
      // An address without an answer has none any more; a service in trouble keeps what it said last.
      kept = { value: response.status < 500 ? null : entry.kept.value, problem: await problemOf(response), loading: false };
    }
  } catch {
    met(true);
    kept = { ...entry.kept, loading: false };
  }
  const before = entry.kept;
  entry.kept = kept;
  entry.asking = null;
  if (before.value !== kept.value || before.loading !== kept.loading || before.problem?.detail !== kept.problem?.detail) {
    for (const tell of entry.readers) tell();
  }
}

function refresh(path: string): Promise<void> {
  const entry = entryOf(path);
  entry.asking ??= ask(path, entry);
  return entry.asking;
}

/** Asks again for everything that is shown and can have changed. */
export function refreshAll(): void {
  for (const [path, entry] of entries) {
    const settled = IMMUTABLE.test(path) && entry.kept.value !== null;
    if (entry.readers.size > 0 && !settled) void refresh(path);
    else if (entry.readers.size === 0 && !settled) entries.delete(path);
  }
}

/** Returns what an address says, null while nobody asks or nothing is known. */
export function useResource<T>(path: string | null): Kept<T> {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const entry = entryOf(path);
    const tell = () => redraw((count) => count + 1);
    entry.readers.add(tell);
    if (entry.kept.value === null || !IMMUTABLE.test(path)) void refresh(path);
    return () => {
      entry.readers.delete(tell);
    };
  }, [path]);
  if (path === null) return { value: null, problem: null, loading: false };
  return entryOf(path).kept as Kept<T>;
}

export function useContact(): Contact {
  const [seen, set] = useState(contact);
  useEffect(() => {
    const tell = () => set(contact);
    watchers.add(tell);
    tell();
    return () => {
      watchers.delete(tell);
    };
  }, []);
  return seen;
}
