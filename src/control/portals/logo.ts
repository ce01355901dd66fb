/** A portal's logo: an image in S3, read once when the portal is told of it ("To customize your portal"). */
import type { PortalLogo } from '../../definition/portal.ts';
import type { Call } from '../../wire/call.ts';
import type { PortalPorts } from './ports.ts';
import { invalidLogo } from './refusals.ts';

const contentTypes: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg' };

/** Undefined for an empty URI. Not to be called within a transaction: it asks S3. */
export async function readLogo(
  uri: string,
  { account, region }: Call,
  { bucketObjects, clock, limits, log, isStrict }: PortalPorts,
): Promise<PortalLogo | undefined> {
  if (uri === '') return undefined;
  const [, bucket, key, ending] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+\.([a-z]{3}))$/i.exec(uri) ?? [];
  const contentType = ending === undefined ? undefined : contentTypes[ending.toLowerCase()];
  if (bucket === undefined || key === undefined || contentType === undefined) {
    throw invalidLogo(uri, 'It must be the S3 URI of an .svg, .png or .jpg file');
  }
  const reading = await bucketObjects.readObject({ bucket, key, version: undefined, account, region });
  if ('failure' in reading) {
    if (isStrict) throw invalidLogo(uri, 'The object cannot be read');
    log.warn(`The logo ${uri} cannot be read, the portal is shown without: ${reading.failure}`);
    return { uri, contentType };
  }
  const { bytes } = reading;
  if (bytes.length > limits.logoBytes) throw invalidLogo(uri, `It is larger than ${limits.logoBytes} bytes`);
  if (!looksLike(contentType, bytes)) throw invalidLogo(uri, `The object is no ${contentType}`);
  return { uri, contentType, data: bytes.toString('base64'), lastUploadedMs: clock.now() };
}

function looksLike(contentType: string, bytes: Buffer): boolean {
  switch (contentType) {
    case 'image/png':
      return bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
    case 'image/jpeg':
      return bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'));
    default:
      return /<svg[\s>]/.test(bytes.toString('utf8'));
  }
}
