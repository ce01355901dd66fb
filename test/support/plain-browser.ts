/** A browser of few words: follows nothing, keeps cookies. */

export interface Visit {
  readonly method?: string;
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

export type PlainBrowser = (url: string, init?: Visit) => Promise<Response>;

export function plainBrowser(): PlainBrowser {
  const cookies = new Map<string, string>();
  return async (url, init = {}) => {
    const reply = await fetch(url, {
      redirect: 'manual',
      method: init.method ?? (init.form === undefined ? 'GET' : 'POST'),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...init.headers },
      ...(init.form !== undefined && { body: new URLSearchParams(init.form) }),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    return reply;
  };
}
