// What colours, symbols and sizes of the map mean.

import { counted } from "../numbers";
import { RiskMark } from "../parts/marks";
import { inUnit } from "../texts/common";
import { now } from "../texts/views";
import { largestOf, symbolSize } from "./risk_map";
import type { Row } from "./facts";

export function Legend({ rows, units }: { rows: ReadonlyMap<string, Row>; units: number }) {
  const largest = largestOf(rows);
  const first = rows.values().next().value;
  const sizes = largest > 0 ? [largest, largest / 10] : [];
  return (
    <div class="legend">
      <p><span class="legend-title">{now.legendRisk}</span> <RiskMark level="GREEN" /> <RiskMark level="YELLOW" /> <RiskMark level="RED" /> <RiskMark level={null} /></p>
      {first && sizes.length > 0 && (
        <p>
          <span class="legend-title">{now.legendSize} ({inUnit(first.context.signal, first.context.unit)})</span>
          {sizes.map((value) => {
            const half = symbolSize(value, largest);
            return (
              <span class="mark" key={value}>
                <svg viewBox={`${-half} ${-half} ${2 * half} ${2 * half}`} style={{ width: `${(200 * half) / units}cqw`, minWidth: "8px" }} aria-hidden="true"><circle r={half} class="sample" /></svg>
                <span>{counted(value, first.context.unit)}</span>
              </span>
            );
          })}
        </p>
      )}
      <p>
        <span class="mark"><svg viewBox="0 0 24 14" width="24" height="14" aria-hidden="true"><rect width="24" height="14" class="swatch-late" /><path d="M2 14 14 0M10 14 22 0" class="swatch-lines" /></svg><span>{now.legendOld}</span></span>
        <span class="mark"><svg viewBox="0 0 24 14" width="24" height="14" aria-hidden="true"><rect width="24" height="14" class="land" /></svg><span>{now.legendNone}</span></span>
      </p>
    </div>
  );
}
