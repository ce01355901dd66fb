/** Mapping templates on the whole product: made with the SDK, rendered for real requests, their output seen by real backends and functions. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { BadRequestException, PutIntegrationResponseCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, createFunction, lambdaCustom } from '../support/api-under-test.ts';
import { type Backend, type Echo, echoOf, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, type PlainReply, type PlainRequest } from '../support/plain-http.ts';

const configurationError = '{"message": "Internal server error"}';
const json = (template: string): Record<string, string> => ({ 'application/json': template });

/** The template of the AWS console's "method request passthrough", but for the members of $context. */
const passthrough = `#set($allParams = $input.params())
{
"body-json" : $input.json('$'),
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage-variables" : {
#foreach($key in $stageVariables.keySet())
"$key" : "$util.escapeJavaScript($stageVariables.get($key))"
    #if($foreach.hasNext),#end
#end
},
"context" : {
    "stage" : "$context.stage", "source-ip" : "$context.identity.sourceIp", "caller" : "$context.identity.caller",
    "api-id" : "$context.apiId", "http-method" : "$context.httpMethod", "resource-path" : "$context.resourcePath"
    }
}`;

/** JSON in, a SOAP envelope to the backend. */
const soapRequest = `#set($context.requestOverride.header.SOAPAction = "urn:pets#find")
#set($context.requestOverride.header.Content-Type = "text/xml; charset=utf-8")
#set($root = $input.path('$'))
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><find>#foreach($kind in $root.kinds)<kind>$kind.replace("&", "&amp;")</kind>#end<max>$root.max</max></find></soap:Body></soap:Envelope>`;

/** The backend's XML as JSON. */
const soapResponse = `#set($xml = $input.body)
{"pets": [#foreach($part in $xml.split("<pet>"))#if($foreach.index > 0)
#set($name = $part.substring(0, $part.indexOf("</pet>")))
{"name": "$util.escapeJavaScript($name)"}#if($foreach.hasNext),#end#end#end]}`;

let gatewright: TestGatewright;
let backend: Backend;
let api: ApiUnderTest;
let received: Echo;

before(async () => {
  gatewright = await startTestGatewright();
  backend = await httpBackend(async (request, response) => {
    received = await echoOf(request);
    if (request.url === '/soap') {
      const body = '<s:Envelope xmlns:s="urn:s"><s:Body><pet>Rex "1st"</pet><pet>Tom</pet></s:Body></s:Envelope>';
      response.setHeader('Content-Type', 'text/xml').end(body);
    } else if (request.url === '/broken') response.end('{a');
    else response.setHeader('Content-Type', 'application/json').end('{"errors":[{"key":"petId"}]}');
  });
  const echo = await createFunction(gatewright, 'echo', 'exports.handler = async (event) => event;');
  const failing = await createFunction(
    gatewright,
    'failing',
    'exports.handler = async ({ code }) => { throw new Error(JSON.stringify({ code, text: "no such ride" })); };',
  );
  const http = (path: string, more: object) => ({
    type: 'HTTP' as const,
    verb: 'POST',
    uri: `${backend.origin}${path}`,
    responses: [{ statusCode: '200' }],
    ...more,
  });
  api = await createApi(gatewright, {
    'GET /mock/{id}': {
      type: 'MOCK',
      requestTemplates: json('#if($input.params("id") == "0"){"statusCode": 404}#else{"statusCode": 200}#end'),
      responses: [
        {
          statusCode: '200',
          responseTemplates: json(
            '[#foreach($n in [1..3]){"pet": "$input.params("id")-$n"}#if($foreach.hasNext), #end#end]',
          ),
        },
        { statusCode: '404', selectionPattern: '404', responseTemplates: json('no $context.resourcePath') },
      ],
    },
    'POST /passthrough/{id}': lambdaCustom(echo, {
      requestTemplates: json(passthrough),
      responses: [{ statusCode: '200' }],
    }),
    'POST /failing': lambdaCustom(failing, {
      responses: [
        { statusCode: '200' },
        {
          statusCode: '500',
          selectionPattern: '\\{.*',
          responseTemplates: json(
            `#set($error = $util.parseJson($input.path('$.errorMessage')))#set($context.responseOverride.status = $error.code){"said": "$error.text"}`,
          ),
        },
      ],
    }),
    'POST /soap': http('/soap', {
      requestTemplates: json(soapRequest),
      responses: [{ statusCode: '200', responseTemplates: json(soapResponse) }],
    }),
    'POST /override/{id}': http('/{where}', {
      requestTemplates: json(
        `#set($context.requestOverride.path.where = "$input.params('id')x")#set($context.requestOverride.querystring.q = $input.path('$.q'))#set($context.requestOverride.header.X-Both = "$input.params('one')$input.params('two')")$input.json('$')`,
      ),
      requestParameters: { 'integration.request.header.X-Both': "'mapped'" },
      responses: [
        {
          statusCode: '200',
          // The guide's own example of an overridden status.
          responseTemplates: json(
            `#set($inputRoot = $input.path('$'))\n$input.json("$")\n#if($inputRoot.toString().contains("error"))\n#set($context.responseOverride.status = 400)\n#end\n`,
          ),
        },
      ],
    }),
    'POST /broken': http('/broken', {
      responses: [{ statusCode: '200', responseTemplates: json("{\n  $input.json('$')}") }],
    }),
  });
  await api.deploy('s');
});

