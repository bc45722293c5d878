// The two maps as the build drew them: outlines, places of symbols, and which places are too small to be seen.

import { useEffect, useState } from "preact/hooks";
import statesUrl from "../../geometry/made/states.json?url";
import worldUrl from "../../geometry/made/world.json?url";

export interface Place {
  readonly code: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly small: boolean;
  readonly path: string;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly places: readonly Place[];
}

export type Area = "world" | "states";

interface Written {
  width: number;
  height: number;
  boxes: [number, number, number, number][];
  places: [string, string, number, number, number, string][];
}

const URLS: Record<Area, string> = { world: worldUrl, states: statesUrl };
const drawn = new Map<Area, Promise<Drawing>>();

function drawingOf(area: Area): Promise<Drawing> {
  let found = drawn.get(area);
  if (!found) {
    found = fetch(URLS[area]).then(async (response) => {
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const written = (await response.json()) as Written;
      const places = written.places.map(([code, name, x, y, small, path]) => ({ code, name, x, y, small: small === 1, path }));
      return { width: written.width, height: written.height, boxes: written.boxes, places };
    });
    found.catch(() => drawn.delete(area)); // asked for again the next time it is shown
    drawn.set(area, found);
  }
  return found;
}

export type Sight = readonly [x: number, y: number, width: number, height: number];

const MARGIN = 0.3; // of what the places span, on each side
const LARGEST_SHARE = 0.6; // a drawing of which more is needed is shown whole

/** Returns the part of a drawing that holds some places, in the proportions of the frame; null where that is most of it. */
export function sightOf(drawing: Drawing, known: readonly Place[], ratio: number): Sight | null {
  if (known.length === 0) return null;
  const xs = known.map((place) => place.x);
  const ys = known.map((place) => place.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const least = drawing.width / 6; // one place alone is shown among its neighbours
  const across = Math.max((right - left) * (1 + 2 * MARGIN), least);
  const down = (bottom - top) * (1 + 2 * MARGIN);
  const width = Math.max(across, down * ratio);
  const height = width / ratio;
  if (width > drawing.width * LARGEST_SHARE || height > drawing.height) return null;
  const x = Math.min(Math.max((left + right - width) / 2, 0), drawing.width - width);
  const y = Math.min(Math.max((top + bottom - height) / 2, 0), drawing.height - height);
  return [x, y, width, height];
}

/** The width of the drawings, known before they are. */
export const WIDTHS: Record<Area, number> = { world: 10_000, states: 9_750 };

export function useDrawing(area: Area): Drawing | null {
  const [drawing, set] = useState<{ area: Area; drawing: Drawing } | null>(null);
  useEffect(() => {
    let wanted = true;
    drawingOf(area).then((found) => wanted && set({ area, drawing: found }), () => undefined);
    return () => {
      wanted = false;
    };
  }, [area]);
  return drawing?.area === area ? drawing.drawing : null;
}
