/** From what people write in a field to the ARN of a function that is there. */
import { AwsError } from '../client/aws-error.ts';
import { call } from '../client/call.ts';

/** Which function is meant is known per stage only. */
export const namesStageVariable = (text: string): boolean => text.includes('${stageVariables.');

export const isArn = (text: string): boolean => text.startsWith('arn:');

/**
 * The ARN of the function with this name (`name`, `name:alias` or an ARN) in a region. Throws an AwsError when there is none (row CON-07): a typing error should not
 * become a 500 of every request.
 */
export async function functionArn(region: string, name: string): Promise<string> {
  const sought = name.trim();
  const place = isArn(sought) ? (sought.split(':')[3] ?? region) : region;
  try {
    const { FunctionArn } = await call('lambda', 'GetFunctionConfiguration', { FunctionName: sought }, place);
    const alias = isArn(sought) ? sought.split(':')[7] : sought.split(':')[1];
    const isQualified = FunctionArn!.split(':').length > 7;
    return alias !== undefined && !isQualified ? `${FunctionArn}:${alias}` : FunctionArn!;
  } catch (error) {
    if (!(error instanceof AwsError) || error.status !== 404) throw error;
    throw new AwsError(
      'Function does not exist',
      `There is no Lambda function ${sought} in ${place}. ${error.message}`,
      404,
    );
  }
}

/** The URI by which integrations and authorizers of REST and WebSocket APIs name a function. */
export const invocationUri = (region: string, arn: string): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;

/** The function's ARN in such a URI, if it is one. */
export const functionInUri = (uri: string | undefined): string | undefined =>
  /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri ?? '')?.[1];
