/** What every way to connections must do (ports/connections), own or another node's; run by the test file of each adapter. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { ConnectionState, Connections, PostOutcome } from '../ports/connections.ts';

/** Connections without sockets: what was sent to them is in a list. */
export class OwnTable implements Connections {
  readonly sent: { readonly id: string; readonly text: string }[] = [];
  readonly #slow = new Set<string>();
  readonly #open = new Map<string, ConnectionState>();

  open(state: ConnectionState): void {
    this.#open.set(state.connectionId, state);
  }

  sentTo(connectionId: string): readonly string[] {
    return this.sent.filter(({ id }) => id === connectionId).map(({ text }) => text);
  }

  stopsReading(connectionId: string): void {
    this.#slow.add(connectionId);
  }

  held(): Iterable<ConnectionState> {
    return this.#open.values();
  }

  async state(apiId: string | undefined, connectionId: string): Promise<ConnectionState | undefined> {
    const found = this.#open.get(connectionId);
    return found !== undefined && (apiId ?? found.apiId) === found.apiId ? found : undefined;
  }

  async post(apiId: string | undefined, connectionId: string, data: Uint8Array): Promise<PostOutcome> {
    if ((await this.state(apiId, connectionId)) === undefined) return 'gone';
    if (this.#slow.has(connectionId)) return 'slow';
    this.sent.push({ id: connectionId, text: Buffer.from(data).toString() });
    return 'sent';
  }

  async close(apiId: string | undefined, connectionId: string): Promise<boolean> {
    if ((await this.state(apiId, connectionId)) === undefined) return false;
    return this.#open.delete(connectionId);
  }
}

export interface ConnectionsUnderTest {
  readonly connections: Connections;
  /** Opens one of the stage `dev`, and gives its id. */
  open(apiId: string): string;
  /** Messages that were sent to it. */
  sentTo(connectionId: string): readonly string[];
  /** Its client does not read any more. */
  stopsReading(connectionId: string): void;
}

/** Registers the tests under `adapter: …`. */
export function connectionContract(adapter: string, start: () => Promise<ConnectionsUnderTest>): void {
  const fact = (name: string, body: (parts: ConnectionsUnderTest) => Promise<void>): void => {
    test(`${adapter} connections: ${name}`, async () => body(await start()));
  };

  fact(
    '[WS-19] one that is open tells of itself, gets messages, and is closed',
    async ({ connections, open, sentTo }) => {
      const id = open('api');
      const state = await connections.state('api', id);
      assert.equal(state?.connectionId, id);
      assert.equal(state?.stage, 'dev');
      assert.equal(await connections.post('api', id, Buffer.from('{"a":"ü"}')), 'sent');
      assert.deepEqual(sentTo(id), ['{"a":"ü"}']);
      assert.equal(await connections.close('api', id), true);
      assert.equal(await connections.close('api', id), false);
      assert.equal(await connections.state('api', id), undefined);
      assert.equal(await connections.post('api', id, Buffer.from('x')), 'gone');
    },
  );

  fact('one of another API is not there, and any API’s is for who names none', async ({ connections, open }) => {
    const id = open('api');
    assert.equal(await connections.state('other', id), undefined);
    assert.equal(await connections.post('other', id, Buffer.from('x')), 'gone');
    assert.equal(await connections.close('other', id), false);
    assert.equal((await connections.state(undefined, id))?.apiId, 'api');
    assert.equal(await connections.post(undefined, id, Buffer.from('x')), 'sent');
  });

  fact(
    'a client that does not read is slow; 128 KB of any bytes arrive whole',
    async ({ connections, open, sentTo, stopsReading }) => {
      const [id, slow] = [open('api'), open('api')];
      stopsReading(slow);
      assert.equal(await connections.post('api', slow, Buffer.from('x')), 'slow');
      const text = `\n{"\0":"${'é'.repeat(65_530)}"}`.slice(0, 65_536);
      assert.equal(await connections.post('api', id, Buffer.from(text)), 'sent');
      assert.equal(sentTo(id)[0], text);
      assert.equal(await connections.post('api', id, Buffer.alloc(0)), 'sent');
    },
  );
}
