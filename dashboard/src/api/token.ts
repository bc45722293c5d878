// The operator's token: kept for this tab only, sent in a header only, never part of an address.

import { useEffect, useState } from "preact/hooks";

const KEPT_AS = "neuralbrain-token";
const CHANGED = "token-changed";
let token = kept();

function kept(): string {
  try {
    return sessionStorage.getItem(KEPT_AS) ?? "";
  } catch {
    return ""; // a browser that keeps nothing for pages
  }
}

export function setToken(given: string): void {
  token = given.trim();
  try {
    if (token) sessionStorage.setItem(KEPT_AS, token);
    else sessionStorage.removeItem(KEPT_AS);
  } finally {
    dispatchEvent(new Event(CHANGED));
  }
}

export function authorization(): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

export function useToken(): boolean {
  const [has, set] = useState(token !== "");
  useEffect(() => {
    const read = () => set(token !== "");
    addEventListener(CHANGED, read);
    return () => removeEventListener(CHANGED, read);
  }, []);
  return has;
}
