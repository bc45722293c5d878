// The first page: where the risk is, what rises and falls, and the same in words.

import { useMemo } from "preact/hooks";
import { change, linkTo, useAddress } from "../address";
import { useLast, useOfShown, useShown } from "../api/edition";
import type { Kept } from "../api/resources";
import type { GlobalForecast, InShort, Summary } from "../api/types";
import { type Area, WIDTHS } from "../map/geometry";
import { expected, isLeftOut, newestDate, type Row, rowsOn, signalsOf } from "../map/facts";
import { Legend } from "../map/legend";
import { RiskMap } from "../map/risk_map";
import { dayText } from "../moments";
import { chance, counted, cut, spoken } from "../numbers";
import { Answered, Card, Choice, Facts, Notice, Switch } from "../parts/frame";
import { Num, RiskMark, TrendMark } from "../parts/marks";
import { type Names, useNames } from "../parts/names";
import { common, inUnit, signalText } from "../texts/common";
import { now } from "../texts/views";

export function NowView() {
  const { kept, edition } = useShown();
  const address = useAddress();
  const names = useNames();
  const summary = useLast(useOfShown<Summary>("/api/predictions/summary", edition));
  const world = useOfShown<GlobalForecast>("/api/forecasts/global", edition);
  // All of it at once: what came in pieces would push away what somebody reads already.
  return (
    <Answered kept={kept}>
      {(all) => (
        <Answered kept={summary}>
          {(said) => (
            <div class="grid now">
              <MapCard rows={all.regions} />
              <Words said={said} world={world} />
              <Rankings said={ranked(said, all.regions, names, address.map === "states")} />
            </div>
          )}
        </Answered>
      )}
    </Answered>
  );
}

function Words({ said, world }: { said: Summary; world: Kept<GlobalForecast> }) {
  return (
    <Card title={now.inWords} className="words">
      <p class="said">{said.explanation}</p>
      <p class="faint">{now.saidBy(said.explanation_by)}</p>
      <p class="faint">{now.counted(said.counts.risk_level as Record<"RED" | "YELLOW" | "GREEN" | "unknown", number>)}</p>
      <Answered kept={world}>{(sum) => <WorldSum sum={sum} />}</Answered>
    </Card>
  );
}

function Rankings({ said }: { said: Ranked }) {
  return (
    <>
      <Ranking title={now.topRisks} rows={said.highest_risk} empty={now.noneRisky} value={(row) => <RiskMark level={row.risk_level} {...(row.risk_score === null ? {} : { score: cut(row.risk_score) })} />} />
      <Ranking title={now.risers} rows={said.rising} empty={now.noneRising} value={(row) => <Certainty row={row} rising />} />
      <Ranking title={now.fallers} rows={said.falling} empty={now.noneFalling} value={(row) => <Certainty row={row} rising={false} />} />
    </>
  );
}

type Ranked = Pick<Summary, "highest_risk" | "rising" | "falling">;

const LISTED = 10; // as in the service's own lists

/** Returns the service's lists, or the same of the states, which its summary leaves out where their data are old. */
function ranked(summary: Summary, rows: readonly Row[], names: Names, states: boolean): Ranked {
  if (!states) return summary;
  const there = rowsOn("states", rows).map((row): InShort => ({
    ...row, name: names(row.region), signal: row.context.signal, growth_probability: row.context.growth_probability, last_date: row.context.last_date,
  }));
  const by = (value: (row: InShort) => number) => (one: InShort, other: InShort) => value(other) - value(one) || one.region.localeCompare(other.region);
  const growth = (row: InShort) => row.growth_probability ?? 0.5;
  return {
    highest_risk: there.filter((row) => row.risk_score !== null).sort(by((row) => row.risk_score ?? 0)).slice(0, LISTED),
    rising: there.filter((row) => row.trend === "increasing").sort(by(growth)).slice(0, LISTED),
    falling: there.filter((row) => row.trend === "decreasing").sort(by((row) => 1 - growth(row))).slice(0, LISTED),
  };
}

