import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { headerValue } from '../../base/headers.ts';
import {
  type ApiInWords,
  answer,
  type MethodInWords,
  planOf,
  type RequestInWords,
  upstreamAnswering,
} from '../plan-fixture.ts';

const http = (changes: Partial<MethodInWords['integration']>): MethodInWords => ({
  methodResponses: { '200': { statusCode: '200' } },
  integration: {
    type: 'HTTP',
    httpMethod: 'POST',
    uri: 'http://backend/in',
    integrationResponses: { '200': { statusCode: '200' } },
    ...changes,
  },
});

/** What a request template makes of a request. */
async function rendered(template: string, request: RequestInWords = {}, path = '/'): Promise<string> {
  const upstream = upstreamAnswering();
  const api: ApiInWords = { [`POST ${path}`]: http({ requestTemplates: { 'application/json': template } }) };
  const reply = await answer(planOf(api, { upstream }), { method: 'POST', ...request });
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return String(upstream.sent[0]!.body);
}

/** The reply to a request whose template fails. */
async function refused(template: string, request: RequestInWords) {
  const upstream = upstreamAnswering();
  const api = { 'POST /': http({ requestTemplates: { 'application/json': template } }) };
  const reply = await answer(planOf(api, { upstream }), { method: 'POST', ...request });
  assert.equal(upstream.sent.length, 0);
  return { status: reply.status, body: String(reply.body), why: reply.problem!.why };
}

const pets = '{"pets":[{"name":"Rex","url":"a/b"},{"name":"Tom"}],"n":1.0,"none":null,"more":{"a":"b","c":[1,"x/y"]}}';

test('[MAP-10] body is the text as sent, json the JSON text of what a path finds, path the thing itself', async () => {
  assert.equal(await rendered('$input.body', { body: 'any <text>' }), 'any <text>');
  assert.equal(await rendered("$input.json('$.pets[0]')", { body: pets }), '{"name":"Rex","url":"a/b"}');
  assert.equal(await rendered("$input.json('$.pets[*].name')", { body: pets }), '["Rex","Tom"]');
  assert.equal(await rendered("$input.json('$.none') $input.json('$.n')", { body: pets }), 'null 1.0');
  const names = "#foreach($pet in $input.path('$.pets'))$pet.name#if($foreach.hasNext), #end#end";
  assert.equal(await rendered(names, { body: pets }), 'Rex, Tom');
  assert.equal(await rendered("$input.path('$.pets').size() $input.path('pets[1].name')", { body: pets }), '2 Tom');
});

test('[MAP-11] maps print as Java prints them, lists as JSON', async () => {
  assert.equal(await rendered("$input.path('$.more')", { body: pets }), '{a=b, c=[1,"x\\/y"]}');
  assert.equal(await rendered("$input.path('$.more.c')", { body: pets }), '[1,"x\\/y"]');
});

test('[MAP-10] a missing field is empty text for path and "" for json; an empty body is {}', async () => {
  assert.equal(await rendered("<$input.path('$.missing')>", { body: pets }), '<>');
  assert.equal(await rendered("<$input.json('$.missing')>", { body: pets }), '<"">');
  assert.equal(await rendered("$input.body $input.json('$') $input.path('$')"), '{} {} {}');
  // Empty text is true, as users of AWS report of absent fields.
  assert.equal(await rendered("#if($input.path('$.missing'))true#end", { body: pets }), 'true');
});

test('a null equals both $null and empty text', async () => {
  const template =
    "#set($none = $input.path('$.none'))#if($none == $null)1#end#if($none == '')2#end#if($none != '')3#end";
  assert.equal(
    await rendered("#set($root = $input.path('$'))#if($root.none == '')1#end#if($root.none == $null)2#end", {
      body: pets,
    }),
    '12',
  );
  assert.equal(await rendered(template, { body: pets }), '12');
});

test('a null prints its reference, quietly nothing', async () => {
  assert.equal(
    await rendered("$input.path('$.none') $!input.path('$.none')", { body: pets }),
    "$input.path('$.none') ",
  );
});

test('maps can be assigned to and put into; json still reads the body as it came', async () => {
  const template = `#set($root = $input.path('$'))#set($root.more.a = 1)#set($ignored = $root.more.put('z', 'y'))$root.more $input.json('$.more.a')`;
  assert.equal(await rendered(template, { body: pets }), '{a=1, c=[1,"x\\/y"], z=y} "b"');
});

test('[MAP-10] params(name) looks into path, query and headers, in this order', async () => {
  const request = { path: '/7?id=8&tag=a&tag=b', headers: ['id', '9', 'X-Only', 'header', 'x-two', '1', 'X-Two', '2'] };
  const ask = (template: string) => rendered(template, request, '/{id}');
  assert.equal(await ask("$input.params('id')"), '7');
  assert.equal(await ask("$input.params('tag') $input.params('X-Two')"), 'a,b 1,2');
  assert.equal(await ask("$input.params('x-only') <$input.params('absent')>"), 'header <>');
});

