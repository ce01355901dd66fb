/** A backend's body without its Content-Encoding, which does not reach the client (row HDR-04). */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { headerValue } from '../base/headers.ts';
import type { UpstreamReply } from '../ports/upstream.ts';
import { gatewayProblem } from './gateway-responses.ts';

/** The body unpacked; a promise only when there is something to unpack. Rejects with INTEGRATION_FAILURE when that fails. */
export function plainBody(answer: UpstreamReply, label: string): Buffer | Promise<Buffer> {
  const encoding = headerValue(answer.headers, 'content-encoding');
  if (encoding === undefined || answer.body.length === 0) return answer.body;
  const name = encoding.trim().toLowerCase();
  return name === 'identity' || name === '' ? answer.body : decompressed(answer.body, name, label);
}

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decompressors = new Map<string, Decompress>([
  ['gzip', promisify(gunzip) as Decompress],
  ['x-gzip', promisify(gunzip) as Decompress],
  ['deflate', promisify(inflate) as Decompress],
  ['br', promisify(brotliDecompress) as Decompress],
]);

/** What a gateway answers is at most 10 MB (quota), so is what it unpacks. */
const maxPlainBytes = 10 * 1024 * 1024;

async function decompressed(body: Buffer, encoding: string, label: string): Promise<Buffer> {
  const decompress = decompressors.get(encoding);
  if (decompress === undefined) {
    throw gatewayProblem(
      'INTEGRATION_FAILURE',
      `${label}: the backend's Content-Encoding ${encoding} cannot be decoded`,
    );
  }
  try {
    return await decompress(body, { maxOutputLength: maxPlainBytes });
  } catch (error) {
    throw gatewayProblem(
      'INTEGRATION_FAILURE',
      `${label}: the backend's ${encoding} body cannot be unpacked: ${String(error)}`,
    );
  }
}
