// What the service did lately, step by step, and how fresh what it reads is.

import { change, linkTo, useAddress } from "../address";
import { useResource } from "../api/resources";
import type { CycleShape, CyclesShape, CycleWithSteps, HealthShape, SourceShape, SourcesShape, StepShape } from "../api/types";
import { ago, dayText, lasting, momentText } from "../moments";
import { many } from "../numbers";
import { Answered, Card, Facts } from "../parts/frame";
import { State } from "../parts/state";
import { type Column, DataTable } from "../parts/table";
import { common, signalText } from "../texts/common";
import { cycles as text } from "../texts/service";

const CYCLES_SHOWN = 20;

export function CyclesView() {
  const cycles = useResource<CyclesShape>(`/api/cycles?limit=${CYCLES_SHOWN}`);
  const health = useResource<HealthShape>("/api/health/status");
  const sources = useResource<SourcesShape>("/api/sources");
  return (
    <div class="grid">
      <Card title={text.service}><Answered kept={health}>{(found) => <Service health={found} />}</Answered></Card>
      <Card title={text.schedule}><Answered kept={cycles}>{(found) => <Schedule found={found} />}</Answered></Card>
      <Card title={text.last}><Answered kept={cycles}>{(found) => <Cycles found={found} />}</Answered></Card>
      <Answered kept={cycles}>{(found) => <Steps found={found} />}</Answered>
      <Card title={text.feeds} wide><Answered kept={sources}>{(found) => <Feeds sources={found.sources} />}</Answered></Card>
    </div>
  );
}

function Service({ health }: { health: HealthShape }) {
  const verdict = health.verdict ?? "unknown";
  return (
    <>
      <Facts
        rows={[
          [text.service, <State of={verdict} said={text.verdicts[verdict] ?? common.unknown} />],
          [text.running, ago(health.service.uptime_seconds)],
          [text.version, health.service.version],
        ]}
      />
      {health.findings.length === 0 ? <p class="faint">{health.verdict === "healthy" ? text.fine : text.unchecked}</p> : (
        <>
          <h3>{text.findings}</h3>
          <ul>{health.findings.map((one) => <li key={one.code}><State of={one.verdict} said={text.verdicts[one.verdict] ?? one.verdict} /> {one.message} {one.remedy}</li>)}</ul>
        </>
      )}
    </>
  );
}

function Schedule({ found }: { found: CyclesShape }) {
  const { schedule } = found;
  return (
    <Facts
      rows={[
        [text.schedule, schedule.paused ? <State of="stale" said={text.paused(schedule.reason)} /> : text.every(Math.round(schedule.interval_seconds / 60))],
        [text.next, found.next_slot ? momentText(found.next_slot) : text.noNext],
      ]}
    />
  );
}

