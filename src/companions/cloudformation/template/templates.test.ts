/** Templates as they are read and carried out, and that whatever a template says, what is wrong with it is the caller's to hear. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Problem } from '../../../base/problem.ts';
import type { Json, JsonMap } from '../records.ts';
import { translated } from '../sam/translate.ts';
import { cidrBlocks } from './cidr.ts';
import { unrolled } from './for-each.ts';
import { evaluate } from './intrinsics.ts';
import { parameterDeclarations, parameterValues } from './parameters.ts';
import { readTemplate } from './read-template.ts';
import { checkRules } from './rules.ts';
import { scopeOf } from './scope.ts';
import { checkedTemplate, checkSections, transformsOf } from './template.ts';

test('short forms of YAML are written out, and plain words stay words', () => {
  const read = readTemplate(`
A: !GetAtt Api.Outputs.Url
B: !If [Is, !Ref X, !Sub ['\${Y}', {Y: !ImportValue {'Fn::Sub': 'z'}}]]
C: 2012-10-17
D: 012345678901
E: 1e3
F: !Condition Is
G: !Base64
    'Fn::Sub': x
H: true
`);
  assert.deepEqual(read, {
    A: { 'Fn::GetAtt': ['Api', 'Outputs.Url'] },
    B: { 'Fn::If': ['Is', { Ref: 'X' }, { 'Fn::Sub': ['${Y}', { Y: { 'Fn::ImportValue': { 'Fn::Sub': 'z' } } }] }] },
    C: '2012-10-17',
    D: '012345678901',
    E: 1000,
    F: { Condition: 'Is' },
    G: { 'Fn::Base64': { 'Fn::Sub': 'x' } },
    H: true,
  });
});

test('blocks of addresses within a block, of both kinds', () => {
  assert.deepEqual(cidrBlocks('10.1.2.0/24', 2, 5), ['10.1.2.0/27', '10.1.2.32/27']);
  assert.deepEqual(cidrBlocks('2001:db8::/48', 2, 64), ['2001:db8::/64', '2001:db8:0:1::/64']);
  assert.throws(() => cidrBlocks('10.0.0.0/24', 3, 8), Problem);
  assert.throws(() => cidrBlocks('nonsense', 1, 8), Problem);
});

/** Numbers that look random and are the same every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % sides;
  };
}

const names = [
  ...['Ref', 'Fn::GetAtt', 'Fn::Sub', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::FindInMap', 'Fn::If', 'Fn::Equals'],
  ...[
    'Fn::Not',
    'Fn::And',
    'Fn::Or',
    'Fn::Base64',
    'Fn::Cidr',
    'Fn::ImportValue',
    'Fn::GetAZs',
    'Fn::Length',
    'Fn::Nonsense',
  ],
  ...[
    'Fn::ToJsonString',
    'Condition',
    'Type',
    'Properties',
    'DependsOn',
    'A',
    'B',
    'Value',
    'Export',
    'Name',
    'Fn::ForEach::L',
  ],
  ...[
    'Events',
    'Path',
    'Method',
    'Auth',
    'Authorizers',
    'Policies',
    'Tags',
    'StageName',
    'CodeUri',
    'Cors',
    'Domain',
    'Transform',
  ],
  ...['Api', 'Globals', 'Function', 'Parameters', 'Default', 'AllowedValues', 'RuleCondition', 'Assertions', 'Assert'],
];
const words = [
  'A',
  'B',
  'AWS::Region',
  'AWS::NoValue',
  '${A}',
  '${A.Arn}',
  '',
  'AWS::Serverless::Function',
  'AWS::Logs::LogGroup',
  'String',
  'Api',
];

function anything(roll: (sides: number) => number, depth = 0): Json {
  switch (roll(depth > 4 ? 4 : 8)) {
    case 0:
      return null;
    case 1:
      return roll(2) === 0;
    case 2:
      return roll(1000) - 10;
    case 3:
      return words[roll(words.length)]!;
    case 4:
    case 5:
      return Array.from({ length: roll(4) }, () => anything(roll, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: roll(3) + 1 }, () => [names[roll(names.length)]!, anything(roll, depth + 1)]),
      );
  }
}

function resource(roll: (sides: number) => number): Json {
  const types = [
    'AWS::Logs::LogGroup',
    'AWS::Serverless::Function',
    'AWS::Serverless::Api',
    'AWS::Serverless::HttpApi',
    'AWS::Serverless::LayerVersion',
  ];
  const properties = {
    CodeUri: 's3://a/b',
    StageName: 'x',
    ContentUri: 's3://a/b',
    Auth: anything(roll),
    Events: { E: { Type: ['Api', 'HttpApi', 'Cognito'][roll(3)]!, Properties: anything(roll) } },
    Policies: anything(roll),
    Cors: anything(roll),
    Tags: anything(roll),
  };
  const picked = Object.fromEntries(Object.entries(properties).filter(() => roll(2) === 0));
  return roll(5) === 0
    ? anything(roll)
    : {
        Type: types[roll(types.length)]!,
        Properties: roll(4) === 0 ? anything(roll) : picked,
        ...(roll(4) === 0 && { DependsOn: anything(roll) }),
      };
}

test('whatever a template holds is read, or refused as the caller’s mistake', async () => {
  const stack = { account: '000000000000', region: 'us-east-1', name: 's', uuid: 'u' };
  const roll = dice(7);
  let accepted = 0;
  for (let round = 0; round < 3000; round++) {
    const sections = [
      'Parameters',
      'Mappings',
      'Conditions',
      'Outputs',
      'Rules',
      'Metadata',
      'Globals',
      'Transform',
      'Description',
    ];
    const raw = {
      Resources: roll(20) === 0 ? anything(roll) : { A: resource(roll), ...(roll(2) === 0 && { B: resource(roll) }) },
      ...Object.fromEntries(
        sections
          .filter(() => roll(4) === 0)
          .map((name) => [name, roll(3) === 0 ? anything(roll) : { A: anything(roll) }]),
      ),
    } as JsonMap;
    try {
      const again = readTemplate(JSON.stringify(raw));
      const transforms = transformsOf(again);
      checkSections(again, [...transforms, 'AWS::Serverless-2016-10-31']);
      const declared = parameterDeclarations(again);
      const parameters = await parameterValues(declared, [], undefined, async () => 'x');
      const plain = translated(unrolled(again, (list) => (Array.isArray(list) ? list.map(String) : [])) as JsonMap, {
        declared,
        parameters,
      });
      const template = checkedTemplate(plain, ['AWS::LanguageExtensions']);
      checkRules(template, parameters, stack);
      const scope = scopeOf({
        template,
        stack,
        parameters,
        notificationArns: [],
        resource: () => ({ type: 't', ref: () => 'r', attribute: () => 'a' }),
        imported: () => 'i',
      });
      for (const each of template.resources.values()) evaluate(each.properties, scope);
      for (const name of Object.keys(template.conditions)) scope.condition(name);
      accepted++;
    } catch (error) {
      if (!(error instanceof Problem)) throw new Error(`round ${round}: ${JSON.stringify(raw)}`, { cause: error });
    }
  }
  assert.ok(accepted > 20, `${accepted} were accepted`);
});
