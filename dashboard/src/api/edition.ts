// The edition that is shown: the current one, or the one that the address names; everything of a view is of that one.

import { useRef } from "preact/hooks";
import { useAddress } from "../address";
import { type Kept, useResource } from "./resources";
import type { AllForecasts, EditionShape, EditionsShape } from "./types";

export const EDITIONS_SHOWN = 200;

export interface Shown {
  readonly kept: Kept<AllForecasts>;
  readonly edition: EditionShape | null;
  /** Whether an older edition than the current one was asked for. */
  readonly current: number | null;
}

export function ofEdition(path: string, edition: number | string | undefined): string {
  if (!edition) return path;
  return `${path}${path.includes("?") ? "&" : "?"}edition=${encodeURIComponent(edition)}`;
}

export function useShown(): Shown {
  const { edition } = useAddress();
  const kept = useLast(useResource<AllForecasts>(ofEdition("/api/forecasts/all", edition)));
  const { value } = useResource<EditionsShape>(`/api/editions?limit=${EDITIONS_SHOWN}`);
  const current = value?.editions.find((one) => one.withdrawn === null)?.number ?? null;
  return { kept, edition: kept.value?.edition ?? null, current };
}

/** Returns what was answered last while the next answer is on its way, so that nothing vanishes in between. */
export function useLast<T>(kept: Kept<T>): Kept<T> {
  const last = useRef<T | null>(null);
  if (kept.value !== null) last.current = kept.value;
  return kept.value === null && kept.loading && last.current !== null ? { ...kept, value: last.current } : kept;
}

/** Returns an answer of exactly the edition that is shown, so that no view mixes two of them. */
export function useOfShown<T extends { edition: EditionShape }>(path: string | null, shown: EditionShape | null): Kept<T> {
  const kept = useResource<T>(path === null || shown === null ? null : ofEdition(path, shown.number));
  const mixed = kept.value !== null && shown !== null && kept.value.edition.number !== shown.number;
  return mixed ? { value: null, problem: null, loading: true } : kept;
}
