/** An in-memory DynamoDB with one table, for samples: they last as long as the process. */
import type { Server } from 'node:http';

export interface SampleTable {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** `key` is the name of the table's hash key, a string. Rejects with one sentence when the program it needs is not installed. */
export async function startSampleTable(TableName: string, key: string): Promise<SampleTable> {
  // A development dependency without types: whoever runs from a clone has it.
  const { default: dynalite } = (await import('dynalite' as string).catch(() => {
    throw new Error('the sample needs dynalite; run npm ci');
  })) as { default: (options: Record<string, number>) => Server };
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const endpoint = `http://127.0.0.1:${port}`;
  const reply = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'DynamoDB_20120810.CreateTable',
      Authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
      'X-Amz-Date': '20260101T000000Z',
    },
    body: JSON.stringify({
      TableName,
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  });
  if (!reply.ok) throw new Error(`the table cannot be made: ${await reply.text()}`);
  return {
    endpoint,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
