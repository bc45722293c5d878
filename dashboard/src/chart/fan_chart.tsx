// The fan: what was reported, the median forecast, and the intervals around it, as a drawing that can be saved.

import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { dayText, monthText } from "../moments";
import { counted, spoken } from "../numbers";
import { Num } from "../parts/marks";
import { useSize } from "../parts/size";
import { region } from "../texts/views";
import { cameTrue, type Lines, type Point, type TableRow, tableOf } from "./lines";
import { fromZero, ofTime, type Scale } from "./scale";

const MARGIN = { top: 30, right: 16, bottom: 34, left: 62 };
const RATIO = 0.42;
const LEAST_HEIGHT = 260;
const MOST_HEIGHT = 560;
const HEADROOM = 1.04;
const JANUARY = 0;

interface Props {
  readonly lines: Lines;
  readonly unit: string;
  readonly axis: string;
  readonly name: string;
  readonly drawing: RefObject<SVGSVGElement | null>;
}

export function FanChart({ lines, unit, axis, name, drawing }: Props) {
  const [frame, size] = useSize();
  const width = size?.width ?? 0;
  const [pointed, point] = useState<TableRow | null>(null);
  const height = Math.round(Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, width * RATIO)));
  const scales = width > 0 && (lines.then.some((one) => one !== null) || lines.dates.length > 0) ? scalesOf(lines, width, height) : null;
  const onMouseMove = (event: MouseEvent) => {
    if (!scales || !drawing.current) return;
    const x = event.clientX - drawing.current.getBoundingClientRect().left;
    point(nearest(tableOf(lines), scales.x, x));
  };
  return (
    <div class="chart" ref={frame} style={{ minHeight: `${LEAST_HEIGHT}px` }} onMouseMove={onMouseMove} onMouseLeave={() => point(null)}>
      {scales && (
        <svg ref={drawing} viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={name}>
          <Axes {...scales} width={width} height={height} unit={unit} axis={axis} />
          <Fan lines={lines} {...scales} />
          <Reported lines={lines} {...scales} />
          {pointed && <line class="guide" x1={scales.x(Date.parse(pointed.date))} x2={scales.x(Date.parse(pointed.date))} y1={MARGIN.top} y2={height - MARGIN.bottom} />}
        </svg>
      )}
      {scales && pointed && <PointTip row={pointed} lines={lines} unit={unit} left={scales.x(Date.parse(pointed.date))} width={width} />}
    </div>
  );
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function scalesOf(lines: Lines, width: number, height: number): Scales {
  const points = [...lines.then, ...(lines.now ?? [])].filter((one) => one !== null);
  const times = [...points.map((one) => one.at), ...lines.dates.map((one) => Date.parse(one))];
  const values = [...points.map((one) => one.value), ...lines.bands.flatMap((one) => one.high).filter((one) => one !== null)];
  // A bound far above everything would flatten what is to be seen; the legend says that it lies outside.
  const largest = Math.max(0, ...values);
  const top = lines.threshold !== null && lines.threshold <= largest * 1.5 ? Math.max(largest, lines.threshold) : largest;
  return {
    x: ofTime(Math.min(...times), Math.max(...times), MARGIN.left, width - MARGIN.right, Math.max(2, width / 110)),
    y: fromZero(top * HEADROOM, height - MARGIN.bottom, MARGIN.top, 5),
  };
}

export function isInSight(lines: Lines): boolean {
  const values = [...lines.then, ...(lines.now ?? [])].filter((one) => one !== null).map((one) => one.value);
  const largest = Math.max(0, ...values, ...lines.bands.flatMap((one) => one.high).filter((one) => one !== null));
  return lines.threshold !== null && lines.threshold <= largest * 1.5;
}

function Axes({ x, y, width, height, unit, axis }: Scales & { width: number; height: number; unit: string; axis: string }) {
  return (
    <g class="axes">
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid-line" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
          <text x={MARGIN.left - 8} y={y(tick) + 4} text-anchor="end">{unit === "share" ? `${Number((tick * 100).toPrecision(6))} %` : tick.toLocaleString("en")}</text>
        </g>
      ))}
      {x.ticks.map((tick, index) => {
        const year = new Date(tick).getUTCMonth() === JANUARY || index === 0;
        return (
          <g key={tick}>
            <line class="tick" x1={x(tick)} x2={x(tick)} y1={height - MARGIN.bottom} y2={height - MARGIN.bottom + 5} />
            <text x={x(tick)} y={height - MARGIN.bottom + 17} text-anchor="middle">{monthText(tick)}</text>
            {year && <text x={x(tick)} y={height - MARGIN.bottom + 31} text-anchor="middle" class="strong">{new Date(tick).getUTCFullYear()}</text>}
          </g>
        );
      })}
      <text x={MARGIN.left - 50} y={14} class="strong">{axis}</text>
    </g>
  );
}

