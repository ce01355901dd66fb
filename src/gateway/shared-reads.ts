/**
 * Reading from many sockets into one buffer. Node's server sockets make a 64 KB buffer for every read and cut it to size; the garbage and the
 * cutting are a quarter of the cost of a small request (bench/listener.ts: 13–17 µs of processor time a request without, 9–13 with).
 *
 * Node offers a buffer of one's own (`onread`) to sockets it connects but not to those a server accepts, so an accepted socket's handle is put into a
 * new socket. `_handle` is not a documented name: where it is missing, the accepted socket is read the ordinary way.
 */
import { Socket } from 'node:net';

/** Takes what was read. The bytes are valid during the call only: whatever must outlive it is copied. */
export type Receiver = (bytes: Buffer, length: number) => void;

const shared = Buffer.allocUnsafeSlow(65_536);

/** A socket for the connection that was accepted (by a server with `pauseOnConnect`), reading at once; use it instead of `accepted`. */
export function withSharedReads(accepted: Socket, receiverOf: (socket: Socket) => Receiver): Socket {
  const inner = accepted as unknown as { _handle?: unknown };
  const handle = inner._handle;
  if (typeof handle !== 'object' || handle === null) return readingOrdinarily(accepted, receiverOf(accepted));
  let receive: Receiver | undefined;
  const onread = {
    buffer: shared,
    callback(length: number): boolean {
      receive!(shared, length);
      return true;
    },
  };
  inner._handle = null;
  // Without its handle this closes nothing; the server counts it as gone.
  accepted.destroy();
  // `manualStart`: the first bytes must not come before there is someone to take them.
  const socket = new Socket({ handle, allowHalfOpen: true, manualStart: true, onread } as ConstructorParameters<
    typeof Socket
  >[0]);
  receive = receiverOf(socket);
  socket.resume();
  return socket;
}

/** For TLS, and where sockets have no handle to take. */
export function readingOrdinarily(socket: Socket, receive: Receiver): Socket {
  socket.on('data', (bytes: Buffer) => receive(bytes, bytes.length));
  return socket;
}
