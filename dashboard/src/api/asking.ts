// What an operator asks the service to do.

import { type Problem, problemOf } from "./problem";
import { refreshAll } from "./resources";
import { authorization } from "./token";
import { common } from "../texts/common";

/** Sends a wish and returns why it was refused, null where it was done. */
export async function post(path: string, wish: Record<string, unknown> | null): Promise<Problem | null> {
  const headers = { accept: "application/json", ...(wish ? { "content-type": "application/json" } : {}), ...authorization() };
  try {
    const response = await fetch(path, { method: "POST", headers, ...(wish ? { body: JSON.stringify(wish) } : {}) });
    if (!response.ok) return await problemOf(response);
    refreshAll();
    return null;
  } catch {
    return { status: 0, detail: common.away(null), remedy: "", code: null };
  }
}
