/** What Parameter Store keeps in the store. */
import { collection } from '../../ports/store.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type ParameterTier = 'Standard' | 'Advanced';

export interface ParameterVersion {
  readonly version: number;
  /** Sealed for a SecureString (sealed-values.ts). */
  readonly value: string;
  readonly type: ParameterType;
  readonly tier: ParameterTier;
  /** Of a SecureString, as given. */
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly dataType: string;
  readonly labels: readonly string[];
  readonly modifiedAtMs: number;
  /** ARN. */
  readonly modifiedBy: string;
}

export interface ParameterRecord {
  readonly account: string;
  readonly region: string;
  /** With its slashes: `/app/db/host`, or `plain`. */
  readonly name: string;
  /** The oldest first; never empty. */
  readonly versions: readonly ParameterVersion[];
  readonly tags: readonly Tag[];
}

/** `[account, region, name]` */
export const parameters = collection<ParameterRecord>('ssm-parameter');

export const latestOf = ({ versions }: ParameterRecord): ParameterVersion => versions.at(-1)!;

/** A name that begins with a slash brings the slash of its ARN along. */
export const arnOf = ({ account, region, name }: Pick<ParameterRecord, 'account' | 'region' | 'name'>): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
