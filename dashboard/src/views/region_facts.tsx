// Everything that a forecast claims about a region, with its reasons where it claims nothing.

import type { Forecast } from "../api/types";
import { expected } from "../map/facts";
import { dayText } from "../moments";
import { chance, counted, cut, figures, many, spoken } from "../numbers";
import { Card, Facts } from "../parts/frame";
import { Num, RiskMark, TrendMark } from "../parts/marks";
import { common } from "../texts/common";
import { now, region } from "../texts/views";

export function RegionFacts({ row }: { row: Forecast }) {
  const { context } = row;
  const last = expected(row);
  const reasons = Object.entries(context.reasons);
  return (
    <Card title={region.facts}>
      <Facts
        rows={[
          [now.current, <><Num value={row.actual_cases} said={(value) => counted(value, context.unit)} /> <span class="faint">{now.upTo(dayText(context.last_date))}</span></>],
          [now.forecast, <><Num value={last.value} said={(value) => spoken(value, context.unit)} /> <span class="faint">{now.forDay(dayText(last.date))}</span></>],
          [now.risk, <><RiskMark level={row.risk_level} /><Num value={row.risk_score} said={(value) => region.score(cut(value))} /></>],
          [now.trend, <TrendMark trend={row.trend} />],
          [region.growth, <Num value={context.growth_probability} said={chance} />],
          [now.outbreak, <Num value={row.outbreak_probability} said={chance} />],
          [region.threshold_, <Num value={context.outbreak_threshold} said={(value) => spoken(value, context.unit)} />],
          [now.confidence, <Num value={row.confidence_score} said={chance} />],
          [region.completeness, context.completeness === null ? common.unknown : <Num value={context.completeness} said={(value) => region.completenessSaid(chance(Math.min(value, 1)))} />],
          [region.volatility, <Num value={context.volatility} said={(value) => figures(value, 2)} />],
          [region.population, <Num value={context.population} said={many} />],
          [now.provider, row.provider],
        ]}
      />
      {(context.risk_level_probabilities || context.trend_probabilities) && (
        <>
          <h3>{region.probabilities}</h3>
          {context.risk_level_probabilities && <p class="tags">{(["GREEN", "YELLOW", "RED"] as const).map((level) => <span key={level}><RiskMark level={level} /> <Num value={context.risk_level_probabilities?.[level]} said={chance} /></span>)}</p>}
          {context.trend_probabilities && <p class="tags">{(["decreasing", "stable", "increasing"] as const).map((trend) => <span key={trend}><TrendMark trend={trend} /> <Num value={context.trend_probabilities?.[trend]} said={chance} /></span>)}</p>}
        </>
      )}
      {context.findings.length > 0 && (
        <>
          <h3>{region.notes}</h3>
          <ul>{context.findings.map((one) => <li key={one.code}>{one.message}</li>)}</ul>
        </>
      )}
      {reasons.length > 0 && (
        <>
          <h3>{region.reasons}</h3>
          <ul>{reasons.map(([field, why]) => <li key={field}>{field.replaceAll("_", " ")}: {why}</li>)}</ul>
        </>
      )}
    </Card>
  );
}
