import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { describePlan } from '../describe.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { functionsAnswering, planTools, upstreamAnswering } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import type { PlanTools } from '../tools.ts';
import { compileWebSocket, webSocketComplaints } from './compile-websocket.ts';
import { liveSocketStage, type RouteSketch, socketEvent, socketSnapshot } from './websocket-fixture.ts';

type Options = { readonly tools?: Partial<PlanTools>; readonly more?: Parameters<typeof socketSnapshot>[1] };

function planOf(sketches: Readonly<Record<string, RouteSketch>>, { tools, more }: Options = {}) {
  return compileWebSocket(liveSocketStage(socketSnapshot(sketches, more)), planTools(tools));
}

const run = async (plan: ReturnType<typeof planOf>, x: Exchange): Promise<Reply> => await runPlan(plan, x);
const bodyOf = ({ body }: Reply): string => (typeof body === 'string' ? body : Buffer.from(body).toString());

const lambda: RouteSketch = {
  integration: {
    integrationType: 'AWS_PROXY',
    integrationMethod: 'POST',
    integrationUri:
      'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:chat/invocations',
  },
};

test('[V2-10] a function named by its ARN alone is the function of its invocation', () => {
  const bare = { ...lambda.integration!, integrationUri: 'arn:aws:lambda:eu-west-1:123456789012:function:chat' };
  const types = ['AWS_PROXY', 'AWS'] as const;
  for (const integrationType of types) {
    const [byArn, byInvocation] = [bare, lambda.integration!].map((integration) =>
      describePlan(planOf({ join: { integration: { ...integration, integrationType } } })),
    );
    assert.match(byArn!, /function:chat/);
    assert.equal(byArn, byInvocation);
  }
});

test('[WS-08] the expression’s value picks the route whose key it is, else $default', () => {
  const plan = planOf({ $connect: {}, $disconnect: {}, $default: {}, join: {} });
  assert.equal(plan.routeKeyOf('{"action":"join"}'), 'join');
  assert.equal(plan.routeKeyOf('{"action":"leave"}'), '$default');
  assert.equal(plan.routeKeyOf('{"other":1}'), '$default');
  assert.equal(plan.routeKeyOf('{"action":"$default"}'), '$default');
});

test('[WS-08] a client cannot choose the routes of the connection’s own life', () => {
  const plan = planOf({ $connect: {}, $disconnect: {}, join: {} });
  assert.equal(plan.routeKeyOf('{"action":"$connect"}'), undefined);
  assert.equal(plan.routeKeyOf('{"action":"$disconnect"}'), undefined);
});

test('[WS-10] what is not JSON goes to $default, even where the expression is a constant', () => {
  const plan = planOf({ $default: {}, join: {} }, { more: { api: { routeSelectionExpression: 'join' } } });
  assert.equal(plan.routeKeyOf('test'), '$default');
  assert.equal(plan.routeKeyOf(''), '$default');
  assert.equal(plan.routeKeyOf('{}'), 'join');
});

test('[WS-11] no route and no $default is an error frame that says Forbidden', async () => {
  const reply = await run(planOf({ join: {} }), socketEvent('', '{"action":"leave"}'));
  assert.equal(
    reply.body,
    '{"message": "Forbidden", "connectionId":"gbgA_A9XiQAYKEiI6A==", "requestId":"WxYz0123456789A="}',
  );
  assert.equal(reply.problem?.kind, 'FORBIDDEN');
});

