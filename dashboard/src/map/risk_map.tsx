// A map of regions coloured by risk, with symbols sized by cases; keys go from region to region.

import { useMemo, useState } from "preact/hooks";
import { useSize } from "../parts/size";
import { go, linkTo } from "../address";
import { riskOf, SYMBOLS } from "../parts/marks";
import { now } from "../texts/views";
import { isLate, reported, type Row } from "./facts";
import { type Area, type Drawing, type Place, type Sight, sightOf, useDrawing } from "./geometry";
import { RegionTip, regionSentence } from "./region_tip";

const LARGEST = 190; // steps of a tenth of a unit: half the width of the symbol of the largest number
const LEAST = 42; // of one that can still be told apart
const LEAST_PIXELS = 3.5; // on a small screen
const TARGET_PIXELS = 12; // half the width of what a finger can hit (WCAG 2.2, 2.5.8)
const LEAST_SMALL = 55; // of a place that is nothing but its symbol

interface Props {
  readonly area: Area;
  readonly name: string;
  readonly rows: ReadonlyMap<string, Row>;
  readonly newest: string;
  /** Whether only the part with forecasts is shown. */
  readonly near: boolean;
}

export function RiskMap({ area, name, rows, newest, near }: Props) {
  const drawing = useDrawing(area);
  const [chosen, choose] = useState<string | null>(null);
  const [frame, size] = useSize();
  const known = useMemo(() => (drawing ? drawing.places.filter((place) => rows.has(place.code)) : []), [drawing, rows]);
  const whole: Sight = [0, 0, drawing?.width ?? 1, drawing?.height ?? 1];
  const [x, y, width, height] = (near && drawing && size && sightOf(drawing, known, size.width / size.height)) || whole;
  const scale = drawing ? width / drawing.width : 1;
  const pixel = size ? width / size.width : 1;
  const current = known.find((place) => place.code === chosen);
  const row = current && rows.get(current.code);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return choose(null);
    const from = known.find((place) => place.code === (event.target as Element).getAttribute("data-region"));
    if (!from) return undefined;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return go(linkTo("region", { region: from.code }));
    }
    const to = neighbour(known, from, event.key);
    if (!to) return undefined;
    event.preventDefault();
    choose(to.code);
    frame.current?.querySelector<SVGElement>(`[data-region="${to.code}"]`)?.focus();
    return undefined;
  };

  return (
    <div class={`map ${area} ${near ? "near" : ""}`} ref={frame} onMouseLeave={() => choose(null)} onKeyDown={onKeyDown}>
      {drawing && size && (
        <svg viewBox={`${x} ${y} ${width} ${height}`} role="group" aria-label={name}>
          <Hatching scale={scale} />
          <Land drawing={drawing} rows={rows} newest={newest} onPoint={choose} />
          {drawing.boxes.map(([left, top, across, down]) => <rect key={left} x={left} y={top} width={across} height={down} class="inset"><title>{now.territories}</title></rect>)}
          <Symbols known={known} rows={rows} newest={newest} scale={scale} pixel={pixel} chosen={chosen ?? known[0]?.code ?? ""} onPoint={choose} />
        </svg>
      )}
      {drawing && current && row && <RegionTip row={row} name={current.name} left={(current.x - x) / width} top={(current.y - y) / height} />}
    </div>
  );
}

function Hatching({ scale }: { scale: number }) {
  return (
    <defs>
      <pattern id="hatched" width="60" height="60" patternUnits="userSpaceOnUse" patternTransform={`rotate(45) scale(${scale})`}>
        <rect width="24" height="60" class="hatch" />
      </pattern>
    </defs>
  );
}

function Land({ drawing, rows, newest, onPoint }: { drawing: Drawing; rows: ReadonlyMap<string, Row>; newest: string; onPoint: (code: string | null) => void }) {
  return (
    <g aria-hidden="true">
      {drawing.places.map((place) => {
        const row = rows.get(place.code);
        if (!row) return place.path && <path d={place.path} class="land" onMouseEnter={() => onPoint(null)} />;
        const open = () => go(linkTo("region", { region: place.code }));
        const late = isLate(row, newest);
        return (
          <g key={place.code} onMouseEnter={() => onPoint(place.code)} onClick={open} class="opens">
            {place.path && <path d={place.path} class={`land risk-${riskOf(row.risk_level).toLowerCase()}`} />}
            {place.path && late && <path d={place.path} class="late" />}
          </g>
        );
      })}
    </g>
  );
}

function Symbols({ known, rows, newest, scale, pixel, chosen, onPoint }: { known: readonly Place[]; rows: ReadonlyMap<string, Row>; newest: string; scale: number; pixel: number; chosen: string; onPoint: (code: string | null) => void }) {
  const largest = largestOf(rows);
  return (
    <>
      {known.map((place) => {
        const row = rows.get(place.code);
        if (!row) return null;
        const size = Math.max(LEAST_PIXELS * pixel, scale * Math.max(place.small ? LEAST_SMALL : LEAST, symbolSize(reported(row), largest)));
        const risk = riskOf(row.risk_level);
        return (
          <g
            key={place.code}
            data-region={place.code}
            class={`place risk-${risk.toLowerCase()} ${isLate(row, newest) ? "aged" : ""}`}
            transform={`translate(${place.x} ${place.y})`}
            role="link"
            tabIndex={place.code === chosen ? 0 : -1}
            aria-label={regionSentence(row, place.name)}
            onFocus={() => onPoint(place.code)}
            onBlur={() => onPoint(null)}
            onMouseEnter={() => onPoint(place.code)}
            onClick={() => go(linkTo("region", { region: place.code }))}
          >
            <circle r={Math.max(size * 1.3, TARGET_PIXELS * pixel)} class="target" />
            <path d={SYMBOLS[risk]} transform={`scale(${size})`} class="symbol" vector-effect="non-scaling-stroke" />
          </g>
        );
      })}
    </>
  );
}

export function largestOf(rows: ReadonlyMap<string, Row>): number {
  let largest = 0;
  for (const row of rows.values()) largest = Math.max(largest, reported(row) ?? 0);
  return largest;
}

/** Returns half the width of a symbol whose area is in proportion to its number. */
export function symbolSize(value: number | null, largest: number): number {
  return value === null || largest <= 0 ? 0 : LARGEST * Math.sqrt(value / largest);
}

/** Returns the nearest place in the direction of an arrow key; Home and End are the first and the last by name. */
function neighbour(known: readonly Place[], from: Place, key: string): Place | undefined {
  if (key === "Home" || key === "End") {
    const byName = [...known].sort((one, other) => one.name.localeCompare(other.name, "en"));
    return key === "Home" ? byName[0] : byName[byName.length - 1];
  }
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!way) return undefined;
  const [dx = 0, dy = 0] = way;
  let best: Place | undefined;
  let least = Infinity;
  for (const place of known) {
    const along = (place.x - from.x) * dx + (place.y - from.y) * dy;
    if (place === from || along <= 0) continue;
    const aside = Math.abs((place.x - from.x) * dy) + Math.abs((place.y - from.y) * dx);
    const distance = along + 2 * aside; // what lies ahead comes before what lies aside
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}
