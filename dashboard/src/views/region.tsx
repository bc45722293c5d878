// One region: what was reported, what is forecast, what was said before and what came of it.

import { useMemo, useRef } from "preact/hooks";
import { change, useAddress } from "../address";
import { EDITIONS_SHOWN, useLast, useOfShown, useShown } from "../api/edition";
import { useResource } from "../api/resources";
import type { Chart, EditionsShape, EditionShape, Forecast } from "../api/types";
import { FanChart } from "../chart/fan_chart";
import { Key } from "../chart/key";
import { cameTrue, linesOf, type Lines, type Which } from "../chart/lines";
import { LinesTable } from "../chart/lines_table";
import { asCsv, asPng, asSvg, save } from "../chart/saving";
import { expected } from "../map/facts";
import { dayText } from "../moments";
import { chance, counted, spoken } from "../numbers";
import { Answered, Card, Choice, Notice, Switch } from "../parts/frame";
import { type Names, useNames } from "../parts/names";
import { trendOf } from "../parts/marks";
import { common, inUnit, signalText } from "../texts/common";
import { region as text } from "../texts/views";
import { Newest, Record, Revisions } from "./region_data";
import { RegionFacts } from "./region_facts";

export function RegionView() {
  const { kept, edition } = useShown();
  const names = useNames();
  const address = useAddress();
  return (
    <Answered kept={kept}>
      {(all) => {
        const here = all.regions.filter((row) => row.region === address.region);
        const row = here.find((one) => one.context.signal === address.signal) ?? here[0];
        return (
          <>
            <h1>{row ? text.heading(names(row.region), signalText(row.context.signal)) : common.views.region}</h1>
            <div class="bar">
              <RegionChoice rows={all.regions} names={names} chosen={address.region ?? ""} />
              {here.length > 1 && row && <Choice label={text.signal} value={row.context.signal} options={here.map((one) => [one.context.signal, signalText(one.context.signal)])} onChange={(signal) => change({ signal })} />}
              <EditionStepper shown={edition} />
            </div>
            {!row && <Notice kind="plain">{address.region ? `${text.unknown}: ${names(address.region)}.` : text.chooseFirst}</Notice>}
            {row && edition && <OneRegion row={row} edition={edition} name={names(row.region)} key={`${row.region} ${row.context.signal}`} />}
          </>
        );
      }}
    </Answered>
  );
}

function RegionChoice({ rows, names, chosen }: { rows: readonly Forecast[]; names: Names; chosen: string }) {
  const codes = useMemo(() => [...new Set(rows.map((row) => row.region))].sort((one, other) => names(one).localeCompare(names(other), "en")), [rows, names]);
  const options: [string, string][] = codes.map((code) => [code, names(code)]);
  if (!codes.includes(chosen)) options.unshift([chosen, chosen ? names(chosen) : text.chooseFirst]);
  return <Choice label={text.choose} value={chosen} options={options} onChange={(region) => change({ region, signal: "" })} />;
}

function OneRegion({ row, edition, name }: { row: Forecast; edition: EditionShape; name: string }) {
  const path = `/api/charts/${encodeURIComponent(row.region)}?signal=${encodeURIComponent(row.context.signal)}`;
  const chart = useLast(useOfShown<Chart>(path, edition));
  const current = useResource<Chart>(path);
  return (
    <div class="grid">
      <Answered kept={chart}>{(found) => <ChartCard chart={found} current={current.value} row={row} name={name} busy={found.edition.number !== edition.number} />}</Answered>
      <div class="column">
        <RegionFacts row={row} />
        <Revisions row={row} />
      </div>
      <div class="column">
        <Newest row={row} />
        <Record row={row} />
      </div>
    </div>
  );
}

