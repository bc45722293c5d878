// What was promised against what came true, both from 0 to 1: on the diagonal they are the same.

import { chance } from "../numbers";

const SIZE = 270;
const EDGE = 48;
const INNER = SIZE - EDGE - 18;

export interface Spot {
  readonly promised: number;
  readonly came: number;
  readonly low?: number;
  readonly high?: number;
  readonly count?: number;
}

export function SquareChart({ spots, name, across, up }: { spots: readonly Spot[]; name: string; across: string; up: string }) {
  const x = (value: number) => EDGE + value * INNER;
  const y = (value: number) => 10 + (1 - value) * INNER;
  return (
    <svg class="square" viewBox={`0 0 ${SIZE} ${SIZE + 6}`} width={SIZE} height={SIZE + 6} role="img" aria-label={name}>
      <g class="axes">
        {[0, 0.5, 1].map((tick) => (
          <g key={tick}>
            <line class="grid-line" x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <line class="grid-line" x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} />
            <text x={x(0) - 5} y={y(tick) + 4} text-anchor="end">{tick * 100}</text>
            <text x={x(tick)} y={y(0) + 15} text-anchor="middle">{tick * 100}</text>
          </g>
        ))}
        <text x={x(0.5)} y={y(0) + 28} text-anchor="middle">{across} (%)</text>
        <text transform={`translate(10 ${y(0.5)}) rotate(-90)`} text-anchor="middle">{up} (%)</text>
      </g>
      <line class="ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      <path class="curve" d={spots.map((spot, index) => `${index === 0 ? "M" : "L"}${x(spot.promised)} ${y(spot.came)}`).join("")} />
      {spots.map((spot) => (
        <g key={spot.promised}>
          {spot.low !== undefined && spot.high !== undefined && <line class="whisker" x1={x(spot.promised)} x2={x(spot.promised)} y1={y(spot.low)} y2={y(spot.high)} />}
          <circle class="dot" cx={x(spot.promised)} cy={y(spot.came)} r={4}><title>{`${chance(spot.promised)}: ${chance(spot.came)}${spot.count === undefined ? "" : ` (${spot.count})`}`}</title></circle>
        </g>
      ))}
    </svg>
  );
}