after(async () => {
  await gatewright.close();
  await backend.close();
});

const call = (path: string, more: Partial<PlainRequest> = {}): Promise<PlainReply> =>
  ask({
    port: gatewright.port,
    path: new URL(api.url('s', path)).pathname + new URL(api.url('s', path)).search,
    ...more,
  });

const post = (path: string, body: unknown, headers: string[] = []): Promise<PlainReply> =>
  call(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: ['Content-Type', 'application/json', ...headers],
  });

test('[INT-01] [MAP-07] a mock decides and loops with its templates', async () => {
  const found = await call('/mock/rex');
  assert.deepEqual([found.status, found.json], [200, [{ pet: 'rex-1' }, { pet: 'rex-2' }, { pet: 'rex-3' }]]);
  const missing = await call('/mock/0');
  assert.deepEqual([missing.status, missing.text], [404, 'no /mock/{id}']);
});

test('[INT-07] [MAP-10] [MAP-14] the console’s passthrough template hands a function everything', async () => {
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 's',
      patchOperations: [{ op: 'replace', path: '/variables/color', value: 'blue' }],
    }),
  );
  const reply = await post('/passthrough/7?q=a%22b', { pet: ['Rex'] }, ['X-My', 'mine']);
  const event = reply.json as Record<string, Record<string, unknown>>;
  assert.deepEqual(event['body-json'], { pet: ['Rex'] });
  assert.deepEqual(event['params']!['path'], { id: '7' });
  assert.deepEqual(event['params']!['querystring'], { q: 'a"b' });
  assert.equal((event['params']!['header'] as Record<string, string>)['X-My'], 'mine');
  assert.deepEqual(event['stage-variables'], { color: 'blue' });
  assert.deepEqual(event['context'], {
    stage: 's',
    'source-ip': '127.0.0.1',
    caller: '',
    'api-id': api.id,
    'http-method': 'POST',
    'resource-path': '/passthrough/{id}',
  });
});

test("[MAP-13] escapeJavaScript writes a quote as \\', which is no JSON: a function’s input with it is 400", async () => {
  const quoted = await post('/passthrough/7', {}, ['X-My', "it's"]);
  assert.equal(quoted.status, 400);
  assert.match(quoted.text, /^\{"message":"Could not parse request body into json: /);
});

test('a function’s error is read out of its errorMessage and becomes body and status', async () => {
  const reply = await post('/failing', { code: 410 });
  assert.deepEqual([reply.status, reply.text], [410, '{"said": "no such ride"}']);
});

test('[MAP-18] JSON becomes a SOAP request, its answer JSON', async () => {
  const reply = await post('/soap', { kinds: ['cats & dogs', 'birds'], max: 2 });
  assert.equal(received.headers['content-type'], 'text/xml; charset=utf-8');
  assert.equal(received.headers['soapaction'], 'urn:pets#find');
  assert.equal(
    received.body.trim(),
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><find>' +
      '<kind>cats &amp; dogs</kind><kind>birds</kind><max>2</max></find></soap:Body></soap:Envelope>',
  );
  assert.equal(reply.status, 200, gatewright.complaints.at(-1) ?? '');
  assert.deepEqual(reply.all('content-type'), ['application/json']);
  assert.deepEqual(reply.json, { pets: [{ name: 'Rex "1st"' }, { name: 'Tom' }] });
});

test('[MAP-16] [MAP-17] overrides reach the backend’s path, query and headers, and the status of the answer', async () => {
  const reply = await post('/override/a', { q: 'x y' }, ['one', '1', 'two', '2']);
  assert.equal(received.url, '/ax?q=x%20y');
  assert.equal(received.headers['x-both'], '12');
  assert.equal(received.body, '{"q":"x y"}');
  assert.equal(reply.status, 400);
  assert.deepEqual(reply.json, { errors: [{ key: 'petId' }] });
});

test('[MAP-19] a template that fails answers 500; the log says where', async () => {
  const reply = await post('/broken', {});
  assert.deepEqual([reply.status, reply.text], [500, configurationError]);
  assert.match(
    gatewright.complaints.at(-1)!,
    /POST \/broken: the response 200 template for application\/json failed: line 2, column \d+: .*Unexpected End Of File/,
  );
});

test('[MAP-12] a client’s body that is not JSON is 400 where the template reads JSON', async () => {
  const reply = await post('/override/a', '{a');
  const detail = 'Unexpected End Of File position 1: null';
  assert.deepEqual(
    [reply.status, reply.text],
    [400, `{"message":"Could not parse request body into json: ${detail}"}`],
  );
});

test('a template that does not parse refuses the deployment, with line and column', async () => {
  const broken = await createApi(gatewright, {
    'GET /pets': { type: 'MOCK', requestTemplates: json('{\n"statusCode": #if(}'), responses: [{ statusCode: '200' }] },
  });
  await assert.rejects(broken.deploy('s'), (error: Error) => {
    assert.ok(error instanceof BadRequestException);
    assert.match(
      error.message,
      /GET \/pets: the request template for application\/json is not valid: line 2, column \d+: /,
    );
    return true;
  });
  await gatewright.apigateway.send(
    new PutIntegrationResponseCommand({
      ...broken.method('GET /pets'),
      statusCode: '200',
      responseTemplates: json('#end'),
    }),
  );
  await assert.rejects(
    broken.deploy('s'),
    /the response 200 template for application\/json is not valid: line 1, column 1: /,
  );
});