function ChartCard({ chart, current, row, name, busy }: { chart: Chart; current: Chart | null; row: Forecast; name: string; busy: boolean }) {
  const address = useAddress();
  const drawing = useRef<SVGSVGElement>(null);
  const which: Which = address.line === "deaths" && chart.deaths ? "deaths" : "cases";
  const span = ["26", "52", "156", "all"].find((one) => one === address.span) ?? "52";
  const lines = useMemo(() => linesOf(chart, current, which, span), [chart, current, which, span]);
  const signal = (which === "deaths" ? chart.deaths?.signal : chart.signal) ?? chart.signal;
  const file = `${chart.region}-${signal}-edition-${chart.edition.number}`;
  const caption = `${name}, ${signalText(signal)}. ${common.editionOf(chart.edition.number, chart.edition.provider)}, ${dayText(chart.edition.timestamp)}. ${common.title}`;
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as Element;
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    if (target.closest("select, input, .scroll")) return;
    const button = document.querySelector<HTMLButtonElement>(event.key === "ArrowLeft" ? "#earlier-edition" : "#later-edition");
    button?.click();
  };
  return (
    <Card wide className="chart-card">
      <div class="bar">
        {chart.deaths && <Switch label={text.line.label} value={which} options={[["cases", text.line.cases], ["deaths", text.line.deaths]]} onChange={(line) => change({ line: line === "cases" ? "" : line })} />}
        <Choice label={text.span.label} value={span} options={(["26", "52", "156", "all"] as const).map((one) => [one, text.span[one]])} onChange={(one) => change({ span: one === "52" ? "" : one })} />
        <span class="buttons" role="group" aria-label={common.save}>
          <button type="button" onClick={() => drawing.current && save(new Blob([asSvg(drawing.current, caption)], { type: "image/svg+xml" }), `${file}.svg`)}>{text.save.svg}</button>
          <button type="button" onClick={async () => drawing.current && save(await asPng(asSvg(drawing.current, caption)), `${file}.png`)}>{text.save.png}</button>
          <button type="button" onClick={() => save(new Blob([asCsv(lines, chart.region, signal, chart.edition)], { type: "text/csv" }), `${file}.csv`)}>{text.save.csv}</button>
        </span>
        <span class="faint keys">{text.asOfHelp}</span>
      </div>
      <p class="said" aria-live="polite">{busy ? common.loading : sentences(row, lines, which)}</p>
      <figure tabIndex={0} aria-busy={busy} onKeyDown={onKeyDown} aria-label={text.chartName(name, signalText(signal))}>
        <FanChart lines={lines} unit={chart.unit} axis={inUnit(signal, chart.unit)} name={text.chartName(name, signalText(signal))} drawing={drawing} />
        <Key lines={lines} unit={chart.unit} />
      </figure>
      <LinesTable lines={lines} unit={chart.unit} caption={caption} />
    </Card>
  );
}

/** Returns what the chart shows, in sentences made of its numbers. */
function sentences(row: Forecast, lines: Lines, which: Which): string {
  const { context } = row;
  const said: string[] = [];
  const say = text.sentence;
  if (which === "cases") {
    const last = expected(row);
    if (row.actual_cases !== null) said.push(say.last(counted(row.actual_cases, context.unit), inUnit(context.signal, context.unit), dayText(context.last_date)));
    if (last.value !== null && last.low !== null && last.high !== null) said.push(say.expect(dayText(last.date), spoken(last.value, context.unit), spoken(last.low, context.unit), spoken(last.high, context.unit)));
    const trend = row.trend && context.trend_probabilities?.[row.trend];
    if (row.trend && trend) said.push(say.trend(common.trend[trendOf(row.trend)], chance(trend)));
    if (row.outbreak_probability !== null) said.push(say.usual(chance(row.outbreak_probability)));
  }
  if (which === "deaths") said.push(...deathsInWords(lines, context.unit));
  const came = cameTrue(lines);
  if (came.length > 0) said.push(say.came(came.filter((one) => one.inside).length, came.length));
  return said.join(" ");
}

/** Returns the last report and the last horizon of a drawn line; its signal stands beside the axis. */
function deathsInWords(lines: Lines, unit: string): string[] {
  const last = lines.then.findLast((one) => one !== null);
  const end = lines.dates.length - 1;
  const band = lines.bands.find((one) => one.coverage === 0.8);
  const [date, median, low, high] = [lines.dates[end], lines.median[end], band?.low[end], band?.high[end]];
  const said = last ? [text.sentence.last(counted(last.value, unit), text.line.deaths.toLowerCase(), dayText(last.date))] : [];
  if (date && typeof median === "number" && typeof low === "number" && typeof high === "number") {
    said.push(text.sentence.expect(dayText(date), spoken(median, unit), spoken(low, unit), spoken(high, unit)));
  }
  return said;
}

function EditionStepper({ shown }: { shown: EditionShape | null }) {
  const { value } = useResource<EditionsShape>(`/api/editions?limit=${EDITIONS_SHOWN}`);
  const editions = useMemo(() => (value?.editions ?? []).filter((one) => one.withdrawn === null).sort((one, other) => one.number - other.number), [value]);
  const newest = editions[editions.length - 1];
  const at = editions.findIndex((one) => one.number === shown?.number);
  const step = (by: number) => {
    const found = editions[at + by];
    if (found) change({ edition: found.number === newest?.number ? "" : String(found.number) }, true);
  };
  if (editions.length === 0) return null;
  const chosen = shown ? String(shown.number) : "";
  return (
    <span class="choice stepper" role="group" aria-label={text.asOf}>
      <button type="button" id="earlier-edition" disabled={at <= 0} onClick={() => step(-1)} aria-label={text.earlier}>◀</button>
      <Choice label={text.asOf} value={chosen} options={[...editions].reverse().map((one) => [String(one.number), text.edition(one.number, dayText(one.timestamp))])} onChange={(number) => change({ edition: Number(number) === newest?.number ? "" : number })} />
      <button type="button" id="later-edition" disabled={at < 0 || at >= editions.length - 1} onClick={() => step(1)} aria-label={text.later}>▶</button>
      {editions.length === 1 && <span class="faint">{text.oneEdition}</span>}
    </span>
  );
}

