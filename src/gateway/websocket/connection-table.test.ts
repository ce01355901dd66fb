import type { Socket } from 'node:net';
import { newConnectionId } from '../../base/connection-ids.ts';
import { connectionContract } from '../../store/connection-contract.ts';
import { createConnectionTable } from './connection-table.ts';
import { FakeSocket } from './fake-socket.ts';
import { type ConnectionOwner, SocketConnection } from './socket-connection.ts';
import { awsSocketLimits } from './socket-limits.ts';

connectionContract('a node’s table of', async () => {
  const table = createConnectionTable(() => 0);
  const sockets = new Map<string, FakeSocket>();
  const owner: ConnectionOwner = {
    limits: awsSocketLimits,
    now: () => 0,
    message() {},
    ended: (connection) => table.remove(connection),
    gone() {},
  };
  return {
    connections: table,
    open(apiId) {
      const connectionId = newConnectionId(0);
      const socket = new FakeSocket({ highWaterMark: 1 });
      sockets.set(connectionId, socket);
      const address = { account: '123456789012', region: 'eu-west-1', sourceIp: '::1', domainName: '', secure: false };
      const facts = { connectionId, apiId, stage: 'dev', connectedAtMs: 0, userAgent: undefined, ...address };
      const guards = { authorizer: null, caller: null, apiKey: null };
      table.add(new SocketConnection(owner, { ...facts, ...guards }, socket as unknown as Socket));
      return connectionId;
    },
    sentTo: (id) => textsIn(Buffer.concat(sockets.get(id)!.written)),
    stopsReading(id) {
      const socket = sockets.get(id)!;
      socket.isHolding = true;
      socket.write(Buffer.alloc(awsSocketLimits.maxQueuedBytes + 2));
    },
  };
});

/** Messages a server sent, put together from their frames. */
function textsIn(wire: Buffer): string[] {
  const texts: string[] = [];
  let message = Buffer.alloc(0);
  for (let at = 0; at < wire.length; ) {
    const isLast = (wire[at]! & 0x80) !== 0;
    const isControl = (wire[at]! & 0x08) !== 0;
    const short = wire[at + 1]!;
    const [length, header] = short < 126 ? [short, 2] : [wire.readUInt16BE(at + 2), 4];
    if (!isControl) message = Buffer.concat([message, wire.subarray(at + header, at + header + length)]);
    if (!isControl && isLast) {
      texts.push(message.toString());
      message = Buffer.alloc(0);
    }
    at += header + length;
  }
  return texts;
}
