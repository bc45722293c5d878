// Whether intervals hold what they promise, and whether probabilities mean what they say.

import { useResource } from "../api/resources";
import type { CoverageShape, EvaluationShapesEventShape, ReliabilityShape } from "../api/types";
import { type Spot, SquareChart } from "../chart/square_chart";
import { chance, figures, many } from "../numbers";
import { Answered, Card } from "../parts/frame";
import { riskOf, trendOf } from "../parts/marks";
import { DataTable } from "../parts/table";
import { common } from "../texts/common";
import { evaluation as text } from "../texts/service";

export function Coverage({ path }: { path: string }) {
  const kept = useResource<CoverageShape>(path);
  return (
    <Card title={text.coverage} wide>
      <Answered kept={kept}>
        {(found) => {
          const known = found.overall.intervals.flatMap((one) => (one.covered === null ? [] : [{ promised: one.nominal, came: one.covered }]));
          return (
            <div class="tags">
              <SquareChart spots={known} name={text.coverageName} across={text.promised} up={text.came} />
              <div class="beside">
                <DataTable
                  name="coverage"
                  caption={text.pairs(many(found.overall.values))}
                  rows={known}
                  keyOf={(one) => String(one.promised)}
                  empty={common.none}
                  columns={[
                    { key: "promised", title: text.promised, cell: (one: Spot) => `${Math.round(one.promised * 100)} %`, number: true },
                    { key: "came", title: text.came, cell: (one: Spot) => chance(one.came), number: true },
                  ]}
                />
              </div>
            </div>
          );
        }}
      </Answered>
    </Card>
  );
}

export function Reliability({ path }: { path: string }) {
  const kept = useResource<ReliabilityShape>(path);
  return (
    <Card title={text.reliability} wide>
      <p class="faint">{text.reliabilityHelp}</p>
      <Answered kept={kept}>
        {({ overall }) => (
          <div class="figures">
            {Object.entries(overall.claims).map(([name, event]) => <Event key={name} title={text.claims[name] ?? name} event={event} />)}
            {Object.entries(overall.levels).flatMap(([name, levels]) =>
              Object.entries(levels.one_against_rest).map(([level, event]) => <Event key={`${name} ${level}`} title={text.levelOf(text.levels[name] ?? name, levelText(level))} event={event} />),
            )}
          </div>
        )}
      </Answered>
    </Card>
  );
}

function SpotsTable({ title, spots }: { title: string; spots: readonly Required<Spot>[] }) {
  return (
    <details>
      <summary>{text.table}</summary>
      <DataTable
        name="spots"
        quiet
        caption={title}
        rows={spots}
        keyOf={(one) => String(one.promised)}
        empty={common.none}
        columns={[
          { key: "promised", title: text.promised, cell: (one) => chance(one.promised), number: true },
          { key: "came", title: text.came, cell: (one) => chance(one.came), number: true },
          { key: "range", title: text.range, cell: (one) => `${chance(one.low)} – ${chance(one.high)}`, number: true },
          { key: "count", title: text.count, cell: (one) => many(one.count), number: true },
        ]}
      />
    </details>
  );
}

function levelText(level: string): string {
  const risk = riskOf(level);
  return risk === "unknown" ? common.trend[trendOf(level)] : common.risk[risk];
}

function Event({ title, event }: { title: string; event: EvaluationShapesEventShape }) {
  const spots = event.curve.map((one) => ({ promised: one.probability, came: one.frequency, low: one.low, high: one.high, count: one.pairs }));
  const said = [text.pairs(many(event.pairs))];
  if (event.frequency !== null) said.push(text.frequency(chance(event.frequency)));
  if (event.brier.score !== null && event.brier.score !== undefined) said.push(text.brier(figures(event.brier.score)));
  return (
    <figure>
      <figcaption><strong>{title}</strong><br /><span class="faint">{said.join(", ")}</span></figcaption>
      {spots.length > 0 ? <SquareChart spots={spots} name={`${title}: ${said.join(", ")}`} across={text.promised} up={text.came} /> : <p class="absent">{event.reason}</p>}
      {spots.length > 0 && <SpotsTable title={title} spots={spots} />}
    </figure>
  );
}
