// What an operator can do, each with a question that says what follows from it.

import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "../api/asking";
import type { Problem } from "../api/problem";
import { useResource } from "../api/resources";
import { setToken, useToken } from "../api/token";
import type { CyclesShape, LockShape, MonitorShape } from "../api/types";
import { Card, Notice } from "../parts/frame";
import { operator as text } from "../texts/service";

export interface Action {
  readonly title: string;
  readonly consequence: (to: string) => string;
  readonly path: string;
  readonly wish: (reason: string, to: string) => Record<string, unknown> | null;
  /** Whether the service wants to know why. */
  readonly asksReason: boolean;
  /** What there is to choose between, where there is. */
  readonly choices?: readonly string[];
}

export function Operate({ lock, monitor }: { lock: LockShape; monitor: MonitorShape }) {
  const paused = useResource<CyclesShape>("/api/cycles?limit=20").value?.schedule.paused ?? false;
  const has = useToken();
  const [wanted, want] = useState<Action | null>(null);
  if (!has) return <TokenCard />;
  return (
    <Card title={text.title}>
      <div class="buttons">
        {actionsOf(lock, monitor, paused).map((action) => <button type="button" key={action.title} onClick={() => want(action)}>{action.title}</button>)}
        <button type="button" onClick={() => setToken("")}>{text.forget}</button>
      </div>
      {wanted && <Confirm action={wanted} onClose={() => want(null)} />}
    </Card>
  );
}

function actionsOf(lock: LockShape, monitor: MonitorShape, paused: boolean): Action[] {
  const holder = lock.locked_provider ?? text.nextUnknown;
  // Who cannot be asked would lose the lock at once: the service refuses that, so it is not offered.
  const others = lock.enabled_providers.filter((one) => one !== lock.locked_provider && lock.providers[one] !== "unconfigured");
  const expected = { expected_number: lock.number }; // whoever changed it in between is not overruled unseen
  const next = lock.next_provider ?? text.nextUnknown;
  const actions: Action[] = [
    { title: text.actions.cycle, path: "/api/cycles", asksReason: false, consequence: () => text.consequences.cycle, wish: () => ({ again: false }) },
    { title: text.actions.again, path: "/api/cycles", asksReason: false, consequence: () => text.consequences.again, wish: () => ({ again: true }) },
    paused
      ? { title: text.actions.resume, path: "/api/schedule/resume", asksReason: true, consequence: () => text.consequences.resume, wish: (reason) => ({ reason }) }
      : { title: text.actions.pause, path: "/api/schedule/pause", asksReason: true, consequence: () => text.consequences.pause, wish: (reason) => ({ reason }) },
    monitor.enabled
      ? { title: text.actions.stop, path: "/api/health/control/stop", asksReason: false, consequence: () => text.consequences.stop, wish: () => null }
      : { title: text.actions.start, path: "/api/health/control/start", asksReason: false, consequence: () => text.consequences.start, wish: () => null },
  ];
  if (lock.is_locked) {
    actions.unshift({ title: text.actions.release, path: "/api/lock/release", asksReason: true, consequence: () => text.consequences.release(holder, next), wish: (reason) => ({ reason, ...expected }) });
  }
  if (others.length > 0) {
    actions.unshift({ title: text.actions.switch, path: "/api/lock/switch", asksReason: true, choices: others, consequence: (to) => text.consequences.switch(holder, to), wish: (reason, provider) => ({ provider, reason, ...expected }) });
  }
  return actions;
}

export function TokenCard() {
  return (
    <Card title={text.title}>
      <p>{text.closed}</p>
      <form
        class="bar"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          const field = event.currentTarget.elements.namedItem("token");
          if (field instanceof HTMLInputElement) setToken(field.value);
        }}
      >
        <label class="choice">{text.token} <input name="token" type="password" required autocomplete="off" spellcheck={false} /></label>
        <button type="submit">{text.use}</button>
      </form>
      <p class="faint">{text.tokenHelp}</p>
    </Card>
  );
}

export function Confirm({ action, onClose }: { action: Action; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [to, choose] = useState(action.choices?.[0] ?? "");
  const [reason, say] = useState("");
  const [came, tell] = useState<Problem | "done" | "asking" | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const send = async (event: Event) => {
    event.preventDefault();
    tell("asking");
    tell((await post(action.path, action.wish(reason, to))) ?? "done");
  };
  const refused = came !== null && typeof came === "object";
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="asked">
      <form onSubmit={send}>
        <h2 id="asked">{action.title}</h2>
        {action.choices && <label>{text.to}<select value={to} onChange={(event) => choose(event.currentTarget.value)}>{action.choices.map((one) => <option key={one} value={one}>{one}</option>)}</select></label>}
        <p>{action.consequence(to)}</p>
        {action.asksReason && <label>{text.reason}<input required maxLength={200} value={reason} onInput={(event) => say(event.currentTarget.value)} /></label>}
        {refused && <Notice kind="bad">{text.refused(`${came.detail} ${came.remedy}`)}</Notice>}
        {came === "done" && <p role="status">{text.done}</p>}
        <div class="buttons">
          {came !== "done" && <button type="submit" class="strong" disabled={came === "asking"}>{text.confirm}</button>}
          <button type="button" onClick={() => dialog.current?.close()}>{came === "done" ? text.close : text.cancel}</button>
        </div>
      </form>
    </dialog>
  );
}
