// Every forecast of the edition as one table, beside those of another edition where one is chosen.

import { useMemo } from "preact/hooks";
import { change, linkTo, useAddress } from "../address";
import { EDITIONS_SHOWN, ofEdition, useOfShown, useShown } from "../api/edition";
import { useResource } from "../api/resources";
import type { AllForecasts, EditionsShape, Forecast, Summary } from "../api/types";
import { expected, isLate, isState, newestDate } from "../map/facts";
import { dayText } from "../moments";
import { chance, counted, cut, exact, spoken } from "../numbers";
import { Answered, Card, Choice } from "../parts/frame";
import { Num, RiskMark, riskOf, TrendMark, trendOf } from "../parts/marks";
import { type Names, useNames } from "../parts/names";
import { type Column, DataTable } from "../parts/table";
import { common, inUnit, signalText } from "../texts/common";
import { now, predictions as text } from "../texts/views";

interface Compared {
  readonly row: Forecast;
  readonly before: Forecast | undefined;
}

/** What makes room for the other edition. */
const LEFT_OUT = new Set(["growth", "outbreak", "confidence", "score"]);
const RISKS = ["RED", "YELLOW", "GREEN", "unknown"] as const;
const TRENDS = ["increasing", "stable", "decreasing", "unknown"] as const;

export function PredictionsView() {
  const { kept, edition } = useShown();
  const summary = useOfShown<Summary>("/api/predictions/summary", edition);
  return (
    <Answered kept={kept}>
      {(all) => (
        <div class="grid">
          <Card wide><Answered kept={summary}>{(said) => <><p class="said">{said.explanation}</p><p class="faint">{now.saidBy(said.explanation_by)}</p></>}</Answered></Card>
          <ForecastsCard all={all} />
        </div>
      )}
    </Answered>
  );
}

function ForecastsCard({ all }: { all: AllForecasts }) {
  const address = useAddress();
  const names = useNames();
  const editions = useResource<EditionsShape>(`/api/editions?limit=${EDITIONS_SHOWN}`).value?.editions ?? [];
  const against = address.against && address.against !== String(all.edition.number) ? address.against : "";
  const other = useResource<AllForecasts>(against ? ofEdition("/api/forecasts/all", against) : null).value;
  const rows = useMemo(() => compared(all, other), [all, other]);
  const chosen = rows.filter((one) => fits(one.row, address, names));
  const inFull = address.exact === "1";
  const newest = newestDate(all.regions) ?? "";
  const columns = useMemo(() => {
    const own = columnsOf(names, inFull);
    return other ? [...own.filter((one) => !LEFT_OUT.has(one.key)), ...comparing(inFull)] : own;
  }, [names, inFull, other]);
  const every: [string, string] = ["", text.every];
  return (
    <Card wide>
      <div class="bar">
        <span class="choice"><label for="find">{text.filter}</label><input id="find" type="search" value={address.find ?? ""} onInput={(event) => change({ find: event.currentTarget.value }, true)} /></span>
        <Choice label={text.area} value={address.area ?? ""} options={[every, ["world", text.world], ["states", text.states]]} onChange={(area) => change({ area }, true)} />
        <Choice label={text.risk} value={address.risk ?? ""} options={[every, ...RISKS.map((one): [string, string] => [one, common.risk[one]])]} onChange={(risk) => change({ risk }, true)} />
        <Choice label={text.trend} value={address.trend ?? ""} options={[every, ...TRENDS.map((one): [string, string] => [one, common.trend[one]])]} onChange={(trend) => change({ trend }, true)} />
        {editions.length > 1 && <Choice label={text.against} value={against} options={[["", text.nothing], ...editions.filter((one) => one.number !== all.edition.number).map((one): [string, string] => [String(one.number), `${one.number}, ${dayText(one.timestamp)}`])]} onChange={(number) => change({ against: number })} />}
        <label class="choice"><input type="checkbox" checked={inFull} onChange={(event) => change({ exact: event.currentTarget.checked ? "1" : "" }, true)} />{text.exact}</label>
      </div>
      <p class="faint" role="status">{text.shown(chosen.length, rows.length)}{all.refusals.length > 0 ? `. ${text.refused(all.refusals.length)}.` : ""}</p>
      <DataTable name="forecasts" quiet caption={common.views.predictions} columns={columns} rows={chosen} keyOf={(one) => `${one.row.region} ${one.row.context.signal}`} empty={text.empty} classOf={(one) => (isLate(one.row, newest) ? "aged" : "")} />
      {all.refusals.length > 0 && <ul>{all.refusals.map((one) => <li key={`${one.region} ${one.signal}`}>{names(one.region)}, {signalText(one.signal)}: {one.message}</li>)}</ul>}
    </Card>
  );
}

