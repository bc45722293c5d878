// Who forecasts, how each provider is doing, what happened to the lock; and for operators, what can be done.

import { useState } from "preact/hooks";
import { useAddress } from "../address";
import { useResource } from "../api/resources";
import type { AuditShape, CheckShape, DashboardShape, LockEventShape, LockShape, ProviderHealthShape, ProviderNumbers, ProviderShape, ProvidersShape } from "../api/types";
import { lasting, momentText } from "../moments";
import { chance, figures, many } from "../numbers";
import { Answered, Card, Facts } from "../parts/frame";
import { State } from "../parts/state";
import { type Column, DataTable } from "../parts/table";
import { common } from "../texts/common";
import { providers as text } from "../texts/service";
import { Operate } from "./operate";

const EVENTS_SHOWN = 50;
const CHECKS_SHOWN = 30;
const TOLD_ELSEWHERE = new Set(["actor"]);

export function ProvidersView() {
  const kept = useResource<DashboardShape>("/api/health/dashboard");
  const facts = useResource<ProvidersShape>("/api/providers").value?.providers ?? [];
  const embedded = useAddress().embed === "1";
  return (
    <Answered kept={kept}>
      {(found) => (
        <div class="grid">
          <LockCard lock={found.lock} />
          {!embedded && <Operate lock={found.lock} monitor={found.monitor} />}
          <HealthCard found={found} facts={facts} />
          <Timeline />
        </div>
      )}
    </Answered>
  );
}

function LockCard({ lock }: { lock: LockShape }) {
  return (
    <Card title={text.lock}>
      <Facts
        rows={[
          [text.holder, <strong>{lock.locked_provider ?? text.nobody}</strong>],
          [text.since, lock.lock_acquired_at ? momentText(lock.lock_acquired_at) : "–"],
          [text.why, lock.reason],
          [text.next, lock.next_provider ?? common.none],
          [text.failures, many(lock.consecutive_failures)],
          [text.total, many(lock.total_failures)],
          [text.number, many(lock.number)],
        ]}
      />
    </Card>
  );
}

interface Known {
  readonly health: ProviderHealthShape;
  readonly facts: ProviderShape | undefined;
  readonly numbers: ProviderNumbers | undefined;
}

function HealthCard({ found, facts }: { found: DashboardShape; facts: readonly ProviderShape[] }) {
  const { monitor } = found;
  const rows: Known[] = found.providers.map((health) => ({
    health,
    facts: facts.find((one) => one.name === health.provider),
    numbers: found.metrics.find((one) => one.provider === health.provider),
  }));
  const columns: Column<Known>[] = [
    { key: "provider", title: text.columns.provider, cell: ({ health }) => (health.provider === found.lock.locked_provider ? <strong>{health.provider}</strong> : health.provider), by: ({ health }) => health.provider },
    { key: "status", title: text.columns.status, cell: ({ health }) => <State of={health.status} said={text.states[health.status] ?? health.status} />, by: ({ health }) => health.status },
    { key: "why", title: text.columns.why, cell: ({ health }) => <>{health.why}{health.parked_until ? ` ${text.parked(momentText(health.parked_until))}` : ""}</> },
    { key: "model", title: text.columns.model, cell: (one) => one.facts?.model ?? "–", wide: true },
    { key: "checks", title: text.columns.checks, cell: ({ health }) => (health.last_check ? <Checks provider={health.provider} /> : <span class="absent">{text.noChecks}</span>), wide: true },
    { key: "seconds", title: text.columns.seconds, cell: ({ health }) => (health.call_seconds ?? health.check_seconds) === null ? "–" : lasting(health.call_seconds ?? health.check_seconds ?? 0), number: true, wide: true },
    { key: "errors", title: text.columns.errors, cell: ({ health }) => (health.error_rate === null ? "–" : chance(health.error_rate)), by: ({ health }) => health.error_rate, number: true },
    { key: "calls", title: text.columns.calls, cell: (one) => many(one.numbers?.calls.count ?? 0), by: (one) => one.numbers?.calls.count ?? 0, number: true, wide: true },
    { key: "tokens", title: text.columns.tokens, cell: (one) => many(one.numbers?.calls.tokens ?? 0), by: (one) => one.numbers?.calls.tokens ?? 0, number: true, wide: true },
    { key: "cost", title: text.columns.cost, cell: (one) => `$${figures(one.numbers?.calls.cost_usd ?? 0)}`, by: (one) => one.numbers?.calls.cost_usd ?? 0, number: true },
  ];
  return (
    <Card title={text.health} wide>
      <DataTable name="health" quiet caption={text.health} columns={columns} rows={rows} keyOf={(one) => one.health.provider} empty={common.none} />
      <p class="faint">{text.monitor}: {monitor.enabled ? text.monitorState(monitor.interval_seconds) : text.monitorOff}. {text.lastLook}: {monitor.last_look_at ? momentText(monitor.last_look_at) : common.none}.</p>
    </Card>
  );
}

