/** `gatewright cors enable --api ID`: the console's "Enable CORS" from the command line. */
import { consoleHeaders, enableCors } from './enable-cors.ts';
import { createRemoteAwsClient, remoteFromEnvironment } from './remote-aws-client.ts';
import { UsageError } from './usage-error.ts';

export interface CorsFlags {
  readonly api?: string | undefined;
  /** `/` unless given; several for several resources. */
  readonly resource?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly origin?: string | undefined;
  readonly headers?: string | undefined;
  readonly methods?: string | undefined;
  readonly 'keep-gateway-responses'?: boolean | undefined;
  readonly endpoint?: string | undefined;
}

/** Resolves to the exit code. */
export async function corsCommand(words: readonly string[], flags: CorsFlags): Promise<number> {
  if (words.length !== 1 || words[0] !== 'enable') throw new UsageError('expected: cors enable --api ID');
  if (flags.api === undefined || !/^[a-z0-9]+$/.test(flags.api))
    throw new UsageError('--api wants the id of a REST API');
  const origin = flags.origin ?? '*';
  // Quotes would end the literal the header is made of.
  if (!/^(\*|null|[a-z][a-z0-9+.-]*:\/\/[^\s/'",]+)$/i.test(origin)) {
    throw new UsageError('--origin wants * or one origin, https://example.com');
  }
  const headers = listOf('--headers', flags.headers) ?? consoleHeaders;
  const methods = listOf('--methods', flags.methods)?.map((verb) => verb.toUpperCase());
  const aws = createRemoteAwsClient(remoteFromEnvironment(process.env, flags.endpoint));
  for (const resourcePath of flags.resource ?? ['/']) {
    const onErrors = flags['keep-gateway-responses'] !== true;
    const choice = { apiId: flags.api, resourcePath, origin, headers, methods, onErrors };
    const { done, left } = await enableCors(aws, choice);
    for (const line of done) console.log(`${resourcePath}: ${line}`);
    if (done.length === 0) console.log(`${resourcePath}: CORS is enabled already`);
    for (const line of left) console.log(`${resourcePath}: left to you: ${line}`);
  }
  if (flags.stage === undefined) {
    console.log('Nothing acts before the API is deployed: add --stage NAME, or run aws apigateway create-deployment');
    return 0;
  }
  await aws('POST', `/restapis/${flags.api}/deployments`, { stageName: flags.stage, description: 'CORS enabled' });
  console.log(`deployed to stage ${flags.stage}`);
  return 0;
}

/** `A,B` or `A, B`; tokens only, as header and method names are. */
function listOf(flag: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => /^[!#$%&*+.^_`|~0-9A-Za-z-]+$/.test(name))) return names;
  throw new UsageError(`${flag} wants names with commas between them, like Content-Type,X-Mine`);
}
