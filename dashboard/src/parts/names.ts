// What regions are called: as the service calls them, or by their code until it has said so.

import { useMemo } from "preact/hooks";
import { useResource } from "../api/resources";
import type { RegionsShape } from "../api/types";

export type Names = (code: string) => string;

export function useNames(): Names {
  const { value } = useResource<RegionsShape>("/api/regions");
  return useMemo(() => {
    const known = new Map(value?.regions.map((one) => [one.code, one.name]));
    return (code: string) => known.get(code) ?? code;
  }, [value]);
}
