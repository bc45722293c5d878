// What was worth waking somebody for: open alerts first, each with its reason, and what became of the others.

import { useState } from "preact/hooks";
import { linkTo, useAddress } from "../address";
import { useResource } from "../api/resources";
import { useToken } from "../api/token";
import type { AlertRecordShape, AlertShape, AlertsShape, RuleRecordShape } from "../api/types";
import { momentText } from "../moments";
import { chance, many } from "../numbers";
import { Answered, Card, Notice } from "../parts/frame";
import { State } from "../parts/state";
import { type Column, DataTable } from "../parts/table";
import { common, signalText } from "../texts/common";
import { alerts as text } from "../texts/service";
import { type Action, Confirm, TokenCard } from "./operate";

const SHOWN = 200;

export function AlertsView() {
  const kept = useResource<AlertsShape>(`/api/alerts?limit=${SHOWN}`);
  const has = useToken();
  const embedded = useAddress().embed === "1";
  const [wanted, want] = useState<Action | null>(null);
  if (kept.value === null && kept.problem?.status === 404) return <Notice kind="plain">{text.absent}</Notice>;
  return (
    <Answered kept={kept}>
      {({ alerts }) => (
        <div class="grid">
          <Card title={text.open} wide>
            <DataTable name="open" quiet caption={text.open} columns={columnsOf(has && !embedded ? (alert) => want(acknowledging(alert)) : null)} rows={alerts.filter((one) => one.state === "open")} keyOf={(one) => String(one.number)} empty={text.none} />
          </Card>
          <Card title={text.past} wide>
            <DataTable name="past" quiet caption={text.past} columns={columnsOf(null)} rows={alerts.filter((one) => one.state !== "open")} keyOf={(one) => String(one.number)} empty={text.noneAtAll} />
          </Card>
          <Record />
          {!has && !embedded && <TokenCard />}
          {wanted && <Confirm action={wanted} onClose={() => want(null)} />}
        </div>
      )}
    </Answered>
  );
}

function Record() {
  const kept = useResource<AlertRecordShape>("/api/alerts/record");
  const columns: Column<RuleRecordShape>[] = [
    { key: "rule", title: text.columns.title, cell: (one) => text.rules[one.rule] ?? one.rule },
    { key: "raised", title: text.raised, cell: (one) => many(one.raised), number: true },
    { key: "hits", title: text.hits, cell: (one) => many(one.hits), number: true },
    { key: "false", title: text.falseAlarms, cell: (one) => many(one.false_alarms), number: true },
    { key: "precision", title: text.precision, cell: (one) => (one.precision === null ? "–" : chance(one.precision)), number: true },
    { key: "waiting", title: text.waiting, cell: (one) => many(one.waiting), number: true, wide: true },
  ];
  return (
    <Card title={text.record}>
      <Answered kept={kept}>{({ rules }) => <DataTable name="alert-record" caption={text.recordHelp} columns={columns} rows={rules} keyOf={(one) => one.rule} empty={common.none} />}</Answered>
      <p><a href="/api/alerts/feed.atom">{text.feed}</a></p>
    </Card>
  );
}

function acknowledging(alert: AlertShape): Action {
  return {
    title: `${text.acknowledge}: ${alert.title}`,
    path: `/api/alerts/${alert.number}/acknowledge`,
    asksReason: true,
    consequence: () => text.consequence,
    wish: (note) => ({ note }),
  };
}

function columnsOf(acknowledge: ((alert: AlertShape) => void) | null): Column<AlertShape>[] {
  return [
    { key: "title", title: text.columns.title, cell: (one) => one.title, by: (one) => one.title },
    { key: "about", title: text.columns.about, cell: (one) => <About alert={one} />, by: (one) => one.region_name ?? one.subject },
    { key: "since", title: text.columns.since, cell: (one) => <time dateTime={one.raised_at}>{momentText(one.raised_at)}</time>, by: (one) => one.raised_at },
    { key: "reason", title: text.columns.reason, cell: (one) => one.reason },
    { key: "state", title: text.columns.state, cell: (one) => <AlertState alert={one} acknowledge={acknowledge} />, by: (one) => one.state },
    { key: "came", title: text.columns.came, cell: (one) => (one.came_true === null ? "–" : one.came_true ? common.yes : common.no), wide: true },
  ];
}

function About({ alert }: { alert: AlertShape }) {
  if (alert.region === null) return <>{alert.subject ?? "–"}</>;
  return <a href={linkTo("region", { region: alert.region, ...(alert.signal ? { signal: alert.signal } : {}) })}>{alert.region_name ?? alert.region}{alert.signal ? `, ${signalText(alert.signal)}` : ""}</a>;
}

function AlertState({ alert, acknowledge }: { alert: AlertShape; acknowledge: ((alert: AlertShape) => void) | null }) {
  return (
    <>
      <State of={alert.acknowledged && alert.state === "open" ? "stale" : alert.state} said={text.states[alert.state] ?? alert.state} />{" "}
      {alert.acknowledged
        ? <span class="faint">{text.acknowledged(alert.acknowledged.actor, momentText(alert.acknowledged.at))} {alert.acknowledged.note}</span>
        : acknowledge && <button type="button" onClick={() => acknowledge(alert)}>{text.acknowledge}</button>}
    </>
  );
}
