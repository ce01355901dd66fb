/**
 * Policies put together by chance and then spoilt: what base/policy says of a request is what the plain evaluator says, and a policy that was spoilt beyond
 * understanding lets nobody in whom what is left of it does not name. By hand: `node test/fuzz/policy-fuzz.ts [seed] [count]`.
 */
import { compilePolicy } from '../../src/base/policy.ts';
import { readPolicyDocument } from '../../src/base/policy-document.ts';
import { type PlainRequest, plainDecision, plainOperators } from './plain-policy.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

export interface PolicyFindings {
  /** Sentences. */
  readonly findings: string[];
  /** How often each was said. */
  readonly decisions: Readonly<Record<string, number>>;
  /** Spoilt documents that nobody could save. */
  readonly refused: number;
}

const arn = (rest: string): string => `arn:aws:execute-api:us-east-1:000000000000:${rest}`;
const resources = ['a1/dev/GET/pets', 'a1/dev/POST/pets', 'a1/prod/GET/pets/7', 'b2/dev/GET/', 'a1/dev/GET/ann'].map(
  arn,
);
const resourcePatterns = [
  ...resources,
  ...[
    '*',
    'a1/*',
    'a1/dev/*',
    'a1/?ev/GET/*',
    'a1/dev/GET/${aws:username}',
    '*/GET/pets',
    'a1/dev/*/pets*',
    'a1/${*}',
  ].map(arn),
  ...['*', 'arn:aws:execute-api:*', '${aws:nothing}'],
];
const actions = ['execute-api:Invoke', 'execute-api:InvalidateCache', 'apigateway:GET'];
const actionPatterns = [...actions, '*', 'execute-api:*', 'EXECUTE-API:invoke', 'execute-api:Inv?ke', 'apigateway:*'];
const people = [
  [],
  ['arn:aws:iam::111111111111:user/ann'],
  ['arn:aws:sts::111111111111:assumed-role/reader/s', 'arn:aws:iam::111111111111:role/reader'],
  ['arn:aws:iam::222222222222:root'],
];
const principals = [
  '*',
  { AWS: '*' },
  { AWS: '111111111111' },
  { AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::111111111111:user/ann'] },
  { AWS: 'arn:aws:iam::111111111111:role/reader' },
  { Service: 'apigateway.amazonaws.com' },
];
const keys: Readonly<Record<string, readonly (string | readonly string[] | undefined)[]>> = {
  'aws:SourceIp': ['10.1.2.3', '192.0.2.77', undefined],
  'aws:username': ['ann', 'Bob', undefined],
  'aws:SecureTransport': ['true', 'false'],
  'aws:Tags': [['a', 'b'], ['b'], [], undefined],
  'aws:MultiFactorAuthAge': ['30', '4000', 'x', undefined],
};
const wantedValues = [
  ...[
    '10.0.0.0/8',
    '192.0.2.77',
    '0.0.0.0/0',
    '10.1.2.3/33',
    'ann',
    'bob',
    'ANN',
    'a*',
    '?nn',
    'a',
    'b',
    'true',
    'False',
  ],
  ...['30', '100', '-1', '', '${aws:username}', '${aws:nothing}', "${aws:nothing, 'ann'}", '${*}', '*'],
];

export function fuzzPolicies(seed: number, count: number): PolicyFindings {
  const chance = chanceFrom(seed);
  const findings: string[] = [];
  const decisions: Record<string, number> = { allow: 0, 'explicit deny': 0, 'implicit deny': 0 };
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const kind = chance.of(['identity', 'resource'] as const);
    const sound = policyBy(chance, kind);
    const document = chance.once(4) ? sound : spoilt(chance, sound);
    const text = JSON.stringify(document) ?? 'null';
    const saved = readPolicyDocument(text, kind);
    if (typeof saved === 'string') refused++;
    if (document === sound && typeof saved === 'string') findings.push(`a sound policy is refused (${saved}): ${text}`);
    const policy = compilePolicy(document, kind);
    for (let asked = 0; asked < 4; asked++) {
      const request = requestBy(chance);
      const expected = plainDecision(document, kind, request);
      const principal = { kind: 'AWS' as const, names: request.names };
      const found = policy.decide({ ...request, principal });
      decisions[found]!++;
      if (found !== expected) {
        const { names, action, resource, context } = request;
        const shown = JSON.stringify({ names, action, resource, context: [...context] });
        findings.push(`${found}, not ${expected}: ${kind} ${text} asked ${shown}`);
      }
    }
  }
  return { findings, decisions, refused };
}

function requestBy(chance: Chance): PlainRequest {
  const context = new Map<string, string | readonly string[]>();
  for (const [key, values] of Object.entries(keys)) {
    const value = chance.of(values);
    if (value !== undefined) context.set(key.toLowerCase(), value);
  }
  return { names: chance.of(people), action: chance.of(actions), resource: chance.of(resources), context };
}