test('[WS-04] the CONNECT event has headers, query and context, in the recorded order', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const plan = planOf({ $connect: lambda }, { tools: { functions } });
  const x = socketEvent('$connect', '', { eventType: 'CONNECT', messageId: undefined });
  const headers = ['Host', 'h', 'Upgrade', 'websocket', 'connection', 'upgrade', 'X-b', '1', 'Sec-WebSocket-Key', 'k'];
  Object.assign(x.request, { headers, query: 'b=1&a=x+y&b=2' });
  x.traceHeader = 'Root=1-00000000-000000000000000000000000';
  assert.equal((await run(plan, x)).status, 200);
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual(Object.keys(event), [
    'headers',
    'multiValueHeaders',
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'requestContext',
    'isBase64Encoded',
  ]);
  assert.deepEqual(event.headers, {
    Host: 'h',
    'Sec-WebSocket-Key': 'k',
    'X-Amzn-Trace-Id': 'Root=1-00000000-000000000000000000000000',
    'X-b': '1',
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Port': '80',
    'X-Forwarded-Proto': 'http',
  });
  assert.deepEqual(event.queryStringParameters, { a: 'x y', b: '2' });
  assert.deepEqual(event.multiValueQueryStringParameters, { a: ['x y'], b: ['1', '2'] });
  assert.equal(
    JSON.stringify(event.requestContext),
    '{"routeKey":"$connect","eventType":"CONNECT","extendedRequestId":"WxYz0123456789A=","requestTime":"21/Sep/2026:14:13:21 +0000",' +
      '"messageDirection":"IN","stage":"dev","connectedAt":1790000000000,"requestTimeEpoch":1790000001000,' +
      '"identity":{"userAgent":"test/1","sourceIp":"127.0.0.1"},"requestId":"WxYz0123456789A=",' +
      '"domainName":"abcdefghij.execute-api.eu-west-1.amazonaws.com","connectionId":"gbgA_A9XiQAYKEiI6A==","apiId":"abcdefghij"}',
  );
});

test('[WS-05] the MESSAGE event is context and body alone', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const plan = planOf({ say: lambda }, { tools: { functions } });
  await run(plan, socketEvent('say', '{"action":"say","text":"é"}'));
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual(Object.keys(event), ['requestContext', 'body', 'isBase64Encoded']);
  assert.equal(event.body, '{"action":"say","text":"é"}');
  assert.deepEqual(Object.keys(event.requestContext).slice(0, 4), [
    'routeKey',
    'messageId',
    'eventType',
    'extendedRequestId',
  ]);
  assert.equal(event.requestContext.eventType, 'MESSAGE');
});

test('[WS-06] the DISCONNECT event tells code and reason, and carries four headers of the gateway’s own', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const plan = planOf({ $disconnect: lambda }, { tools: { functions } });
  const facts = { disconnectStatusCode: 1001, disconnectReason: 'Going away' };
  await run(plan, socketEvent('$disconnect', '', { eventType: 'DISCONNECT', messageId: undefined, ...facts }));
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual(Object.entries(event.headers), [
    ['Host', 'abcdefghij.execute-api.eu-west-1.amazonaws.com'],
    ['x-api-key', ''],
    ['X-Forwarded-For', ''],
    ['x-restapi', ''],
  ]);
  assert.deepEqual(event.multiValueHeaders['x-restapi'], ['']);
  const { requestContext } = event;
  assert.deepEqual(Object.keys(requestContext).slice(0, 3), ['routeKey', 'disconnectStatusCode', 'eventType']);
  assert.equal(requestContext.disconnectStatusCode, 1001);
  assert.equal(requestContext.disconnectReason, 'Going away');
});

test('[WS-07] what the authorizer said is in every event as texts, its latency in CONNECT alone', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const plan = planOf({ $connect: lambda, say: lambda }, { tools: { functions } });
  const authorizer = {
    principalId: 'me',
    context: { level: 7, yes: true, empty: '' },
    claims: null,
    scopes: null,
    usageIdentifierKey: undefined,
    latencyMs: 12.4,
  };
  for (const [key, eventType] of [
    ['$connect', 'CONNECT'],
    ['say', 'MESSAGE'],
  ] as const) {
    const x = socketEvent(key, '{}', { eventType });
    x.authorizer = authorizer;
    await run(plan, x);
  }
  const seen = functions.calls.map(({ payload }) => JSON.parse(String(payload)).requestContext.authorizer);
  assert.deepEqual(seen[0], { principalId: 'me', integrationLatency: 12, level: '7', yes: 'true', empty: '' });
  assert.deepEqual(seen[1], { principalId: 'me', level: '7', yes: 'true', empty: '' });
});