/** The last checks as a row of small bars: high for one that passed, low for one that failed. */
function Checks({ provider }: { provider: string }) {
  const kept = useResource<{ checks: CheckShape[] }>(`/api/health/history/${encodeURIComponent(provider)}?limit=${CHECKS_SHOWN}`);
  const checks = [...(kept.value?.checks ?? [])].reverse();
  const passed = checks.filter((one) => one.passed).length;
  return (
    <svg class="checks" viewBox={`0 0 ${CHECKS_SHOWN * 4} 16`} width={CHECKS_SHOWN * 4} height="16" role="img" aria-label={text.checksName(passed, checks.length)}>
      {checks.map((one, index) => (
        <rect key={one.at} class={one.passed ? "passed" : "missed"} x={index * 4} y={one.passed ? 1 : 9} width="3" height={one.passed ? 14 : 6}><title>{`${momentText(one.at)} ${one.message}`}</title></rect>
      ))}
    </svg>
  );
}

function Timeline() {
  const [before, go] = useState<number | null>(null);
  const kept = useResource<AuditShape>(`/api/lock/audit?limit=${EVENTS_SHOWN}${before === null ? "" : `&before=${before}`}`);
  const columns: Column<LockEventShape>[] = [
    { key: "at", title: text.eventColumns.at, cell: (one) => <time dateTime={one.timestamp}>{momentText(one.timestamp)}</time> },
    { key: "event", title: text.eventColumns.event, cell: (one) => one.event_type.replaceAll("_", " ") },
    { key: "provider", title: text.eventColumns.provider, cell: (one) => one.provider ?? "–" },
    { key: "actor", title: text.eventColumns.actor, cell: (one) => String(one.details.actor ?? "–"), wide: true },
    { key: "details", title: text.eventColumns.details, cell: (one) => detailsOf(one) },
  ];
  return (
    <Card title={text.timeline} wide>
      <Answered kept={kept}>
        {(trail) => (
          <>
            <DataTable name="audit" caption={text.timelineHelp} columns={columns} rows={[...trail.events].reverse()} keyOf={(one, index) => `${one.timestamp} ${index}`} empty={common.none} />
            {trail.earlier !== null && <p><button type="button" onClick={() => go(trail.earlier)}>{text.earlier}</button></p>}
          </>
        )}
      </Answered>
    </Card>
  );
}

function detailsOf(event: LockEventShape): string {
  return Object.entries(event.details)
    .filter(([key, value]) => !TOLD_ELSEWHERE.has(key) && value !== null && value !== "")
    .map(([key, value]) => `${key.replaceAll("_", " ")}: ${shortened(typeof value === "object" ? JSON.stringify(value) : String(value))}`)
    .join(", ");
}

function shortened(value: string): string {
  return /^[0-9a-f]{40,}$/.test(value) ? `${value.slice(0, 12)}…` : value;
}
