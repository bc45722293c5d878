// What is shown stands in the address, so that every view can be shared, embedded and come back to.

import { useEffect, useState } from "preact/hooks";

export const VIEWS = ["now", "region", "predictions", "evaluation", "providers", "cycles", "alerts"] as const;
export type View = (typeof VIEWS)[number];
export type Address = Readonly<Record<string, string>>;

const CHANGED = "address-changed";

export function readAddress(): Address {
  return Object.fromEntries(new URLSearchParams(location.search));
}

export function viewOf(address: Address): View {
  return VIEWS.find((one) => one === address.view) ?? "now";
}

/** Returns an address in full: what is changed, and what goes with every page. */
export function linkTo(view: View, chosen: Address = {}): string {
  const now = readAddress();
  const kept: Record<string, string> = {};
  for (const name of ["embed", "edition", "exact"]) if (now[name]) kept[name] = now[name];
  return written({ ...kept, ...(view === "now" ? {} : { view }), ...chosen });
}

/** Changes parts of the address; an empty text takes a part away. */
export function change(parts: Address, replace = false): void {
  go(written({ ...readAddress(), ...parts }), replace);
}

export function go(link: string, replace = false): void {
  const before = viewOf(readAddress());
  if (replace) history.replaceState(null, "", link);
  else history.pushState(null, "", link);
  dispatchEvent(new Event(CHANGED));
  if (before !== viewOf(readAddress())) {
    scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true });
  }
}

export function useAddress(): Address {
  const [address, set] = useState(readAddress);
  useEffect(() => {
    const read = () => set(readAddress());
    addEventListener(CHANGED, read);
    addEventListener("popstate", read);
    return () => {
      removeEventListener(CHANGED, read);
      removeEventListener("popstate", read);
    };
  }, []);
  return address;
}

/** Makes links of this page change the address instead of loading it anew; others are left to the browser. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (!link || !href?.startsWith("/?") || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    go(href);
  });
}

function written(parts: Address): string {
  const kept = Object.entries(parts).filter(([, value]) => value !== "");
  const text = new URLSearchParams(kept).toString();
  return text ? `/?${text}` : "/?";
}