test('[WS-04] stage variables are in events only where the stage has some', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const snapshot = socketSnapshot({ say: lambda });
  const plan = compileWebSocket(liveSocketStage(snapshot, { stageVariables: { a: 'b' } }), planTools({ functions }));
  await run(plan, socketEvent('say', '{}'));
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual(event.stageVariables, { a: 'b' });
});

test('[WS-12] a route is two-way when it has the $default route response; the reply is the function’s body alone', async () => {
  const functions = functionsAnswering({ statusCode: 503, body: 'hello', headers: { a: 'b' } });
  const plan = planOf({ one: lambda, two: { ...lambda, twoWay: true } }, { tools: { functions } });
  assert.equal(plan.repliesTo('one'), false);
  assert.equal(plan.repliesTo('two'), true);
  assert.equal(bodyOf(await run(plan, socketEvent('two', '{}'))), 'hello');
});

test('[WS-11] a function that fails or answers nonsense is an error frame, the connection’s and the event’s ids in it', async () => {
  const expected =
    '{"message": "Internal server error", "connectionId":"gbgA_A9XiQAYKEiI6A==", "requestId":"WxYz0123456789A="}';
  for (const functions of [
    functionsAnswering({ errorMessage: 'no' }, { functionError: 'Unhandled' }),
    functionsAnswering('null'),
    functionsAnswering({ unknown: 1 }),
  ]) {
    const reply = await run(planOf({ say: lambda }, { tools: { functions } }), socketEvent('say', '{}'));
    assert.equal(reply.body, expected);
    assert.notEqual(reply.problem, undefined);
  }
});

test('[WS-14] MOCK answers from its templates', async () => {
  const plan = planOf({
    ping: {
      twoWay: true,
      integration: {
        requestTemplates: { $default: '{"statusCode": 200}' },
        integrationResponses: {
          r: {
            integrationResponseId: 'r',
            integrationResponseKey: '$default',
            responseTemplates: { $default: '{"pong":"$context.connectionId", "at": $context.connectedAt}' },
          },
        },
      },
    },
  });
  const reply = await run(plan, socketEvent('ping', '{"action":"ping"}'));
  assert.equal(reply.body, '{"pong":"gbgA_A9XiQAYKEiI6A==", "at": 1790000000000}');
});

test('[WS-14] [WS-17] HTTP sends what templates and mappings make of the message', async () => {
  const upstream = upstreamAnswering({ body: '{"ok":1}' });
  const plan = planOf(
    {
      say: {
        twoWay: true,
        integration: {
          integrationType: 'HTTP',
          integrationMethod: 'PUT',
          integrationUri: 'http://backend.test/{room}',
          requestParameters: {
            'integration.request.header.connection-id': 'context.connectionId',
            'integration.request.path.room': 'route.request.body.room',
            'integration.request.querystring.static': "'yes'",
          },
          requestTemplates: { $default: '{"said":$input.json("$.text"),"by":"$context.routeKey"}' },
        },
      },
    },
    { tools: { upstream } },
  );
  const reply = await run(plan, socketEvent('say', '{"action":"say","text":"hi","room":"r 1"}'));
  assert.equal(bodyOf(reply), '{"ok":1}');
  const [sent] = upstream.sent;
  assert.equal(sent!.method, 'PUT');
  assert.equal(sent!.target, '/r%201?static=yes');
  assert.equal(String(sent!.body), '{"said":"hi","by":"say"}');
  assert.ok(sent!.headers.join('|').includes('connection-id|gbgA_A9XiQAYKEiI6A=='));
});

