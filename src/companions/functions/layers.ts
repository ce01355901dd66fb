/** Versions of layers: what is stored of them, how they are named, and which a function may have. */
import { isAllowedBy } from '../../base/policy.ts';
import { Problem } from '../../base/problem.ts';
import { collection, type ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { badParameter } from './function-errors.ts';
import type { LayerRef, PolicyStatement } from './records.ts';

export interface LayerVersionRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly createdAtMs: number;
  /** Hex; names the blob. */
  readonly sha256: string;
  /** Base64. */
  readonly codeSha256: string;
  readonly codeBytes: number;
  readonly unzippedBytes: number;
  readonly runtimes: readonly string[];
  readonly architectures: readonly string[];
  readonly license: string;
  readonly policy: readonly PolicyStatement[];
  readonly policyRevision: string;
}

/** `[account, region, name, version of ten digits]` */
export const layerVersions = collection<LayerVersionRecord>('lambda-layer');
/** `[account, region, name]`: numbers are never used twice. */
export const layerCounters = collection<{ readonly next: number }>('lambda-layer-counter');

/** Blob of a layer's zip. */
export const layerBlob = (sha256: string): string => `lambda/layer/${sha256}`;

export const layerKey = ({ account, region, name, version }: LayerId & { version: number }): string[] => [
  ...[account, region, name, String(version).padStart(10, '0')],
];

export interface LayerId {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export const layerArn = ({ account, region, name }: LayerId): string =>
  `arn:aws:lambda:${region}:${account}:layer:${name}`;
export const layerVersionArn = (layer: LayerId & { version: number }): string => `${layerArn(layer)}:${layer.version}`;

/** Of a name or an ARN, without a version. */
export function layerIdOf(text: string, call: Call): LayerId {
  const arn = /^arn:[^:]+:lambda:([^:]+):(\d{12}):layer:([^:]+)$/.exec(text);
  return arn === null
    ? { account: call.account, region: call.region, name: text }
    : { region: arn[1]!, account: arn[2]!, name: arn[3]! };
}

export function parseLayerVersionArn(arn: string): (LayerId & { version: number }) | undefined {
  const found = /^arn:[^:]+:lambda:([^:]+):(\d{12}):layer:([^:]+):(\d{1,10})$/.exec(arn);
  return found === null
    ? undefined
    : { region: found[1]!, account: found[2]!, name: found[3]!, version: Number(found[4]) };
}

/** Whether somebody of `call.account` may use the version: its own account, or whom its policy names. */
export function mayUse(record: LayerVersionRecord, call: Call): boolean {
  if (record.account === call.account) return true;
  const asked = { action: 'lambda:GetLayerVersion', resource: layerVersionArn(record), context: new Map() };
  return (
    isAllowedBy(record.policy, { ...asked, principal: call.account }) ||
    isAllowedBy(record.policy, { ...asked, principal: call.callerArn })
  );
}

const maxLayers = 5;
/** AWS: of code and layers together, unzipped. */
export const maxTogetherBytes = 262_144_000;

/** The layers a function names, in their order. Throws AWS's refusals. */
export async function resolvedLayers(
  tx: ReadTransaction,
  arns: readonly string[],
  call: Call,
): Promise<readonly LayerRef[]> {
  if (arns.length > maxLayers) throw badParameter(`Cannot reference more than ${maxLayers} layers.`);
  const found: LayerRef[] = [];
  const names = new Set<string>();
  let unzippedBytes = 0;
  for (const arn of arns) {
    const id = parseLayerVersionArn(arn);
    if (id === undefined) throw badParameter(`Layer version ARN ${arn} is not valid.`);
    const name = layerArn(id);
    if (names.has(name)) {
      throw badParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${arn} and ${found.find((each) => each.arn.startsWith(`${name}:`))!.arn} are versions of the same layer.`,
      );
    }
    names.add(name);
    const record = await tx.get(layerVersions, layerKey(id));
    if (record !== undefined && !mayUse(record, call)) {
      throw new Problem(
        'AccessDeniedException',
        `User: ${call.callerArn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`,
      );
    }
    if (record === undefined || id.region !== call.region) throw badParameter(`Layer version ${arn} does not exist.`);
    unzippedBytes += record.unzippedBytes;
    found.push({ arn, sha256: record.sha256, codeBytes: record.codeBytes });
  }
  if (unzippedBytes > maxTogetherBytes) {
    throw badParameter(
      `Function code combined with layers exceeds the maximum allowed size of ${maxTogetherBytes} bytes. The actual size is ${unzippedBytes} bytes.`,
    );
  }
  return found;
}
