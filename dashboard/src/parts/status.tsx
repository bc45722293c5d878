// Which edition is shown, by whom, and how old it and its data are: always in sight, and old things look old.

import { useEffect, useState } from "preact/hooks";
import { change, linkTo, useAddress } from "../address";
import { useShown } from "../api/edition";
import { useContact, useResource } from "../api/resources";
import type { HealthShape } from "../api/types";
import { newestDate } from "../map/facts";
import { ago, dayText, momentText } from "../moments";
import { common } from "../texts/common";
import { Notice } from "./frame";

const DATA_OLD_DAYS = 28; // four weekly reports
const EDITION_OLD_CYCLES = 26; // hourly cycles with nothing new are usual; a day and two hours without any look are not
const HOUR_S = 3600;
const TICK_MS = 30_000;

/** Returns the time, anew every half minute, so that ages on a screen nobody touches stay true. */
function useNow(): number {
  const [at, set] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return at;
}

export function StatusBar() {
  const { kept, edition } = useShown();
  const at = useNow();
  if (!edition || !kept.value) return null;
  const newest = newestDate(kept.value.regions);
  const dataAge = newest === null ? 0 : (at - Date.parse(newest)) / 1000;
  const old = dataAge > DATA_OLD_DAYS * 24 * HOUR_S;
  return (
    <p class={`status ${old ? "aged" : ""}`} data-edition={edition.number}>
      <strong>{common.editionOf(edition.number, edition.provider)}</strong>
      <span>{common.lockNumber(edition.lock_number)}</span>
      <time dateTime={edition.timestamp}>{common.published(momentText(edition.timestamp), ago((at - Date.parse(edition.timestamp)) / 1000))}</time>
      {newest && <time dateTime={newest} class={old ? "old-tag" : ""}>{common.dataTo(dayText(newest), ago(dataAge))}</time>}
    </p>
  );
}

export function Warnings() {
  const { kept, edition, current } = useShown();
  const contact = useContact();
  const { value: health } = useResource<HealthShape>("/api/health/status");
  const asked = useAddress().edition;
  const at = useNow();
  const newest = kept.value && newestDate(kept.value.regions);
  const silent = edition && !asked ? lastLook(edition.timestamp, health, at) : 0;
  return (
    <>
      {contact.away && <Notice kind="bad">{common.away(contact.lastAnswer === null ? null : ago((at - contact.lastAnswer) / 1000))}</Notice>}
      {!contact.away && health && health.verdict === "failing" && <Notice kind="bad">{common.failing(health.findings.map((one) => one.message).join(" "))} <a href={linkTo("cycles")}>{common.seeCycles}</a></Notice>}
      {asked && edition && String(edition.number) !== asked && <Notice kind="bad">{common.otherEdition}</Notice>}
      {edition?.withdrawn && <Notice kind="bad">{common.withdrawn(edition.withdrawn.reason)}</Notice>}
      {asked && edition && current !== null && edition.number !== current && (
        <Notice kind="old" title={common.oldEdition}>
          {common.oldEditionBody(edition.number, current)} <button type="button" onClick={() => change({ edition: "" })}>{common.toCurrent}</button>
        </Notice>
      )}
      {silent > EDITION_OLD_CYCLES * HOUR_S && <Notice kind="old" title={common.oldEdition}>{common.stuckBody(ago(silent))}</Notice>}
      {newest && (at - Date.parse(newest)) / 1000 > DATA_OLD_DAYS * 24 * HOUR_S && <Notice kind="old" title={common.oldData}>{common.oldDataBody(dayText(newest))}</Notice>}
    </>
  );
}

/** Returns for how many seconds nobody has looked for something new: an edition stays right while nothing changes. */
function lastLook(published: string, health: HealthShape | null, at: number): number {
  const slot = health?.last_slot;
  const looked = slot && slot.outcome === "done" ? Date.parse(slot.recorded_at) : 0;
  return (at - Math.max(Date.parse(published), looked)) / 1000;
}