test('[WS-26] CONVERT_TO_BINARY sends what base64 stands for, CONVERT_TO_TEXT answers bytes as base64', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0x61]);
  const upstream = upstreamAnswering({ headers: ['Content-Type', 'image/png'], body: bytes });
  const integration = {
    integrationType: 'HTTP',
    integrationUri: 'http://backend.test/x',
    contentHandlingStrategy: 'CONVERT_TO_BINARY',
  } as const;
  const answering = (contentHandlingStrategy: string): RouteSketch => {
    const r = { integrationResponseId: 'r', integrationResponseKey: '$default', contentHandlingStrategy };
    return { twoWay: true, integration: { ...integration, integrationResponses: { r } } };
  };
  const plan = planOf({ picture: answering('CONVERT_TO_TEXT') }, { tools: { upstream } });
  assert.equal(bodyOf(await run(plan, socketEvent('picture', '/wBh'))), '/wBh');
  assert.deepEqual(Buffer.from(upstream.sent[0]!.body!), bytes);
  assert.deepEqual(webSocketComplaints(socketSnapshot({ picture: answering('CONVERT_TO_BINARY') })), [
    'picture: contentHandlingStrategy CONVERT_TO_BINARY of an integration response: WebSocket APIs send text only',
  ]);
});

test('[WS-14] HTTP_PROXY hands the message on as it came', async () => {
  const upstream = upstreamAnswering({ body: 'plain' });
  const integration = { integrationType: 'HTTP_PROXY', integrationUri: 'http://backend.test/x' } as const;
  const plan = planOf({ say: { twoWay: true, integration } }, { tools: { upstream } });
  assert.equal(bodyOf(await run(plan, socketEvent('say', '{"action":"say"}'))), 'plain');
  assert.equal(upstream.sent[0]!.method, 'POST');
  assert.equal(String(upstream.sent[0]!.body), '{"action":"say"}');
});

test('[WS-14] a private integration goes through its VPC link to where the settings say', async () => {
  const upstream = upstreamAnswering({ body: 'private' });
  const targets = { host: '10.0.0.7', port: 8080, isTls: undefined };
  const privateTargets = { targetFor: ({ id }: { id: string }) => (id === 'link01' ? targets : 'not mapped') };
  const integration = {
    integrationType: 'HTTP_PROXY',
    integrationUri: 'http://orders.internal/x',
    connectionType: 'VPC_LINK',
    connectionId: 'link01',
  } as const;
  const live = {
    ...liveSocketStage(socketSnapshot({ say: { twoWay: true, integration } })),
    vpcLinks: [{ id: 'link01', name: 'orders', targetArns: ['arn'], status: 'AVAILABLE', tags: {} } as const],
  };
  const plan = compileWebSocket(live, planTools({ upstream, privateTargets }));
  assert.equal(bodyOf(await run(plan, socketEvent('say', '{}'))), 'private');
  assert.equal(upstream.sent[0]!.connectTo?.host, '10.0.0.7');
  const without = compileWebSocket({ ...live, vpcLinks: [] }, planTools({ upstream, privateTargets }));
  assert.match(bodyOf(await run(without, socketEvent('say', '{}'))), /"Internal server error"/);
});

test('[WS-14] another AWS service is called signed, with what the template makes of the message', async () => {
  const upstream = upstreamAnswering({ body: '{"MessageId":"m"}' });
  const keys = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  const awsServices = { accessTo: () => ({ origin: 'http://sqs.test', host: 'sqs.test', keys }) };
  const integration = {
    integrationType: 'AWS',
    integrationMethod: 'POST',
    integrationUri: 'arn:aws:apigateway:eu-west-1:sqs:path/123456789012/orders',
    credentialsArn: 'arn:aws:iam::123456789012:role/queue',
    requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
    requestTemplates: { $default: 'Action=SendMessage&MessageBody=$input.path("$.text")' },
  } as const;
  const plan = planOf({ say: { twoWay: true, integration } }, { tools: { upstream, awsServices } });
  assert.equal(bodyOf(await run(plan, socketEvent('say', '{"text":"hi"}'))), '{"MessageId":"m"}');
  const [sent] = upstream.sent;
  assert.equal(String(sent!.body), 'Action=SendMessage&MessageBody=hi');
  assert.match(sent!.headers.join('\n'), /AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-west-1\/sqs\/aws4_request/);
});

