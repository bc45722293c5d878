// The pieces that views are made of: cards, notices, choices, and what stands there while nothing is known.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { linkTo } from "../address";
import type { Kept } from "../api/resources";
import { refreshAll } from "../api/resources";
import { common } from "../texts/common";

export function Card({ title, children, wide = false, className = "" }: { title?: string; children: ComponentChildren; wide?: boolean; className?: string }) {
  const id = useId();
  return (
    <section class={`card ${wide ? "wide" : ""} ${className}`} aria-labelledby={title ? id : undefined}>
      {title && <h2 id={id}>{title}</h2>}
      {children}
    </section>
  );
}

export function Notice({ kind, title, children }: { kind: "old" | "bad" | "plain"; title?: string; children: ComponentChildren }) {
  return <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "note"}>{title && <strong>{title}. </strong>}{children}</div>;
}

export function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly (readonly [string, string])[]; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([one, text]) => <option value={one} key={one} selected={one === value}>{text}</option>)}
      </select>
    </span>
  );
}

/** Several choices of which one holds, all in sight. */
export function Switch({ label, value, options, onChange }: { label: string; value: string; options: readonly (readonly [string, string])[]; onChange: (value: string) => void }) {
  return (
    <span class="switch" role="group" aria-label={label}>
      {options.map(([one, text]) => <button type="button" key={one} aria-pressed={one === value} onClick={() => onChange(one)}>{text}</button>)}
    </span>
  );
}

export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren] | null)[] }) {
  return <dl class="facts">{rows.map((row) => row && <div key={row[0]}><dt>{row[0]}</dt><dd>{row[1]}</dd></div>)}</dl>;
}

/** Shows what was answered, or why nothing was; an empty service is no fault. */
export function Answered<T>({ kept, children }: { kept: Kept<T>; children: (value: T) => ComponentChildren }) {
  if (kept.value !== null) return <>{children(kept.value)}</>;
  if (kept.problem?.code === "edition-none") {
    return (
      <Card title={common.nothingUp}>
        <p>{common.nothingUpBody}</p>
        <p><a href={linkTo("cycles")}>{common.seeCycles}</a></p>
      </Card>
    );
  }
  if (kept.problem) {
    return (
      <Notice kind="bad">
        {common.trouble(kept.problem.detail)} {kept.problem.remedy} <button type="button" onClick={refreshAll}>{common.tryAgain}</button>
      </Notice>
    );
  }
  return <p class="loading" role="status">{kept.loading ? common.loading : ""}</p>;
}
