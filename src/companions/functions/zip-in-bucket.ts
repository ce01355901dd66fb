/** Code that lies in a bucket, read on behalf of whoever creates the function, with S3's refusals in Lambda's words. */
import { wholeBody } from '../../base/body-stream.ts';
import { Problem } from '../../base/problem.ts';
import type { StoredObjects } from '../../ports/stored-objects.ts';
import type { Call } from '../../wire/call.ts';
import { badParameter } from './function-errors.ts';
import { maxUnzippedBytes } from './zip.ts';

export type ZipInBucket = (
  bucket: string,
  key: string,
  versionId: string | undefined,
  call: Call,
) => Promise<Uint8Array>;

const refused = (code: string, message: string): Problem =>
  badParameter(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`);

/** Without `objects` there is no bucket. */
export function zipsInBuckets(objects: StoredObjects | undefined): ZipInBucket {
  return async function zipInBucket(bucket, key, versionId, call) {
    if (objects === undefined) throw refused('NoSuchBucket', 'The specified bucket does not exist');
    const region = await objects.regionOf(bucket);
    if (region !== undefined && region !== call.region) {
      throw refused(
        'PermanentRedirect',
        `The bucket is in this region: ${region}. Please use this region to retry the request`,
      );
    }
    try {
      const { size, body } = await objects.read({ bucket, key, versionId }, call);
      // Packed it cannot be larger than unpacked.
      if (size > maxUnzippedBytes) {
        body.cancel();
        throw badParameter(`Unzipped size must be smaller than ${maxUnzippedBytes} bytes`);
      }
      return await wholeBody(body);
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'InvalidParameterValueException') throw error;
      if (error.kind === 'AccessDenied') {
        throw new Problem(
          'AccessDeniedException',
          `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${bucket}/${key}. S3 Error Code: AccessDenied. S3 Error Message: ${error.message}`,
          { why: error.why },
        );
      }
      throw refused(error.kind, error.message);
    }
  };
}