test('[WS-15] the template whose key the expression gives is used, else that of $default', async () => {
  const upstream = upstreamAnswering();
  const integration = {
    integrationType: 'HTTP',
    integrationUri: 'http://backend.test/x',
    templateSelectionExpression: '${request.body.kind}',
    requestTemplates: { short: '{"short":1}', $default: '{"other":1}' },
  } as const;
  const plan = planOf({ say: { integration } }, { tools: { upstream } });
  await run(plan, socketEvent('say', '{"kind":"short"}'));
  await run(plan, socketEvent('say', '{"kind":"long"}'));
  await run(plan, socketEvent('say', 'not json'));
  assert.deepEqual(
    upstream.sent.map(({ body }) => String(body)),
    ['{"short":1}', '{"other":1}', '{"other":1}'],
  );
});

test('[WS-15] without a matching template the message passes, or is refused where passthroughBehavior says so', async () => {
  const upstream = upstreamAnswering();
  const integration = {
    integrationType: 'HTTP',
    integrationUri: 'http://backend.test/x',
    templateSelectionExpression: 'none',
    requestTemplates: { some: '{"some":1}' },
  } as const;
  const passing = planOf({ say: { integration } }, { tools: { upstream } });
  await run(passing, socketEvent('say', '{"a":1}'));
  assert.equal(String(upstream.sent[0]!.body), '{"a":1}');
  for (const passthroughBehavior of ['NEVER', 'WHEN_NO_TEMPLATES']) {
    const refusing = planOf({ say: { integration: { ...integration, passthroughBehavior } } }, { tools: { upstream } });
    assert.match(bodyOf(await run(refusing, socketEvent('say', '{"a":1}'))), /"Internal server error"/);
  }
  assert.equal(upstream.sent.length, 1);
});

test('[WS-15] where no expression selects a template, that of application/json is used, of requests and of responses', async () => {
  const integrationResponses = {
    a: {
      integrationResponseId: 'a',
      integrationResponseKey: '$default',
      responseTemplates: { 'application/json': 'pong' },
    },
  };
  const requestTemplates = { 'application/json': '{"statusCode":200}' };
  const integration = { integrationType: 'MOCK', requestTemplates, integrationResponses } as const;
  const plan = planOf({ say: { twoWay: true, integration } });
  assert.equal(bodyOf(await run(plan, socketEvent('say', '{"action":"say"}'))), 'pong');
});

test('[WS-16] integration responses are picked by the pattern between slashes, templates by the status', async () => {
  const integrationResponses = {
    a: {
      integrationResponseId: 'a',
      integrationResponseKey: '/2\\d\\d/',
      templateSelectionExpression: '${integration.response.statuscode}',
      responseTemplates: { '201': 'made', $default: 'fine' },
    },
    b: { integrationResponseId: 'b', integrationResponseKey: '$default', responseTemplates: { $default: 'bad' } },
  };
  const integration = { integrationType: 'HTTP', integrationUri: 'http://b.test/', integrationResponses } as const;
  for (const [status, expected] of [
    [201, 'made'],
    [200, 'fine'],
    [500, 'bad'],
  ] as const) {
    const upstream = upstreamAnswering({ status });
    const plan = planOf({ say: { twoWay: true, integration } }, { tools: { upstream } });
    assert.equal((await run(plan, socketEvent('say', '{}'))).body, expected);
  }
});

