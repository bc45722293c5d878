// How large a part of the page is, as it changes.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Returns where to put the measure, and the size in CSS pixels; null until it has one. */
export function useSize(): [RefObject<HTMLDivElement | null>, Size | null] {
  const frame = useRef<HTMLDivElement>(null);
  const [size, set] = useState<Size | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const watcher = new ResizeObserver((entries) => {
      const found = entries[0]?.contentRect;
      if (found && found.width > 0) set({ width: Math.floor(found.width), height: Math.max(1, Math.floor(found.height)) });
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  return [frame, size];
}
