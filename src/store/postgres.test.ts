import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { type PostgresUnderTest, skipWithoutPostgres, startPostgres } from '../../test/support/postgres-under-test.ts';
import type { ForeignChange } from '../ports/other-nodes.ts';
import { collection } from '../ports/store.ts';
import { silentLog } from '../ports/telemetry.ts';
import { openPostgresStore, type SharedStore } from './postgres.ts';
import { storeContract } from './store-contract.ts';

const notes = collection<{ readonly text: string; readonly n?: number }>('note');

describe('postgres store', { skip: skipWithoutPostgres() }, () => {
  let postgres: PostgresUnderTest;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres.stop());

  const openAt = (url: string): Promise<SharedStore> => openPostgresStore({ url, log: silentLog });

  storeContract('postgres store', async () => (await openAt(await postgres.newDatabase())).store);

  /** Two nodes of one database, and what the second has heard. */
  async function twoNodes(): Promise<{ one: SharedStore; two: SharedStore; close(): Promise<void> }> {
    const url = await postgres.newDatabase();
    // Together, so that both want to make the tables.
    const [one, two] = await Promise.all([openAt(url), openAt(url)]);
    return {
      one,
      two,
      async close() {
        await Promise.all([one.store.close(), two.store.close()]);
      },
    };
  }

  /** Resolves with what is heard next. */
  const heardNext = ({ otherNodes }: SharedStore): Promise<readonly ForeignChange[] | undefined> =>
    new Promise((resolve) => otherNodes.onCommit(resolve));

  test('what one node commits another reads, and no update of two nodes is lost', async () => {
    const { one, two, close } = await twoNodes();
    await one.store.write(async (tx) => tx.put(notes, ['n'], { text: 'count', n: 0 }));
    const addOne = ({ store }: SharedStore): Promise<void> =>
      store.write(async (tx) => tx.put(notes, ['n'], { text: 'count', n: (await tx.get(notes, ['n']))!.n! + 1 }));
    await Promise.all(Array.from({ length: 40 }, (_, i) => addOne(i % 2 === 0 ? one : two)));
    assert.equal((await two.store.read((tx) => tx.get(notes, ['n'])))!.n, 40);
    await close();
  });

  test('a commit tells other nodes which records it changed, itself it tells nothing', async () => {
    const { one, two, close } = await twoNodes();
    const own: unknown[] = [];
    one.otherNodes.onCommit((changes) => own.push(changes));
    const first = heardNext(two);
    await one.store.write(async (tx) => {
      tx.put(notes, ['a/b', 'c'], { text: 'x' });
      tx.delete(notes, ['gone']);
    });
    assert.deepEqual(await first, [
      { collection: 'note', key: ['a/b', 'c'] },
      { collection: 'note', key: ['gone'] },
    ]);
    const many = heardNext(two);
    await one.store.write(async (tx) => {
      for (let i = 0; i < 2000; i++) tx.put(notes, ['many', String(i)], { text: 'x' });
    });
    assert.equal(await many, undefined);
    const back = heardNext(one);
    await two.store.write(async (tx) => tx.put(notes, ['a'], { text: 'y' }));
    assert.equal((await back)!.length, 1);
    assert.equal(own.length, 1);
    await close();
  });

  test('messages reach the listeners of their topic on other nodes', async () => {
    const { one, two, close } = await twoNodes();
    const heard = new Promise((resolve) => two.otherNodes.onMessage('flush', resolve));
    two.otherNodes.onMessage('other', () => assert.fail('another topic'));
    one.otherNodes.onMessage('flush', () => assert.fail('its own message'));
    one.otherNodes.tell('flush', { stage: 'prod' });
    assert.deepEqual(await heard, { stage: 'prod' });
    await close();
  });

  test('a connection that breaks costs the transaction under way; then all goes on, and listeners hear that they may have missed news', async () => {
    const { one, two, close } = await twoNodes();
    const afterwards = heardNext(two);
    await postgres.cutConnections();
    assert.equal(await afterwards, undefined);
    await one.store.write(async (tx) => tx.put(notes, ['a'], { text: 'after' }));
    assert.equal((await two.store.read((tx) => tx.get(notes, ['a'])))!.text, 'after');
    await close();
  });

  test('an address where nothing answers is refused in one sentence, without the password', async () => {
    await assert.rejects(openAt('postgres://ann:secret@127.0.0.1:1/x'), {
      message: 'Cannot use PostgreSQL at postgres://ann@127.0.0.1:1/x: connect ECONNREFUSED 127.0.0.1:1',
    });
  });
});
