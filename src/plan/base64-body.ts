/** A function's body that it says is base64. */
import { isBase64 } from './content-handling.ts';
import { gatewayProblem } from './gateway-responses.ts';

/** Its bytes; throws API_CONFIGURATION_ERROR when it is no base64 (recorded: 500). */
export function decodedBase64(body: string, label: string): Buffer {
  if (isBase64(body)) return Buffer.from(body, 'base64');
  throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: isBase64Encoded is true, but the body is not base64`);
}
