/**
 * `node bench/compile.ts [resources]`: milliseconds to check and to compile an API of 300 resources with 5 methods, every template another text, in a
 * process that has compiled nothing before; and nanoseconds to route in it and in one of three resources.
 */
import { compileRest, restComplaints } from '../src/plan/compile-rest.ts';
import { exchange, liveStage, type MethodInWords, planTools, restSnapshot } from '../src/plan/plan-fixture.ts';
import { runPlan } from '../src/plan/run.ts';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Mappings, a request template, two responses with templates. */
function method(verb: string, n: number): MethodInWords {
  return {
    methodResponses: { '200': { statusCode: '200' }, '400': { statusCode: '400' } },
    requestParameters: { 'method.request.path.id': true, 'method.request.querystring.q': false },
    integration: {
      type: 'HTTP',
      httpMethod: verb,
      uri: `http://backend.example/r${n}/{id}`,
      requestParameters: {
        'integration.request.path.id': 'method.request.path.id',
        'integration.request.header.x-q': 'method.request.querystring.q',
      },
      requestTemplates: {
        'application/json': `#set($root = $input.path('$'))
{"id": "$input.params('id')", "n": ${n}, "verb": "${verb}", "items": [#foreach($item in $root.items)
  {"name": "$item.name", "price": $item.price}#if($foreach.hasNext),#end
#end]}`,
      },
      integrationResponses: {
        '200': {
          statusCode: '200',
          responseTemplates: { 'application/json': `{"n": ${n}, "verb": "${verb}", "data": $input.json('$.data')}` },
        },
        '400': {
          statusCode: '400',
          selectionPattern: '4\\d{2}',
          responseTemplates: {
            'application/json': `{"error": "$input.path('$.message')", "n": ${n}, "verb": "${verb}"}`,
          },
        },
      },
    },
  };
}

const apiOf = (resources: number, make: (verb: string, n: number) => MethodInWords) =>
  restSnapshot(
    Object.fromEntries(
      Array.from({ length: resources }, (_, n) => verbs.map((verb) => [`${verb} /r${n}/{id}`, make(verb, n)])).flat(),
    ),
  );

/** Milliseconds of processor time this thread has had: what others do on the machine does not count. */
function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function timed<T>(what: string, work: () => T): T {
  const startedMs = ownMs();
  const result = work();
  console.log(`${what.padEnd(60)} ${(ownMs() - startedMs).toFixed(1).padStart(8)} ms`);
  return result;
}

const count = Number(process.argv[2] ?? 300);
const snapshot = apiOf(count, method);
timed(`compile ${count} × 5 methods, cold (a gateway loads a stage)`, () =>
  compileRest(liveStage(snapshot), planTools()),
);
timed(`check ${count} × 5 methods, cold (CreateDeployment)`, () => restComplaints(snapshot));
timed('check again', () => restComplaints(snapshot));
timed('compile again', () => compileRest(liveStage(snapshot), planTools()));

const mock = (): MethodInWords => ({
  methodResponses: { '200': { statusCode: '200' } },
  integration: {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    integrationResponses: { '200': { statusCode: '200' } },
  },
});
for (const resources of [3, 300]) {
  const plan = compileRest(liveStage(apiOf(resources, mock)), planTools());
  const exchanges = [0, 1, 2].map((n) => exchange({ path: `/r${n}/7` }));
  const rounds: number[] = [];
  for (let round = 0; round < 9; round++) {
    const startedMs = ownMs();
    for (let i = 0; i < 200_000; i++) runPlan(plan, exchanges[i % 3]!);
    rounds.push(((ownMs() - startedMs) * 1e6) / 200_000);
  }
  const median = rounds.sort((a, b) => a - b)[4]!;
  console.log(
    `${`one MOCK request to an API of ${resources} × 5 methods`.padEnd(60)} ${median.toFixed(0).padStart(8)} ns`,
  );
}
