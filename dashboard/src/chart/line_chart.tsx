// A value over weeks, with a line at 1 where it is a ratio.

import { monthText } from "../moments";
import { figures } from "../numbers";
import { useSize } from "../parts/size";
import { common } from "../texts/common";
import { fromZero, ofTime } from "./scale";

const MARGIN = { top: 12, right: 12, bottom: 34, left: 44 };
const HEIGHT = 240;

interface Props {
  readonly points: readonly { date: string; value: number }[];
  readonly name: string;
  readonly one: boolean;
}

export function LineChart(props: Props) {
  return props.points.length === 0 ? <p class="absent">{common.none}</p> : <Drawn {...props} />;
}

function Drawn({ points, name, one }: Props) {
  const [frame, size] = useSize();
  const width = size?.width ?? 0;
  const times = points.map((point) => Date.parse(point.date));
  const x = ofTime(Math.min(...times), Math.max(...times), MARGIN.left, Math.max(width - MARGIN.right, MARGIN.left + 1), Math.max(2, width / 110));
  const y = fromZero(Math.max(one ? 1 : 0, ...points.map((point) => point.value)), HEIGHT - MARGIN.bottom, MARGIN.top, 4);
  return (
    <div class="chart" ref={frame} style={{ minHeight: `${HEIGHT}px` }}>
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={name}>
          <g class="axes">
            {y.ticks.map((tick) => <g key={tick}><line class="grid-line" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} /><text x={MARGIN.left - 6} y={y(tick) + 4} text-anchor="end">{figures(tick)}</text></g>)}
            {x.ticks.map((tick) => <g key={tick}><text x={x(tick)} y={HEIGHT - 17} text-anchor="middle">{monthText(tick)}</text><text x={x(tick)} y={HEIGHT - 3} text-anchor="middle" class="strong">{new Date(tick).getUTCMonth() === 0 ? new Date(tick).getUTCFullYear() : ""}</text></g>)}
          </g>
          {one && <line class="ideal" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(1)} y2={y(1)} />}
          <path class="curve" d={points.map((point, index) => `${index === 0 ? "M" : "L"}${x(times[index] ?? 0).toFixed(1)} ${y(point.value).toFixed(1)}`).join("")} />
          {points.map((point, index) => <circle key={point.date} class="dot" cx={x(times[index] ?? 0)} cy={y(point.value)} r={2.5}><title>{`${point.date}: ${figures(point.value)}`}</title></circle>)}
        </svg>
      )}
    </div>
  );
}