test('[MAP-10] params() is a map of path, querystring and header, the gateway’s own headers among them', async () => {
  const request = {
    path: '/a%20b?q=1+2',
    headers: ['Host', 'h.example:8080', 'X-My', 'v', 'x-forwarded-for', '9.9.9.9'],
  };
  const dump =
    '#foreach($type in $input.params().keySet())$type:#foreach($name in $input.params().get($type).keySet())|$name=$input.params().get($type).get($name)#end|#end';
  const traced = await rendered(
    dump,
    { ...request, headers: [...request.headers, 'X-Amzn-Trace-Id', 'Root=1-a-b'] },
    '/{id}',
  );
  assert.deepEqual(traced.split('|'), [
    'path:',
    'id=a b',
    'querystring:',
    'q=1 2',
    'header:',
    'Host=h.example:8080',
    'X-My=v',
    'X-Amzn-Trace-Id=Root=1-a-b',
    'X-Forwarded-For=9.9.9.9, 127.0.0.1',
    'X-Forwarded-Port=8080',
    'X-Forwarded-Proto=http',
    '',
  ]);
});

test('managed and hop-by-hop headers are empty text', async () => {
  const headers = ['Connection', 'keep-alive', 'Content-Length', '3', 'TE', 'trailers', 'Accept', '*/*'];
  const template =
    "<$input.params('Connection')$input.params('content-length')> <$input.params().header.get('TE')> $input.params('Accept')";
  assert.equal(await rendered(template, { headers }), '<> <> */*');
});

test('[MAP-12] a body that is not JSON still has its text; asked for JSON it is 400 in json-smart’s words', async () => {
  assert.equal(await rendered('$input.body', { body: '{a' }), '{a');
  const said = { '{a': 'Unexpected End Of File position 1: null', '[a': 'Unexpected End Of File position 1: EOF' };
  for (const [body, detail] of Object.entries(said)) {
    for (const template of ["{ $input.json('$') }", "{ $input.path('$.a') }"]) {
      const reply = await refused(template, { body });
      assert.deepEqual(
        [reply.status, reply.body],
        [400, `{"message":"Could not parse request body into json: ${detail}"}`],
      );
    }
  }
  const reply = await refused("{\n  $input.json('$')\n}", { body: '{a' });
  assert.match(
    reply.why,
    /^POST \/: the request template for application\/json failed: line 2, column \d+: .*End Of File/,
  );
});

test('[MAP-19] a template that fails is 500, the log has line and column', async () => {
  for (const template of ["a\n $input.path('$.[')", "a\n $util.parseJson('{a')", "a\n $input.path('$.list').get(7)"]) {
    const reply = await refused(template, { body: '{"list":[]}' });
    assert.deepEqual([reply.status, reply.body], [500, '{"message": "Internal server error"}'], template);
    assert.match(reply.why, /^POST \/: the request template for application\/json failed: line 2, column \d+: ./);
  }
});

test('[MAP-08] a loop ends after 1,000 rounds', async () => {
  assert.equal((await rendered('#foreach($i in [1..1001])x#end')).length, 1_000);
});

test('[MAP-13] $util encodes, decodes, escapes and parses', async () => {
  const template = `$util.escapeJavaScript("it's a/b") $util.urlEncode('a b&c') $util.urlDecode('a+b%26') $util.base64Encode('héllo') $util.base64Decode('aMOpbGxv')`;
  assert.equal(await rendered(template), "it\\'s a\\/b a+b%26c a b& aMOpbGxv héllo");
  const parse = "#set($e = $util.parseJson($input.path('$.errorMessage')))$e.key2.arr[0]";
  assert.equal(
    await rendered(parse, { body: '{"errorMessage":"{\\"key1\\":\\"var1\\",\\"key2\\":{\\"arr\\":[1,2,3]}}"}' }),
    '1',
  );
});

test('[MAP-10] in a response template the body is the backend’s, the parameters are the client’s', async () => {
  const responseTemplates = { 'application/json': "$input.json('$.from') $input.params('id') $input.body.length()" };
  const integrationResponses = { '200': { statusCode: '200', responseTemplates } };
  const plan = planOf({ 'POST /{id}': http({ integrationResponses }) }, { upstream: upstreamAnswering() });
  const reply = await answer(plan, { method: 'POST', path: '/7', body: '{"from":"client"}' });
  assert.equal(reply.body, '"backend" 7 18');
  assert.equal(headerValue(reply.headers, 'content-type'), 'application/json');
});

test('a backend’s body that is not JSON is 500 where the response template reads JSON', async () => {
  const responseTemplates = { 'application/json': "$input.json('$')" };
  const integrationResponses = { '200': { statusCode: '200', responseTemplates } };
  const plan = planOf({ 'POST /': http({ integrationResponses }) }, { upstream: upstreamAnswering({ body: '{a' }) });
  const reply = await answer(plan, { method: 'POST' });
  assert.deepEqual([reply.status, reply.body], [500, '{"message": "Internal server error"}']);
  assert.match(
    reply.problem!.why,
    /^POST \/: the response 200 template for application\/json failed: line 1, column \d+: Unexpected End Of File position 1: null$/,
  );
});
