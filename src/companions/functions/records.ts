/** What is stored about functions. One record holds one function whole, so that every Lambda call reads and writes a single record. */
import { collection } from '../../ports/store.ts';
import type { EventInvokeConfig } from './event-invokes.ts';
import type { FunctionUrl } from './urls.ts';

/** Where the code of one version is. */
export type Code =
  | {
      readonly kind: 'zip';
      /** Hex; names the blob and the unpacked folder. */
      readonly sha256: string;
    }
  | {
      readonly kind: 'folder';
      /** Absolute; read in place, so that an edit shows at the next invoke. Dev mode only. */
      readonly path: string;
    };

/** A layer as a version of a function has it: it stays so when the layer's version is deleted. */
export interface LayerRef {
  /** Of the layer's version. */
  readonly arn: string;
  /** Hex; names the blob. */
  readonly sha256: string;
  readonly codeBytes: number;
}

/** One version's code and settings; `$LATEST` is the one that can change. */
export interface FunctionVersion {
  readonly version: string;
  readonly description: string;
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  readonly environment: Readonly<Record<string, string>> | undefined;
  readonly architecture: string;
  readonly tracingMode: string;
  readonly logFormat: string;
  readonly logGroup: string;
  readonly applicationLogLevel: string | undefined;
  readonly systemLogLevel: string | undefined;
  readonly snapStartApplyOn: string;
  /** In their order: what a later one has stands in place of an earlier one's. */
  readonly layers?: readonly LayerRef[];
  readonly lastModifiedMs: number;
  readonly revisionId: string;
  /** Base64, as `CodeSha256` shows it. */
  readonly codeSha256: string;
  readonly codeBytes: number;
  readonly code: Code;
}

export interface FunctionAlias {
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  readonly revisionId: string;
  /** Version → share of the invokes, 0 to 1. */
  readonly additionalVersionWeights: Readonly<Record<string, number>> | undefined;
}

/** A statement exactly as `GetPolicy` prints it. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: '*' | { readonly Service?: string; readonly AWS?: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface FunctionPolicy {
  readonly revisionId: string;
  readonly statements: readonly PolicyStatement[];
}

export interface FunctionRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly latest: FunctionVersion;
  /** Published versions, oldest first. */
  readonly versions: readonly FunctionVersion[];
  /** Number the next published version gets; numbers are never used twice, even after deletion. */
  readonly nextVersion: number;
  readonly aliases: readonly FunctionAlias[];
  /** By qualifier; `''` is the policy of the unqualified function. */
  readonly policies: Readonly<Record<string, FunctionPolicy>>;
  readonly reservedConcurrency: number | undefined;
  /** By qualifier, as policies are. */
  readonly eventInvokes?: Readonly<Record<string, EventInvokeConfig>>;
  readonly urls?: Readonly<Record<string, FunctionUrl>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** `[account, region, name]` */
export const functionRecords = collection<FunctionRecord>('lambda-function');

/** Blob of a zip. */
export const codeBlob = (sha256: string): string => `lambda/code/${sha256}`;
