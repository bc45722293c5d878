// What is told of a region that is pointed at or stepped to, as a box and as one sentence.

import type { Forecast } from "../api/types";
import { dayText } from "../moments";
import { chance, counted, cut, spoken } from "../numbers";
import { Num, RiskMark, riskOf, TrendMark, trendOf } from "../parts/marks";
import { common, inUnit, signalText } from "../texts/common";
import { now } from "../texts/views";
import { expected } from "./facts";

export function RegionTip({ row, name, left, top }: { row: Forecast; name: string; left: number; top: number }) {
  const { context } = row;
  const last = expected(row);
  const sides = `${left > 0.6 ? "leftward" : "rightward"} ${top > 0.5 ? "upward" : "downward"}`;
  return (
    <div class={`tip ${sides}`} style={{ left: `${left * 100}%`, top: `${top * 100}%` }} aria-hidden="true">
      <strong>{name}</strong>
      <span class="faint">{inUnit(context.signal, context.unit)}</span>
      <dl>
        <dt>{now.current}</dt><dd><Num value={row.actual_cases} said={(value) => counted(value, context.unit)} /> <span class="faint">{now.upTo(dayText(context.last_date))}</span></dd>
        <dt>{now.forecast}</dt><dd><Num value={last.value} said={(value) => spoken(value, context.unit)} /> <span class="faint">{now.forDay(dayText(last.date))}</span></dd>
        <dt>{now.risk}</dt><dd><RiskMark level={row.risk_level} {...(row.risk_score === null ? {} : { score: cut(row.risk_score) })} /></dd>
        <dt>{now.trend}</dt><dd><TrendMark trend={row.trend} /></dd>
        <dt>{now.outbreak}</dt><dd><Num value={row.outbreak_probability} said={chance} /></dd>
        <dt>{now.confidence}</dt><dd><Num value={row.confidence_score} said={chance} /></dd>
        <dt>{now.provider}</dt><dd>{row.provider}</dd>
      </dl>
    </div>
  );
}

export function regionSentence(row: Forecast, name: string): string {
  const { context } = row;
  const last = expected(row);
  const said = [`${name}: ${now.risk.toLowerCase()} ${common.risk[riskOf(row.risk_level)].toLowerCase()}`];
  if (row.actual_cases !== null) said.push(`${counted(row.actual_cases, context.unit)} ${signalText(context.signal)} ${now.upTo(dayText(context.last_date))}`);
  if (last.value !== null) said.push(`${now.forecast.toLowerCase()} ${spoken(last.value, context.unit)} ${now.forDay(dayText(last.date))}`);
  said.push(`${now.trend.toLowerCase()} ${common.trend[trendOf(row.trend)]}`);
  if (row.confidence_score !== null) said.push(`${now.confidence.toLowerCase()} ${chance(row.confidence_score)}`);
  return `${said.join(", ")}. ${now.provider}: ${row.provider}.`;
}