test('[WS-15] templates of answers are picked by what the backend answered, or that of $default', async () => {
  const choosing = (templateSelectionExpression: string) => ({
    integrationType: 'HTTP' as const,
    integrationUri: 'http://b.test/',
    integrationResponses: {
      a: {
        integrationResponseId: 'a',
        integrationResponseKey: '$default',
        templateSelectionExpression,
        responseTemplates: { $default: 'other', Pet: "pet $input.path('$.id')", 'a-b': 'both' },
      },
    },
  });
  const headers = ['X-Kind', 'Pet', 'x-kind', 'a-b'];
  for (const [expression, body, expected] of [
    ['$integration.response.body.type', '{"type":"Pet","id":7}', 'pet 7'],
    ['$integration.response.body.type', '{"type":"pet"}', 'other'],
    ['$integration.response.body.type', 'not json', 'other'],
    ['${integration.response.header.X-Kind}', '{}', 'both'],
    ['${request.body.kind}', '{}', 'both'],
  ] as const) {
    const upstream = upstreamAnswering({ body: Buffer.from(body), headers });
    const plan = planOf({ say: { twoWay: true, integration: choosing(expression) } }, { tools: { upstream } });
    assert.equal((await run(plan, socketEvent('say', '{"kind":"a-b"}'))).body, expected, expression);
  }
});

test('[WS-16] a failing function’s message picks the response of a custom Lambda integration', async () => {
  const functions = functionsAnswering({ errorMessage: 'no such room' }, { functionError: 'Unhandled' });
  const integration = {
    ...lambda.integration,
    integrationType: 'AWS',
    integrationResponses: {
      a: { integrationResponseId: 'a', integrationResponseKey: '/no such.*/', responseTemplates: { $default: 'gone' } },
      b: { integrationResponseId: 'b', integrationResponseKey: '$default' },
    },
  } as const;
  const plan = planOf({ say: { twoWay: true, integration } }, { tools: { functions } });
  assert.equal((await run(plan, socketEvent('say', '{"a":1}'))).body, 'gone');
  assert.equal(String(functions.calls[0]!.payload), '{"a":1}');
});

test('[WS-18] templates see the connection, the event and the parameters of the handshake', async () => {
  const upstream = upstreamAnswering();
  const template =
    '$context.connectionId|$context.connectedAt|$context.eventType|$context.messageId|$context.routeKey|$context.stage|' +
    '$context.apiId|$context.domainName|$context.requestTimeEpoch|$context.identity.userAgent|$context.authorizer.principalId|' +
    '$input.path("$.action")|$util.urlEncode("a b")|$stageVariables.color|$input.params("name")';
  const integration = {
    integrationType: 'HTTP',
    integrationUri: 'http://backend.test/x',
    requestTemplates: { $default: template },
  } as const;
  const snapshot = socketSnapshot({ $connect: { integration }, say: { integration } });
  const plan = compileWebSocket(
    liveSocketStage(snapshot, { stageVariables: { color: 'red' } }),
    planTools({ upstream }),
  );
  await run(plan, socketEvent('say', '{"action":"say"}'));
  const x = socketEvent('$connect', '', { eventType: 'CONNECT', messageId: undefined });
  Object.assign(x.request, { query: 'name=ada' });
  await run(plan, x);
  assert.deepEqual(
    upstream.sent.map(({ body }) => String(body)),
    [
      'gbgA_A9XiQAYKEiI6A==|1790000000000|MESSAGE|gbgBBBBBBBAYKEiI6A==|say|dev|abcdefghij|' +
        'abcdefghij.execute-api.eu-west-1.amazonaws.com|1790000001000|test/1||say|a+b|red|',
      'gbgA_A9XiQAYKEiI6A==|1790000000000|CONNECT||$connect|dev|abcdefghij|' +
        'abcdefghij.execute-api.eu-west-1.amazonaws.com|1790000001000|test/1|||a+b|red|ada',
    ],
  );
});

test('[MOD-05] a message that does not fit its route’s model never reaches the integration', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const schema = '{"type":"object","required":["text"]}';
  const models = [{ modelId: 'm', name: 'Say', contentType: 'application/json', schema }];
  const route = { ...lambda, modelSelectionExpression: '$default', requestModels: { $default: 'Say' } };
  const plan = planOf({ say: route }, { tools: { functions }, more: { models } });
  assert.match(bodyOf(await run(plan, socketEvent('say', '{"action":"say"}'))), /"message": "Bad request body"/);
  assert.equal(functions.calls.length, 0);
  assert.equal((await run(plan, socketEvent('say', '{"text":"x"}'))).problem, undefined);
});

