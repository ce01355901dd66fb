/** Unsigned rest-json calls to a running Gatewright; for benches and tests that want no SDK between. */

export type AwsOverHttp = (method: string, path: string, input?: unknown) => Promise<Record<string, unknown>>;

/** Throws an Error with the answer's text on any status ≥ 400. */
export function createAwsClient(endpoint: string): AwsOverHttp {
  return async (method, path, input) => {
    const reply = await fetch(`${endpoint}${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}
