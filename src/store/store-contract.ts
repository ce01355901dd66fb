/** What every adapter of ports/store must do; run by the test file of each adapter. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { collection, type Store } from '../ports/store.ts';

interface Pet {
  readonly name: string;
  readonly age?: number;
}

const pets = collection<Pet>('pet');
const toys = collection<{ readonly colour: string }>('toy');

/** Registers the tests under `adapter: …`. */
export function storeContract(adapter: string, open: () => Store | Promise<Store>): void {
  const fact = (name: string, body: (store: Store) => Promise<void>): void => {
    test(`${adapter}: ${name}`, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  };

  fact('a committed record is read back, an absent one is undefined', async (store) => {
    await store.write(async (tx) => tx.put(pets, ['a', '1'], { name: 'Rex', age: 3 }));
    assert.deepEqual(await store.read((tx) => tx.get(pets, ['a', '1'])), { name: 'Rex', age: 3 });
    assert.equal(await store.read((tx) => tx.get(pets, ['a'])), undefined);
    assert.equal(await store.read((tx) => tx.get(toys, ['a', '1'])), undefined);
  });

  fact(
    'a list holds the records below a prefix in key order, neighbours with a longer name left out',
    async (store) => {
      await store.write(async (tx) => {
        for (const key of [['b', '2'], ['ab', '1'], ['a', '2'], ['a', '1'], ['a'], ['a-b', '1'], ['a/b', '1']]) {
          tx.put(pets, key, { name: key.join() });
        }
      });
      const below = await store.read((tx) => tx.list(pets, ['a']));
      assert.deepEqual(
        below.map(({ key }) => key),
        [['a'], ['a', '1'], ['a', '2']],
      );
      assert.equal((await store.read((tx) => tx.list(pets, []))).length, 7);
      assert.deepEqual(
        (await store.read((tx) => tx.list(pets, ['a/b']))).map(({ value }) => value.name),
        ['a/b,1'],
      );
    },
  );

  fact('a list goes on after a key and stops at a limit', async (store) => {
    await store.write(async (tx) => {
      for (let i = 0; i < 10; i++) tx.put(pets, ['a', String(i)], { name: `p${i}` });
    });
    const page = await store.read((tx) => tx.list(pets, ['a'], { after: ['a', '3'], limit: 2 }));
    assert.deepEqual(
      page.map(({ value }) => value.name),
      ['p4', 'p5'],
    );
  });

  fact('a writer sees its own changes, in lists too', async (store) => {
    await store.write(async (tx) => tx.put(pets, ['a', '1'], { name: 'old' }));
    await store.write(async (tx) => {
      tx.put(pets, ['a', '2'], { name: 'new' });
      tx.delete(pets, ['a', '1']);
      assert.equal(await tx.get(pets, ['a', '1']), undefined);
      assert.deepEqual(
        (await tx.list(pets, ['a'])).map(({ value }) => value.name),
        ['new'],
      );
      assert.deepEqual(
        (await tx.list(pets, ['a'], { limit: 1 })).map(({ value }) => value.name),
        ['new'],
      );
    });
  });

  fact('nothing of a writer that throws is kept', async (store) => {
    await assert.rejects(
      store.write(async (tx) => {
        tx.put(pets, ['a'], { name: 'half' });
        tx.putBlob('b', new Uint8Array([1]));
        throw new Error('no');
      }),
      /no/,
    );
    assert.equal(await store.read((tx) => tx.get(pets, ['a'])), undefined);
    assert.equal(await store.read((tx) => tx.getBlob('b')), undefined);
    await store.write(async (tx) => tx.put(pets, ['a'], { name: 'whole' }));
    assert.deepEqual(await store.read((tx) => tx.get(pets, ['a'])), { name: 'whole' });
  });

  fact('writers run one after the other: no update is lost', async (store) => {
    await store.write(async (tx) => tx.put(pets, ['n'], { name: 'n', age: 0 }));
    const addOne = (): Promise<void> =>
      store.write(async (tx) => {
        const pet = (await tx.get(pets, ['n']))!;
        tx.put(pets, ['n'], { name: 'n', age: pet.age! + 1 });
      });
    await Promise.all(Array.from({ length: 50 }, addOne));
    assert.equal((await store.read((tx) => tx.get(pets, ['n'])))!.age, 50);
  });

  fact('a reader sees one state from beginning to end, whatever commits meanwhile', async (store) => {
    await store.write(async (tx) => {
      tx.put(pets, ['x'], { name: 'before' });
      tx.put(pets, ['y'], { name: 'before' });
    });
    let write: Promise<void> | undefined;
    const seen = await store.read(async (tx) => {
      const x = await tx.get(pets, ['x']);
      write = store.write(async (wtx) => {
        wtx.put(pets, ['x'], { name: 'after' });
        wtx.put(pets, ['y'], { name: 'after' });
      });
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      return [x!.name, (await tx.get(pets, ['y']))!.name];
    });
    await write;
    assert.deepEqual(seen, ['before', 'before']);
    assert.equal((await store.read((tx) => tx.get(pets, ['y'])))!.name, 'after');
  });

  fact('deleteAll takes a whole subtree and nothing beside it', async (store) => {
    await store.write(async (tx) => {
      for (const key of [['a'], ['a', '1'], ['a', '1', 'x'], ['ab']]) tx.put(pets, key, { name: 'p' });
    });
    await store.write((tx) => tx.deleteAll(pets, ['a']));
    assert.deepEqual(
      (await store.read((tx) => tx.list(pets, []))).map(({ key }) => key),
      [['ab']],
    );
  });

  fact('blobs keep their bytes; a record handed out can be kept', async (store) => {
    const bytes = new Uint8Array([0, 255, 10, 13, 0]);
    await store.write(async (tx) => tx.putBlob('code', bytes));
    bytes[0] = 9;
    assert.deepEqual([...(await store.read((tx) => tx.getBlob('code')))!], [0, 255, 10, 13, 0]);
    await store.write(async (tx) => tx.deleteBlob('code'));
    assert.equal(await store.read((tx) => tx.getBlob('code')), undefined);
  });

  fact('any text is a key segment', async (store) => {
    const odd = ['', 'a/b', 'ü', '100%', 'x\u0000y', '..', '~'].filter((segment) => segment !== '');
    await store.write(async (tx) => {
      for (const segment of odd) tx.put(pets, ['k', segment], { name: segment });
    });
    for (const segment of odd) {
      assert.equal((await store.read((tx) => tx.get(pets, ['k', segment])))!.name, segment);
    }
    assert.deepEqual((await store.read((tx) => tx.list(pets, ['k']))).map(({ key }) => key[1]).sort(), [...odd].sort());
  });

  fact('clear empties everything; a closed store says so', async (store) => {
    await store.write(async (tx) => tx.put(pets, ['a'], { name: 'p' }));
    await store.clear();
    assert.deepEqual(await store.read((tx) => tx.list(pets, [])), []);
    await store.close();
    await assert.rejects(
      store.read((tx) => tx.get(pets, ['a'])),
      /it is closed/,
    );
  });
}