test('[MOD-09] [GWR-13] the selection expression picks the model, $default is for the others; without either the message fails', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const model = (name: string) => ({
    ...{ modelId: name, name, contentType: 'application/json' },
    schema: JSON.stringify({ type: 'object', required: [name.toLowerCase()] }),
  });
  const more = { models: [model('Text'), model('Sound'), model('Any')] };
  const choosing = { ...lambda, modelSelectionExpression: '$request.body.kind' };
  const byKind = { t: 'Text', s: 'Sound' };
  const plan = planOf(
    {
      say: { ...choosing, requestModels: byKind },
      tell: { ...choosing, requestModels: { ...byKind, $default: 'Any' } },
      $connect: { ...lambda, requestParameters: { 'route.request.querystring.name': { required: true } } },
    },
    { tools: { functions }, more },
  );
  const outcome = async (route: string, message: object): Promise<string> => {
    const { problem, body } = await run(plan, socketEvent(route, JSON.stringify(message)));
    return problem === undefined ? 'sent' : String(body);
  };
  const ids = '"connectionId":"gbgA_A9XiQAYKEiI6A==", "requestId":"WxYz0123456789A="}';
  const bad = `{"message": "Bad request body", ${ids}`;
  assert.equal(await outcome('say', { kind: 't', text: 'x' }), 'sent');
  assert.equal(await outcome('say', { kind: 's', sound: 'x' }), 'sent');
  assert.equal(await outcome('say', { kind: 's', text: 'x' }), bad);
  assert.equal(await outcome('say', { kind: 'other', text: 'x' }), bad);
  assert.equal(await outcome('say', { text: 'x' }), bad);
  assert.equal(await outcome('tell', { kind: 'other', any: 'x' }), 'sent');
  assert.equal(await outcome('tell', { kind: 'other', text: 'x' }), bad);
  assert.equal(functions.calls.length, 3);
  // A refused handshake has the same members.
  const handshake = await run(plan, socketEvent('$connect', '', { eventType: 'CONNECT', messageId: undefined }));
  assert.equal(handshake.status, 400);
  assert.equal(handshake.body, `{"message": "Missing required request parameters: [name]", ${ids}`);
});

test('what cannot be enforced or compiled is a complaint that names its route', () => {
  const complaintsOf = (sketches: Readonly<Record<string, RouteSketch>>, more?: Options['more']) =>
    webSocketComplaints(socketSnapshot(sketches, more)).join('\n');
  assert.equal(complaintsOf({ $connect: lambda, say: lambda }), '');
  assert.match(
    complaintsOf({ say: { target: 'integrations/nosuch' } }),
    /say: the target integrations\/nosuch does not exist/,
  );
  assert.match(
    complaintsOf({ say: {} }, { api: { routeSelectionExpression: '$request.header.x' } }),
    /API chat: routeSelectionExpression .* is no variable/,
  );
  const wrong = { requestTemplates: { $default: '#if(' } };
  assert.match(complaintsOf({ say: { integration: wrong } }), /say: the request template .* line 1/);
  const nowhere = { templateSelectionExpression: '${integration.answer.header.x}' };
  const response = { integrationResponseId: 'r', integrationResponseKey: '$default', ...nowhere };
  assert.match(
    complaintsOf({ say: { integration: { integrationResponses: { r: response } } } }),
    /is no variable of an answer/,
  );
});

test('a plan prints itself, a line per route', () => {
  const plan = planOf({ $default: {}, say: lambda });
  assert.equal(
    describePlan(plan),
    '$default: no integration\nsay: lambda-proxy arn:aws:lambda:eu-west-1:123456789012:function:chat\n',
  );
});