function Fan({ lines, x, y }: Scales & { lines: Lines }) {
  const start = lines.then.findLast((one) => one !== null) ?? null;
  const times = lines.dates.map((one) => Date.parse(one));
  const first = times[0];
  return (
    <g>
      {lines.bands.map((band) => <path key={band.coverage} class={`band band-${Math.round(band.coverage * 100)}`} d={outline(start, times, band.low, band.high, x, y)} />)}
      {lines.threshold !== null && isInSight(lines) && first !== undefined && (
        <line class="threshold" x1={x(start?.at ?? first)} x2={x(times[times.length - 1] ?? first)} y1={y(lines.threshold)} y2={y(lines.threshold)} />
      )}
      <path class="median" d={pathOf([start, ...times.map((at, index) => pointAt(at, lines.median[index]))], x, y)} />
      {times.map((at, index) => {
        const value = lines.median[index];
        return value === null || value === undefined ? null : <circle key={at} class="median-dot" cx={x(at)} cy={y(value)} r={3} />;
      })}
    </g>
  );
}

function Reported({ lines, x, y }: Scales & { lines: Lines }) {
  const dots = lines.then.length <= 60 ? lines.then.filter((one) => one !== null) : [];
  return (
    <g>
      {lines.now && <path class="reported-now" d={pathOf(lines.now, x, y)} />}
      <path class="reported" d={pathOf(lines.then, x, y)} />
      {dots.map((one) => <circle key={one.at} class="reported-dot" cx={x(one.at)} cy={y(one.value)} r={2.2} />)}
      {cameTrue(lines).map((one) => <circle key={one.date} class={`came ${one.inside ? "" : "outside"}`} cx={x(Date.parse(one.date))} cy={y(one.value)} r={5} />)}
    </g>
  );
}

function pointAt(at: number, value: number | null | undefined): Point | null {
  return value === null || value === undefined ? null : { date: "", at, value };
}

/** Returns the line through points, broken at gaps. */
function pathOf(points: readonly (Point | null)[], x: Scale, y: Scale): string {
  let pen = "M";
  return points.map((one) => {
    if (one === null) {
      pen = "M";
      return "";
    }
    const word = `${pen}${x(one.at).toFixed(1)} ${y(one.value).toFixed(1)}`;
    pen = "L";
    return word;
  }).join("");
}

function outline(start: Point | null, times: readonly number[], low: readonly (number | null)[], high: readonly (number | null)[], x: Scale, y: Scale): string {
  const corners = (bounds: readonly (number | null)[]) => times.flatMap((at, index) => {
    const bound = bounds[index];
    return bound === null || bound === undefined ? [] : [`${x(at).toFixed(1)} ${y(bound).toFixed(1)}`];
  });
  const begin = start ? [`${x(start.at).toFixed(1)} ${y(start.value).toFixed(1)}`] : [];
  const all = [...begin, ...corners(high), ...corners(low).reverse()];
  return all.length > 2 ? `M${all.join("L")}Z` : "";
}

function nearest(rows: readonly TableRow[], x: Scale, at: number): TableRow | null {
  return rows.reduce<TableRow | null>((best, row) => (best === null || Math.abs(x(Date.parse(row.date)) - at) < Math.abs(x(Date.parse(best.date)) - at) ? row : best), null);
}

function PointTip({ row, lines, unit, left, width }: { row: TableRow; lines: Lines; unit: string; left: number; width: number }) {
  const bounds = lines.bands.map((band, index) => ({ percent: Math.round(band.coverage * 100), low: row.bounds[2 * index] ?? null, high: row.bounds[2 * index + 1] ?? null }));
  return (
    <div class={`tip ${left > width / 2 ? "leftward" : "rightward"}`} style={{ left: `${left}px`, top: "1rem" }} aria-hidden="true">
      <strong>{dayText(row.date)}</strong>
      <dl>
        {row.then !== null && <><dt>{region.knownThen}</dt><dd><Num value={row.then} said={(value) => counted(value, unit)} /></dd></>}
        {row.now !== null && <><dt>{region.knownNow}</dt><dd><Num value={row.now} said={(value) => counted(value, unit)} /></dd></>}
        {row.median !== null && <><dt>{region.median}</dt><dd><Num value={row.median} said={(value) => spoken(value, unit)} /></dd></>}
        {bounds.map(({ percent, low, high }) => low !== null && high !== null && <><dt>{region.band(percent)}</dt><dd>{spoken(low, unit)} – {spoken(high, unit)}</dd></>)}
      </dl>
    </div>
  );
}
