import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makeWebSocketApi, v2Control } from '../../../test/support/v2-control.ts';

const Schema = '{"type":"object","properties":{"action":{"type":"string"},"count":{"type":"integer"}}}';

test('[V2-18] a model goes through create, read, update, delete, and becomes a template', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const model = await control.call('CreateModel', { ApiId, Name: 'Message', Schema });
  const ModelId = model.ModelId!;
  assert.deepEqual(model, { ContentType: 'application/json', ModelId, Name: 'Message', Schema });
  assert.deepEqual((await control.call('GetModels', { ApiId })).Items, [model]);
  const { Value } = await control.call('GetModelTemplate', { ApiId, ModelId });
  assert.equal(Value, '#set($inputRoot = $input.path(\'$\'))\n{\n  "action" : "foo",\n  "count" : 42\n}');
  const changed = await control.call('UpdateModel', { ApiId, ModelId, Description: 'what is sent' });
  assert.deepEqual(changed, { ...model, Description: 'what is sent' });
  await control.call('DeleteModel', { ApiId, ModelId });
  await assertRefused(control.call('GetModel', { ApiId, ModelId }), 'NotFoundException');
});

test('[V2-18] a model has an alphanumeric name of its own and a schema that is one, of 32 KB at most', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const create = (Name: string, schema = Schema) => control.call('CreateModel', { ApiId, Name, Schema: schema });
  const { ModelId } = await create('Message');
  await assertRefused(create('Message'), 'ConflictException');
  await assertRefused(create('My-Message'), 'BadRequestException', 'Model name must be alphanumeric: My-Message');
  await assertRefused(create('Broken', '{'), 'BadRequestException');
  await assertRefused(create('Long', `{"description":"${'x'.repeat(33_000)}"}`), 'BadRequestException');
  await control.call('CreateRoute', { ApiId, RouteKey: 'send', RequestModels: { $default: 'Message' } });
  await assertRefused(control.call('DeleteModel', { ApiId, ModelId: ModelId! }), 'ConflictException');
});