function some<T>(chance: Chance, choices: readonly T[]): T | T[] {
  if (chance.once(2)) return chance.of(choices);
  return Array.from({ length: 1 + chance.below(3) }, () => chance.of(choices));
}

function policyBy(chance: Chance, kind: 'identity' | 'resource'): Record<string, unknown> {
  const statement = (): Record<string, unknown> => ({
    Effect: chance.of(['Allow', 'Allow', 'Deny']),
    ...(kind === 'resource' && { [chance.once(6) ? 'NotPrincipal' : 'Principal']: chance.of(principals) }),
    [chance.once(6) ? 'NotAction' : 'Action']: some(chance, actionPatterns),
    [chance.once(6) ? 'NotResource' : 'Resource']: some(
      chance,
      kind === 'identity' ? identityResources : resourcePatterns,
    ),
    ...(chance.once(2) && { Condition: conditionBy(chance) }),
  });
  const Statement = Array.from({ length: 1 + chance.below(3) }, statement);
  const Version = kind === 'identity' || chance.once(2) ? '2012-10-17' : '2008-10-17';
  return { Version, Statement: Statement.length === 1 && chance.once(3) ? Statement[0] : Statement };
}

const identityResources = resourcePatterns.filter((pattern) => pattern.startsWith('arn:') || pattern === '*');

function conditionBy(chance: Chance): Record<string, unknown> {
  const condition: Record<string, unknown> = {};
  for (let i = 0; i <= chance.below(2); i++) {
    const name = chance.of(Object.keys(plainOperators));
    const operator = chance.once(8)
      ? 'Null'
      : `${chance.of(['', '', 'ForAnyValue:', 'ForAllValues:'])}${name}${chance.once(4) ? 'IfExists' : ''}`;
    const wanted = operator === 'Null' ? chance.of(['true', 'false', true]) : some(chance, wantedValues);
    condition[operator] = { [chance.of([...Object.keys(keys), 'aws:Absent'])]: wanted };
  }
  return condition;
}

/** A copy with one to three of its members left out, renamed, doubled into a list, or replaced by something else. */
function spoilt(chance: Chance, sound: unknown): unknown {
  const copy: unknown = structuredClone(sound);
  for (let i = 0; i <= chance.below(3); i++) spoilOne(chance, copy);
  return copy;
}

function spoilOne(chance: Chance, root: unknown): void {
  let at = root as Record<string, unknown>;
  for (;;) {
    const names = Object.keys(at);
    if (names.length === 0) return;
    const name = chance.of(names);
    const value = at[name];
    if (typeof value === 'object' && value !== null && !chance.once(4)) {
      at = value as Record<string, unknown>;
      continue;
    }
    switch (chance.below(7)) {
      case 0:
        if (Array.isArray(at)) at.splice(Number(name), 1);
        else delete at[name];
        return;
      case 1:
        at[name] = structuredClone(
          chance.of<unknown>([null, 0, true, [], {}, [[]], [null], { AWS: null }, ...nastyTexts]),
        );
        return;
      case 2:
        at[name] = [value, structuredClone(chance.of<unknown>([value, null, '*', '', 7]))];
        return;
      case 3: {
        // Another name for the same: other case, a letter less, or one that stands elsewhere.
        const other = chance.of([
          name.toLowerCase(),
          name.slice(1),
          `Not${name}`,
          `${name}IfExists`,
          chance.of(elements),
        ]);
        if (Array.isArray(at)) return;
        delete at[name];
        at[other] = value;
        return;
      }
      case 4:
        if (typeof value === 'string') at[name] = value.slice(0, chance.below(value.length + 1));
        return;
      case 5:
        if (typeof value === 'string') {
          const cut = chance.below(value.length + 1);
          at[name] =
            value.slice(0, cut) +
            chance.of(['*', '?', '$', '${', '}', ':', '/', 'A', ' ', '\\', '\n']) +
            value.slice(cut);
        }
        return;
      default:
        at[name] = structuredClone(
          chance.of<unknown>(['*', 'Allow', 'allow', 'Deny', { AWS: '*' }, actionPatterns, resourcePatterns]),
        );
        return;
    }
  }
}

const elements = [
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'Sid',
];

if (import.meta.main) {
  const { seed, count } = seedAndCount(100_000);
  const { findings, decisions, refused } = fuzzPolicies(seed, count);
  console.log(
    `seed ${seed}, ${count} policies, ${JSON.stringify(decisions)}, ${refused} refused, ${findings.length} findings`,
  );
  for (const finding of findings.slice(0, 10)) console.log(finding.slice(0, 2_000));
}