function compared(all: AllForecasts, other: AllForecasts | null): Compared[] {
  const before = new Map(other?.regions.map((row) => [`${row.region} ${row.context.signal}`, row]));
  return all.regions.map((row) => ({ row, before: before.get(`${row.region} ${row.context.signal}`) }));
}

function fits(row: Forecast, address: Readonly<Record<string, string>>, names: Names): boolean {
  const typed = (address.find ?? "").trim().toLowerCase();
  const found = !typed || names(row.region).toLowerCase().includes(typed) || row.region.toLowerCase().startsWith(typed) || signalText(row.context.signal).includes(typed);
  const there = !address.area || isState(row.region) === (address.area === "states");
  return found && there && (!address.risk || riskOf(row.risk_level) === address.risk) && (!address.trend || trendOf(row.trend) === address.trend);
}

function columnsOf(names: Names, inFull: boolean): Column<Compared>[] {
  const say = (told: (value: number) => string) => (inFull ? exact : told);
  return [
    { key: "region", title: text.columns.region, cell: ({ row }) => <a href={linkTo("region", { region: row.region, signal: row.context.signal })}>{names(row.region)}</a>, by: ({ row }) => names(row.region) },
    { key: "signal", title: text.columns.signal, cell: ({ row }) => inUnit(row.context.signal, row.context.unit), by: ({ row }) => row.context.signal, wide: true },
    { key: "last", title: text.columns.last, cell: ({ row }) => <Num value={row.actual_cases} said={say((value) => counted(value, row.context.unit))} />, by: ({ row }) => row.actual_cases, number: true },
    { key: "on", title: text.columns.on, cell: ({ row }) => <time dateTime={row.context.last_date}>{dayText(row.context.last_date)}</time>, by: ({ row }) => row.context.last_date, wide: true },
    { key: "forecast", title: text.columns.forecast, cell: ({ row }) => <Num value={expected(row).value} said={say((value) => spoken(value, row.context.unit))} />, by: ({ row }) => expected(row).value, number: true },
    { key: "range", title: text.columns.range, cell: ({ row }) => <Interval row={row} inFull={inFull} />, number: true, wide: true },
    { key: "risk", title: text.columns.risk, cell: ({ row }) => <RiskMark level={row.risk_level} />, by: ({ row }) => row.risk_score },
    { key: "score", title: text.columns.score, cell: ({ row }) => <Num value={row.risk_score} said={say(cut)} />, by: ({ row }) => row.risk_score, number: true, wide: true },
    { key: "trend", title: text.columns.trend, cell: ({ row }) => <TrendMark trend={row.trend} />, by: ({ row }) => row.trend },
    { key: "growth", title: text.columns.growth, cell: ({ row }) => <Num value={row.context.growth_probability} said={say(chance)} />, by: ({ row }) => row.context.growth_probability, number: true, wide: true },
    { key: "outbreak", title: text.columns.outbreak, cell: ({ row }) => <Num value={row.outbreak_probability} said={say(chance)} />, by: ({ row }) => row.outbreak_probability, number: true, wide: true },
    { key: "confidence", title: text.columns.confidence, cell: ({ row }) => <Num value={row.confidence_score} said={say(chance)} />, by: ({ row }) => row.confidence_score, number: true, wide: true },
  ];
}

function Interval({ row, inFull }: { row: Forecast; inFull: boolean }) {
  const { low, high } = expected(row);
  const say = (value: number) => (inFull ? exact(value) : spoken(value, row.context.unit));
  if (low === null || high === null) return <span class="absent">–</span>;
  return <><Num value={low} said={say} /> – <Num value={high} said={say} /></>;
}

function comparing(inFull: boolean): Column<Compared>[] {
  const then = ({ before }: Compared) => (before ? expected(before).value : null);
  const difference = (one: Compared) => {
    const value = expected(one.row).value;
    const earlier = then(one);
    return value === null || earlier === null ? null : value - earlier;
  };
  const signed = (value: number) => (value > 0 ? "+" : value < 0 ? "−" : "");
  return [
    { key: "before", title: text.columns.before, cell: (one) => <Num value={then(one)} said={(value) => (inFull ? exact(value) : spoken(value, one.row.context.unit))} />, by: then, number: true },
    { key: "change", title: text.columns.change, cell: (one) => <Num value={difference(one)} said={(value) => `${signed(value)}${inFull ? exact(Math.abs(value)) : spoken(Math.abs(value), one.row.context.unit)}`} />, by: difference, number: true },
    { key: "riskBefore", title: text.columns.riskBefore, cell: ({ before }) => (before ? <RiskMark level={before.risk_level} /> : <span class="absent">–</span>), by: ({ before }) => before?.risk_score ?? null },
  ];
}
