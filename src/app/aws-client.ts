/** AWS calls made within the process, over the very same wire layer that clients use; for samples and the command line. */
import { type HttpReply, type HttpRequest, noBody } from '../base/http.ts';

/** Sends one unsigned rest-json call; resolves to the parsed answer, throws an Error with AWS's error type and message on any status ≥ 400. */
export type AwsClient = (method: string, path: string, input?: unknown) => Promise<Record<string, unknown>>;

export function createAwsClient(services: (request: HttpRequest) => Promise<HttpReply>): AwsClient {
  return async (method, path, input) => {
    const reply = await services({
      method,
      path,
      query: '',
      headers: ['Host', 'localhost', 'Accept', 'application/json', 'Content-Type', 'application/json'],
      body: input === undefined ? noBody : Buffer.from(JSON.stringify(input)),
      protocol: 'HTTP/1.1',
      secure: false,
      sourceIp: '127.0.0.1',
    });
    const text = Buffer.from(reply.body as string).toString('utf8');
    if (reply.status >= 400) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}
