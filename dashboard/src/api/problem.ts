// Why an answer did not come, in the words of the service or in ours.

export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly remedy: string;
  readonly code: string | null;
}

export async function problemOf(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => null);
  const field = (name: string): string => {
    const found = typeof said === "object" && said !== null ? (said as Record<string, unknown>)[name] : undefined;
    return typeof found === "string" ? found : "";
  };
  return { status: response.status, detail: field("detail") || `HTTP ${response.status}`, remedy: field("remedy"), code: field("code") || null };
}