function MapCard({ rows }: { rows: readonly Row[] }) {
  const address = useAddress();
  const names = useNames();
  const area: Area = address.map === "states" ? "states" : "world";
  const there = useMemo(() => rowsOn(area, rows), [area, rows]);
  const signals = useMemo(() => signalsOf(there), [there]);
  const signal = signals.find((one) => one === address.signal) ?? signals[0] ?? "";
  const shown = useMemo(() => new Map(there.filter((row) => row.context.signal === signal).map((row) => [row.region, row])), [there, signal]);
  const newest = newestDate(rows) ?? "";
  const newestHere = newestDate([...shown.values()]);
  const areaText = area === "world" ? now.world : now.states;
  const near = address.zoom !== "all";
  const off = [...shown.values()].filter((row) => row.region === "WORLD");
  return (
    <Card title={now.map} wide className="map-card">
      <div class="bar">
        <Switch label={now.map} value={area} options={[["world", now.world], ["states", now.states]]} onChange={(map) => change({ map: map === "world" ? "" : map, signal: "" })} />
        {area === "world" && <Switch label={now.zoom} value={near ? "fit" : "all"} options={[["fit", now.zoomFit], ["all", now.zoomAll]]} onChange={(zoom) => change({ zoom: zoom === "fit" ? "" : zoom }, true)} />}
        {signals.length > 1 && <Choice label={now.signal} value={signal} options={signals.map((one) => [one, signalText(one)])} onChange={(one) => change({ signal: one })} />}
        <span class="faint keys">{now.mapHelp}</span>
      </div>
      {shown.size === 0 && <Notice kind="plain">{now.noneOnMap}</Notice>}
      {newestHere && isLeftOut({ context: { last_date: newestHere } } as Row, newest) && <Notice kind="old" title={common.oldData}>{now.mapOld(dayText(newestHere))}</Notice>}
      <RiskMap area={area} name={now.mapName(areaText, signalText(signal))} rows={shown} newest={newest} near={near} key={area} />
      {area === "states" && <p class="faint inset-words">{now.territories}</p>}
      <Legend rows={shown} units={WIDTHS[area]} />
      <p><a href={linkTo("predictions", { area })}>{now.asTable}</a></p>
      {off.length > 0 && <p class="faint">{now.offMap}: {off.map((row) => names(row.region)).join(", ")}</p>}
    </Card>
  );
}

function WorldSum({ sum }: { sum: GlobalForecast }) {
  const { context } = sum;
  const last = expected(sum);
  if (sum.actual_cases === null) return null;
  return (
    <>
      <h3>{now.world_total}</h3>
      <Facts
        rows={[
          [`${now.current} (${inUnit(context.signal, context.unit)})`, <><Num value={sum.actual_cases} said={(value) => counted(value, context.unit)} /> <span class="faint">{now.upTo(dayText(context.last_date))}</span></>],
          [now.forecast, <><Num value={last.value} said={(value) => spoken(value, context.unit)} /> <span class="faint">{now.forDay(dayText(last.date))}{last.low !== null && last.high !== null ? `, ${now.range80(spoken(last.low, context.unit), spoken(last.high, context.unit))}` : ""}</span></>],
        ]}
      />
      {sum.world.parts.length > 0 && <p class="faint">{now.parts(sum.world.parts.length, sum.world.missing.length)}</p>}
    </>
  );
}

function Ranking({ title, rows, empty, value }: { title: string; rows: readonly InShort[]; empty: string; value: (row: InShort) => preact.ComponentChildren }) {
  return (
    <Card title={title} className="ranking">
      {rows.length === 0 ? <p class="absent">{empty}</p> : (
        <ol>
          {rows.map((row) => (
            <li key={row.region}>
              <a href={linkTo("region", { region: row.region })}>{row.name}</a>
              <span class="faint">{now.upTo(dayText(row.last_date))}</span>
              <span class="value">{value(row)}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Certainty({ row, rising }: { row: InShort; rising: boolean }) {
  const growth = row.growth_probability;
  return (
    <span class="mark">
      <TrendMark trend={row.trend} />
      <Num value={growth === null ? null : rising ? growth : 1 - growth} said={chance} />
    </span>
  );
}
