// The data of a region: how complete the newest weeks are, how they were revised, and the provider's record here.

import { useResource } from "../api/resources";
import type { Forecast, RevisionShape, RevisionsShape, ScoresShape, SeriesShape, ValueShape } from "../api/types";
import { dayText, momentText } from "../moments";
import { chance, exact } from "../numbers";
import { Answered, Card } from "../parts/frame";
import { Num } from "../parts/marks";
import { type Column, DataTable } from "../parts/table";
import { region } from "../texts/views";
import { ScoresTable } from "./scores_table";

const WEEKS_SHOWN = 8;
const DAYS_BEFORE = 7 * (WEEKS_SHOWN + 2);
const REVISIONS_ASKED = 2000;
const REVISED_SHOWN = 12;
const DAY_MS = 86_400_000;

function seriesPath(row: Forecast): string {
  return `/api/series/${encodeURIComponent(row.region)}/${encodeURIComponent(row.context.signal)}`;
}

export function Newest({ row }: { row: Forecast }) {
  const since = new Date(Date.parse(row.context.last_date) - DAYS_BEFORE * DAY_MS).toISOString().slice(0, 10);
  const kept = useResource<SeriesShape>(`${seriesPath(row)}?quality=true&since=${since}`);
  const columns: Column<ValueShape>[] = [
    { key: "date", title: region.table.date, cell: (one) => dayText(one.target_date) },
    { key: "value", title: region.value, cell: (one) => <Num value={one.value} said={exact} />, number: true },
    { key: "complete", title: region.complete, cell: (one) => <Num value={one.completeness} said={(value) => chance(Math.min(value, 1))} />, number: true },
    { key: "since", title: region.since, cell: (one) => (one.as_of ? momentText(one.as_of) : ""), wide: true },
  ];
  return (
    <Card title={region.newest}>
      <Answered kept={kept}>
        {(series) => (
          <>
            <DataTable name="newest" caption={region.newestHelp} columns={columns} rows={series.values.slice(-WEEKS_SHOWN).reverse()} keyOf={(one) => one.target_date} empty={region.revisionsNone} />
            {series.marks && series.marks.length > 0 ? <ul>{series.marks.map((mark) => <li key={mark.check} title={mark.explain}>{mark.message}</li>)}</ul> : <p class="faint">{region.noMarks}</p>}
            <p class="faint">{region.source}: {series.title}. {series.attribution}. {region.licence}: {series.licence}. {series.note}</p>
          </>
        )}
      </Answered>
    </Card>
  );
}

interface Revised {
  readonly date: string;
  readonly first: number | null;
  readonly now: number | null;
  readonly times: number;
}

export function Revisions({ row }: { row: Forecast }) {
  const kept = useResource<RevisionsShape>(`${seriesPath(row)}/revisions?limit=${REVISIONS_ASKED}`);
  const columns: Column<Revised>[] = [
    { key: "date", title: region.table.date, cell: (one) => dayText(one.date), by: (one) => one.date },
    { key: "first", title: region.revisionFrom, cell: (one) => <Num value={one.first} said={exact} />, by: (one) => one.first, number: true },
    { key: "now", title: region.revisionTo, cell: (one) => <Num value={one.now} said={exact} />, by: (one) => one.now, number: true },
    { key: "times", title: region.revisionTimes, cell: (one) => one.times, by: (one) => one.times, number: true },
  ];
  return (
    <Card title={region.revisions}>
      <Answered kept={kept}>{(found) => <DataTable name="revisions" quiet caption={region.revisions} columns={columns} rows={revised(found.revisions).slice(0, REVISED_SHOWN)} keyOf={(one) => one.date} empty={region.revisionsNone} />}</Answered>
    </Card>
  );
}

/** Returns the values that were changed after they were first known, the newest first. */
function revised(revisions: readonly RevisionShape[]): Revised[] {
  const dates = new Map<string, RevisionShape[]>();
  for (const one of revisions) dates.set(one.target_date, [...(dates.get(one.target_date) ?? []), one]);
  return [...dates]
    .filter(([, versions]) => versions.length > 1)
    .map(([date, versions]) => ({ date, first: versions[0]?.value ?? null, now: versions[versions.length - 1]?.value ?? null, times: versions.length - 1 }))
    .sort((one, other) => other.date.localeCompare(one.date));
}

export function Record({ row }: { row: Forecast }) {
  const query = new URLSearchParams({ provider: row.provider, region: row.region, signal: row.context.signal, by: "horizon" });
  const kept = useResource<ScoresShape>(`/api/evaluation/scores?${query}`);
  return (
    <Card title={region.record(row.provider)}>
      <Answered kept={kept}>{(scores) => (scores.scored === 0 ? <p class="absent">{region.recordNone} {scores.reason}</p> : <ScoresTable scores={scores} name="record" first="horizon" short />)}</Answered>
    </Card>
  );
}