function seconds(one: { started_at: string; ended_at: string | null }): string {
  return one.ended_at === null ? "–" : lasting((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000);
}

function Cycles({ found }: { found: CyclesShape }) {
  const outcome = (one: CycleShape) => one.outcome ?? "running";
  const columns: Column<CycleShape>[] = [
    { key: "number", title: text.columns.number, cell: (one) => <a href={linkTo("cycles", { cycle: String(one.number) })}>{one.number}</a>, by: (one) => one.number },
    { key: "started", title: text.columns.started, cell: (one) => <time dateTime={one.started_at}>{momentText(one.started_at)}</time>, by: (one) => one.started_at },
    { key: "outcome", title: text.columns.outcome, cell: (one) => <State of={outcome(one)} said={text.outcomes[outcome(one)] ?? outcome(one)} />, by: outcome },
    { key: "took", title: text.columns.took, cell: seconds, number: true, wide: true },
    { key: "trigger", title: text.columns.trigger, cell: (one) => one.trigger, wide: true },
    { key: "edition", title: text.columns.edition, cell: (one) => (one.edition === null ? "–" : <a href={linkTo("predictions", { edition: String(one.edition) })}>{one.edition}</a>), number: true },
  ];
  return <DataTable name="cycles" quiet caption={text.last} columns={columns} rows={found.cycles} keyOf={(one) => String(one.number)} empty={common.none} />;
}

function Steps({ found }: { found: CyclesShape }) {
  const asked = useAddress().cycle;
  const number = asked ? Number(asked) : found.cycles[0]?.number;
  const kept = useResource<CycleWithSteps>(number === undefined ? null : `/api/cycles/${encodeURIComponent(number)}`);
  if (number === undefined) return null;
  const columns: Column<StepShape>[] = [
    { key: "name", title: text.stepColumns.name, cell: (one) => one.name },
    { key: "outcome", title: text.stepColumns.outcome, cell: (one) => <State of={one.outcome} said={text.stepOutcomes[one.outcome] ?? one.outcome} /> },
    { key: "message", title: text.stepColumns.message, cell: (one) => <>{one.message}{one.code && <><br /><code>{one.code}</code></>}{one.remedy && <><br /><strong>{text.remedy}:</strong> {one.remedy}</>}</> },
    { key: "took", title: text.stepColumns.took, cell: seconds, number: true, wide: true },
    { key: "attempts", title: text.stepColumns.attempts, cell: (one) => one.attempts, number: true, wide: true },
  ];
  return (
    <Card title={text.steps(number)}>
      <Answered kept={kept}>{(cycle) => <DataTable name="steps" quiet caption={text.steps(cycle.number)} columns={columns} rows={cycle.steps} keyOf={(one) => one.name} empty={common.none} />}</Answered>
    </Card>
  );
}

function stateOf(source: SourceShape): string {
  if (!source.read) return "off";
  if (source.unusable) return "unusable";
  if (source.failing_parts.length > 0 || source.freshness.outcome === "failed") return "failed";
  if (source.freshness.newest_target_date === null) return "never";
  if (source.archive) return "archive";
  return source.freshness.stale ? "stale" : "fresh";
}

function Feeds({ sources }: { sources: readonly SourceShape[] }) {
  const all = useAddress().feeds === "all";
  const read = sources.filter((one) => one.read);
  const columns: Column<SourceShape>[] = [
    { key: "name", title: text.feedColumns.name, cell: (one) => <>{one.title}<br /><span class="faint">{one.name}: {one.signals.map((signal) => signalText(signal.signal)).join(", ")}</span></>, by: (one) => one.name },
    { key: "state", title: text.feedColumns.state, cell: (one) => <><State of={stateOf(one)} said={text.feedStates[stateOf(one)] ?? ""} />{one.unusable && <><br />{one.unusable}</>}{stateOf(one) === "failed" && one.last_fault?.message && <><br />{one.last_fault.message}</>}</>, by: stateOf },
    { key: "newest", title: text.feedColumns.newest, cell: (one) => (one.freshness.newest_target_date ? <time dateTime={one.freshness.newest_target_date}>{dayText(one.freshness.newest_target_date)}</time> : "–"), by: (one) => one.freshness.newest_target_date },
    { key: "age", title: text.feedColumns.age, cell: (one) => (one.freshness.age_days === null ? "–" : text.days(many(one.freshness.age_days))), by: (one) => one.freshness.age_days, number: true },
    { key: "read", title: text.feedColumns.read, cell: (one) => (one.freshness.last_success_at ? momentText(one.freshness.last_success_at) : "–"), by: (one) => one.freshness.last_success_at, wide: true },
    { key: "values", title: text.feedColumns.values, cell: (one) => many(one.counts.values), by: (one) => one.counts.values, number: true, wide: true },
    { key: "rejected", title: text.feedColumns.rejected, cell: (one) => many(one.counts.rejected), by: (one) => one.counts.rejected, number: true, wide: true },
    { key: "licence", title: text.feedColumns.licence, cell: (one) => <>{one.licence}<br /><span class="faint">{one.attribution}</span></>, wide: true },
  ];
  return (
    <>
      <DataTable name="feeds" quiet caption={text.feeds} columns={columns} rows={all ? sources : read} keyOf={(one) => one.name} empty={common.none} />
      {!all && sources.length > read.length && <p><button type="button" onClick={() => change({ feeds: "all" }, true)}>{text.others(sources.length - read.length)}</button></p>}
    </>
  );
}
