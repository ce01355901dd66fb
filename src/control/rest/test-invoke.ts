/** TestInvokeMethod: runs a method of the API as it stands, undeployed (rows V1-25, V1-26). What it does to the backend is real. */
import type { HeaderList } from '../../base/headers.ts';
import { verbsOfAny } from '../../plan/router.ts';
import type { TestInvocation, TestOutcome } from '../../plan/test-invoke.ts';
import { methods, v2VpcLinks, vpcLinks } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations, TestInvokeMethodRequest, TestInvokeMethodResponse } from '../../wire/generated/apigateway.ts';
import { noHeader } from './chosen-refusals.ts';
import { noSuchMethod } from './errors.ts';
import { findApi, findClientCertificate, findResource, methodKey } from './find.ts';
import type { RestPorts } from './ports.ts';
import { freeze } from './snapshot.ts';

export function testInvokeHandlers({ store, testInvoke }: RestPorts): Handlers<Operations> {
  return {
    async TestInvokeMethod(input, call) {
      const invocation = await store.read((tx) => invocationOf(tx, input, call));
      return answerOutcome(await testInvoke(invocation));
    },
  };
}

async function invocationOf(tx: ReadTransaction, input: TestInvokeMethodRequest, call: Call): Promise<TestInvocation> {
  const { resourceId, httpMethod, stageVariables = {}, clientCertificateId } = input;
  await findResource(tx, call, input);
  const verb = httpMethod.toUpperCase();
  const configured = await configuredMethod(tx, input, verb);
  const place = [call.account, call.region];
  const api = await findApi(tx, call, input.restApiId);
  return {
    snapshot: await freeze(tx, api, ''),
    resourceId,
    httpMethod: configured,
    verb,
    pathWithQueryString: input.pathWithQueryString ?? '',
    headers: headersOf(input),
    body: input.body ?? '',
    stageVariables,
    clientCertificate: clientCertificateId ? await findClientCertificate(tx, call, clientCertificateId) : undefined,
    vpcLinks: (await tx.list(vpcLinks, place)).map(({ value }) => value),
    v2VpcLinks: (await tx.list(v2VpcLinks, place)).map(({ value }) => value),
    caller: { accountId: call.account, accessKey: call.accessKeyId ?? '', userArn: call.callerArn },
  };
}

/** The method of that verb, else the one for ANY, as for a request. */
async function configuredMethod(tx: ReadTransaction, input: TestInvokeMethodRequest, verb: string): Promise<string> {
  for (const httpMethod of verbsOfAny.has(verb) ? [verb, 'ANY'] : [verb]) {
    if ((await tx.get(methods, methodKey({ ...input, httpMethod }))) !== undefined) return httpMethod;
  }
  throw noSuchMethod();
}

/** Both maps as one list; a name in both has the values of `multiValueHeaders`. */
function headersOf({ headers = {}, multiValueHeaders = {} }: TestInvokeMethodRequest): HeaderList {
  const list: HeaderList = [];
  const several = new Set(Object.keys(multiValueHeaders).map((name) => name.toLowerCase()));
  for (const [name, value] of Object.entries(headers)) if (!several.has(name.toLowerCase())) list.push(name, value);
  for (const [name, values] of Object.entries(multiValueHeaders)) for (const value of values) list.push(name, value);
  // They go on to backends as if they had come in over a socket, so they are held to what a socket lets through.
  for (let i = 0; i < list.length; i += 2) {
    if (!fieldName.test(list[i]!) || controls.test(list[i + 1]!)) throw noHeader(list[i]!);
    if (beyondLatin1.test(list[i + 1]!)) list[i + 1] = Buffer.from(list[i + 1]!).toString('latin1');
  }
  return list;
}

/** A field name (RFC 9110 section 5.1). */
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const controls = /[\0-\x08\x0a-\x1f\x7f]/;
const beyondLatin1 = /[^\0-\xff]/;

/** Of several values of one name `headers` has the last. */
function answerOutcome({ status, headers: list, body, log, latencyMs }: TestOutcome): TestInvokeMethodResponse {
  const byName = new Map<string, string[]>();
  for (let i = 0; i < list.length; i += 2) {
    byName.set(list[i]!, [...(byName.get(list[i]!) ?? []), list[i + 1]!]);
  }
  const headers = Object.fromEntries([...byName].map(([name, values]) => [name, values.at(-1)!]));
  const multiValueHeaders = Object.fromEntries(byName);
  return { status, body, headers, multiValueHeaders, log, latency: Math.round(latencyMs) };
}
