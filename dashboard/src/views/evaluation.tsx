// How good the forecasts were: against the baseline, over time, and whether intervals and probabilities held.

import { change, useAddress } from "../address";
import { useResource } from "../api/resources";
import type { ProvidersShape, ScoresShape } from "../api/types";
import { LineChart } from "../chart/line_chart";
import { dayText, momentText } from "../moments";
import { many } from "../numbers";
import { Answered, Card, Choice, Notice } from "../parts/frame";
import { useNames } from "../parts/names";
import { DataTable } from "../parts/table";
import { common, signalText } from "../texts/common";
import { evaluation as text } from "../texts/service";
import { Coverage, Reliability } from "./calibration";
import { ScoresTable, type Split } from "./scores_table";

const SPLITS: readonly Split[] = ["provider", "horizon", "region", "signal", "source"];

export function EvaluationView() {
  const address = useAddress();
  const split = SPLITS.find((one) => one === address.by) ?? "provider";
  const chosen: Record<string, string> = {};
  if (address.provider) chosen.provider = address.provider;
  if (address.signal) chosen.signal = address.signal;
  const path = (name: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...chosen, ...more }).toString();
    return `/api/evaluation/${name}${query ? `?${query}` : ""}`;
  };
  const scores = useResource<ScoresShape>(path("scores", { by: split }));
  const weekly = useResource<ScoresShape>(path("scores", { by: "week" }));
  const names = useNames();
  return (
    <>
      <Choices split={split} />
      <Answered kept={scores}>
        {(found) => (
          <div class="grid">
            {found.scored === 0 && <Nothing scores={found} />}
            {found.scored > 0 && (
              <>
                <Card title={text.league} wide>
                  <p class="faint">{text.leagueHelp} {text.settles(found.settles_after_days)}</p>
                  <ScoresTable scores={found} name="league" first={split} {...(split === "region" ? { said: names } : {})} />
                </Card>
                <Card title={text.overTime} wide>
                  <LineChart name={text.overTime} one points={(weekly.value?.groups ?? []).flatMap((one) => (one.relative_wis === null ? [] : [{ date: one.key, value: one.relative_wis }]))} />
                  {weekly.value && <details><summary>{text.table}</summary><ScoresTable scores={weekly.value} name="weekly" first="week" said={dayText} /></details>}
                </Card>
                <Coverage path={path("coverage")} />
                <Reliability path={path("reliability")} />
              </>
            )}
            <Waiting scores={found} />
            <Apart scores={found} />
          </div>
        )}
      </Answered>
    </>
  );
}

function Choices({ split }: { split: Split }) {
  const address = useAddress();
  const providers = useResource<ProvidersShape>("/api/providers").value?.providers ?? [];
  const signals = useResource<{ signals: { signal: string }[] }>("/api/signals").value?.signals ?? [];
  const every: [string, string] = ["", text.every];
  return (
    <div class="bar">
      <Choice label={text.split} value={split} options={SPLITS.map((one) => [one, text.by[one]])} onChange={(by) => change({ by: by === "provider" ? "" : by })} />
      <Choice label={text.provider} value={address.provider ?? ""} options={[every, ...providers.map((one): [string, string] => [one.name, one.name])]} onChange={(provider) => change({ provider })} />
      <Choice label={text.signal} value={address.signal ?? ""} options={[every, ...signals.map((one): [string, string] => [one.signal, signalText(one.signal)])]} onChange={(signal) => change({ signal })} />
    </div>
  );
}

function Nothing({ scores }: { scores: ScoresShape }) {
  return <div class="wide"><Notice kind="plain" title={text.nothing}>{scores.reason} {text.settles(scores.settles_after_days)}</Notice></div>;
}

function Waiting({ scores }: { scores: ScoresShape }) {
  return (
    <Card title={text.waiting}>
      <DataTable
        name="waiting"
        quiet
        caption={text.waiting}
        rows={scores.waiting}
        keyOf={(one) => `${one.provider} ${one.source}`}
        empty={common.none}
        columns={[
          { key: "provider", title: text.waitingColumns.provider, cell: (one) => one.provider },
          { key: "source", title: text.waitingColumns.source, cell: (one) => one.source },
          { key: "values", title: text.waitingColumns.values, cell: (one) => many(one.values), number: true },
          { key: "next", title: text.waitingColumns.next, cell: (one) => (one.next_at ? momentText(one.next_at) : "–"), wide: true },
          { key: "unknown", title: text.waitingColumns.unknown, cell: (one) => many(one.unknown), number: true },
        ]}
      />
    </Card>
  );
}

function Apart({ scores }: { scores: ScoresShape }) {
  return (
    <Card title={text.apart}>
      <ul>{Object.entries(scores.apart).map(([name, apart]) => <li key={name}>{many(apart.values)} {text.apartNames[name] ?? name}</li>)}</ul>
    </Card>
  );
}
