import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  makeApi,
  makePets,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { RestSnapshot } from '../../definition/snapshot.ts';
import { snapshots } from '../../ports/records.ts';
import { modelTemplate } from './model-template.ts';

const json = { contentType: 'application/json' };
const uri = (restApiId: string, name: string): string =>
  `https://apigateway.amazonaws.com/restapis/${restApiId}/models/${name}`;

/** Creates a model; its schema as given. */
async function makeModel(control: RestControl, restApiId: string, name: string, schema: unknown): Promise<void> {
  await control.call('CreateModel', { restApiId, name, ...json, schema: JSON.stringify(schema) });
}

const schemaOf = async (
  control: RestControl,
  restApiId: string,
  modelName: string,
  flatten?: boolean,
): Promise<unknown> => {
  const { schema } = await control.call('GetModel', { restApiId, modelName, ...(flatten && { flatten }) });
  return JSON.parse(schema ?? '');
};

test('[V1-27] a model comes back as it was made, its schema to the letter; an empty description is fine', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const schema = '{ "type" : "object",\n "properties": {} }';
  const made = await control.call('CreateModel', { restApiId, name: 'Pet', ...json, description: '', schema });
  assert.match(made.id ?? '', /^[a-z0-9]{6}$/);
  assert.deepEqual(made, { id: made.id, name: 'Pet', description: '', schema, ...json });
  assert.deepEqual(await control.call('GetModel', { restApiId, modelName: 'Pet' }), made);
  const { items } = await control.call('GetModels', { restApiId });
  assert.deepEqual(items?.map(({ name }) => name).sort(), ['Empty', 'Error', 'Pet']);
});

test('[V1-27] names are alphanumeric and unique within the API', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const create = (name: string) => control.call('CreateModel', { restApiId, name, ...json, schema: '{}' });
  await assertRefused(create('my-pet'), 'BadRequestException', 'Model name must be alphanumeric: my-pet');
  await assertRefused(create(''), 'BadRequestException', 'Model name must be alphanumeric: ');
  await assertRefused(create('Empty'), 'ConflictException', 'Model name already exists for this REST API');
});

test('[V1-27] a model without a schema is refused, on update too', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await assertRefused(control.call('CreateModel', { restApiId, name: 'Pet', ...json }), 'BadRequestException');
  await assertRefused(
    control.call('CreateModel', { restApiId, name: 'Pet', ...json, schema: '' }),
    'BadRequestException',
  );
  const patchOperations = [patch('replace', '/schema', '')];
  await assertRefused(
    control.call('UpdateModel', { restApiId, modelName: 'Empty', patchOperations }),
    'BadRequestException',
  );
});

const badSchemas: readonly [what: string, schema: string, error: string][] = [
  ['that is no JSON', '{', 'Invalid model schema specified'],
  ['that is no object', '[]', 'Invalid model schema specified'],
  ['of an unknown type', '{"type":"text"}', 'Invalid model schema specified'],
  ['in the manner of draft 3', '{"properties":{"a":{"required":true}}}', 'Invalid model schema specified'],
  ['with a pattern that is none', '{"pattern":"("}', 'Invalid model schema specified'],
  ['that refers to no definition', '{"$ref":"#/definitions/Pet"}', 'Invalid model schema specified'],
  ['that refers to another form of address', '{"$ref":"Pet.json"}', 'Model reference must be in canonical form'],
  [
    'that refers to another API',
    `{"$ref":"${uri('otherapi00', 'Empty')}"}`,
    'Model reference must be in canonical form',
  ],
];

for (const [what, schema, error] of badSchemas) {
  test(`[V1-27] [MOD-01] a schema ${what} is refused`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const message = `Invalid model specified: Validation Result: warnings : [], errors : [${error}]`;
    await assertRefused(
      control.call('CreateModel', { restApiId, name: 'Pet', ...json, schema }),
      'BadRequestException',
      message,
    );
    const patchOperations = [patch('replace', '/schema', schema)];
    await assertRefused(
      control.call('UpdateModel', { restApiId, modelName: 'Empty', patchOperations }),
      'BadRequestException',
      message,
    );
  });
}

test('the length of a schema is limited by a named setting', async () => {
  const control = restControl({ limits: { schemaCharacters: 20 } });
  const { id: restApiId } = await makeApi(control);
  await makeModel(control, restApiId, 'Short', { type: 'object' });
  const message = 'Model schema exceeds the maximum length of 20 characters';
  await assertRefused(makeModel(control, restApiId, 'Long', { title: 'A longer one' }), 'BadRequestException', message);
});

test('[MOD-01] a model may refer to another of its API, and to itself, but to none that does not exist', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await makeModel(control, restApiId, 'Tree', { properties: { child: { $ref: uri(restApiId, 'Tree') } } });
  await makeModel(control, restApiId, 'Forest', { type: 'array', items: { $ref: uri(restApiId, 'Tree') } });
  await assertRefused(
    makeModel(control, restApiId, 'Sea', { $ref: uri(restApiId, 'Fish') }),
    'BadRequestException',
    /Fish/,
  );
});

test('[V1-27] flatten brings the models a schema refers to inside, under definitions', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await makeModel(control, restApiId, 'Money', {
    definitions: { currency: { type: 'string' } },
    properties: { amount: { type: 'number' }, currency: { $ref: '#/definitions/currency' } },
  });
  await makeModel(control, restApiId, 'Item', { properties: { price: { $ref: uri(restApiId, 'Money') } } });
  await makeModel(control, restApiId, 'Order', { type: 'array', items: { $ref: uri(restApiId, 'Item') } });
  assert.deepEqual(await schemaOf(control, restApiId, 'Order', true), {
    type: 'array',
    items: { $ref: '#/definitions/Item' },
    definitions: {
      Item: { properties: { price: { $ref: '#/definitions/Money' } } },
      Money: {
        definitions: { currency: { type: 'string' } },
        properties: { amount: { type: 'number' }, currency: { $ref: '#/definitions/Money/definitions/currency' } },
      },
    },
  });
  assert.deepEqual(await schemaOf(control, restApiId, 'Order'), {
    type: 'array',
    items: { $ref: uri(restApiId, 'Item') },
  });
});

test('[V1-27] flatten keeps a definition of the model’s own name apart, and ends where models refer to each other', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await makeModel(control, restApiId, 'A', {});
  await makeModel(control, restApiId, 'B', {
    properties: { a: { $ref: uri(restApiId, 'A') }, own: { $ref: '#/definitions/A' } },
    definitions: { A: { type: 'string' } },
  });
  const patchOperations = [patch('replace', '/schema', JSON.stringify({ items: { $ref: uri(restApiId, 'B') } }))];
  await control.call('UpdateModel', { restApiId, modelName: 'A', patchOperations });
  assert.deepEqual(await schemaOf(control, restApiId, 'B', true), {
    properties: { a: { $ref: '#/definitions/A2' }, own: { $ref: '#/definitions/A' } },
    definitions: { A: { type: 'string' }, A2: { items: { $ref: '#' } } },
  });
});

test('[V1-27] [MAP-20] GetModelTemplate writes a template to begin with: samples for values, a loop for an array', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const template = async (modelName: string) =>
    (await control.call('GetModelTemplate', { restApiId, modelName })).value;
  assert.equal(await template('Empty'), "#set($inputRoot = $input.path('$'))\n{ }");
  await makeModel(control, restApiId, 'Tag', { properties: { name: { type: 'string' } } });
  await makeModel(control, restApiId, 'Pet', {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      price: { type: 'number' },
      sold: { type: 'boolean' },
      tags: { type: 'array', items: { $ref: uri(restApiId, 'Tag') } },
    },
  });
  assert.equal(
    await template('Pet'),
    `#set($inputRoot = $input.path('$'))
{
  "id" : 42,
  "price" : 3.14,
  "sold" : true,
  "tags" : [
##TODO: Update this foreach loop to reference array from input json
#foreach($elem in $inputRoot.tags)
    {
      "name" : "foo"
    }#if($foreach.hasNext),#end

#end
  ]
}`,
  );
});

test('[V1-27] the template of a model that contains itself has an end', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await makeModel(control, restApiId, 'Tree', { properties: { left: { $ref: '#' }, right: { $ref: '#' } } });
  const { value } = await control.call('GetModelTemplate', { restApiId, modelName: 'Tree' });
  assert.ok((value?.length ?? 0) < 200_000);
  assert.ok(value?.endsWith('}'));
  const circle = { definitions: { a: { $ref: '#/definitions/a' } }, $ref: '#/definitions/a' };
  assert.equal(modelTemplate(circle), "#set($inputRoot = $input.path('$'))\n{ }");
});

test('[PATCH-13] UpdateModel replaces schema and description, and names them when asked for another path', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const update = (op: 'add' | 'replace', path: string, value: string) =>
    control.call('UpdateModel', { restApiId, modelName: 'Empty', patchOperations: [patch(op, path, value)] });
  assert.equal((await update('replace', '/schema', '{"type":"array"}')).schema, '{"type":"array"}');
  assert.equal((await update('replace', '/description', '')).description, '');
  await assertRefused(
    update('replace', '/name', 'x'),
    'BadRequestException',
    "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/schema, /description]",
  );
  await assertRefused(update('add', '/schema', '{}'), 'BadRequestException');
});

test('[V1-28] a model in use cannot be deleted: by a request, a response, another model', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
  for (const name of ['Used', 'Answered', 'Part']) await makeModel(control, restApiId, name, {});
  await makeModel(control, restApiId, 'Whole', { properties: { a: { $ref: uri(restApiId, 'Part') } } });
  const method = { restApiId, resourceId, httpMethod: 'ANY' };
  await control.call('PutMethod', {
    ...method,
    authorizationType: 'NONE',
    requestModels: { 'application/json': 'Used' },
  });
  await control.call('PutMethodResponse', {
    ...method,
    statusCode: '200',
    responseModels: { 'application/json': 'Answered' },
  });
  const remove = (modelName: string) => control.call('DeleteModel', { restApiId, modelName });
  await assertRefused(
    remove('Used'),
    'ConflictException',
    "Cannot delete model 'Used', is referenced in method request: //ANY",
  );
  await assertRefused(
    remove('Answered'),
    'ConflictException',
    "Cannot delete model 'Answered', is referenced in method response: //ANY",
  );
  await assertRefused(remove('Part'), 'ConflictException', /Whole/);
  await remove('Whole');
  await remove('Part');
  await control.call('DeleteMethod', method);
  await remove('Used');
  await assertRefused(remove('Used'), 'NotFoundException', 'Invalid model name specified: Used');
});

test('on an unknown API the operations on one model complain about the model, the others about the API', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const missing = { restApiId: 'nosuch', modelName: 'Empty' };
  for (const call of [
    control.call('GetModel', missing),
    control.call('GetModelTemplate', missing),
    control.call('UpdateModel', missing),
    control.call('DeleteModel', missing),
    control.call('GetModel', { restApiId, modelName: 'Empty' }, { account: '999999999999' }),
  ]) {
    await assertRefused(call, 'NotFoundException', 'Invalid model name specified: Empty');
  }
  const api = 'Invalid API identifier specified 123456789012:nosuch';
  await assertRefused(control.call('GetModels', { restApiId: 'nosuch' }), 'NotFoundException', api);
  const create = control.call('CreateModel', { restApiId: 'nosuch', name: 'a-b', ...json });
  await assertRefused(create, 'NotFoundException', api);
});

test('[CP-06] models come in pages', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const first = await control.call('GetModels', { restApiId, limit: 1 });
  const second = await control.call('GetModels', { restApiId, limit: 1, position: first.position! });
  assert.equal(second.position, undefined);
  const names = [...first.items!, ...second.items!].map(({ name }) => name);
  assert.deepEqual(names.sort(), ['Empty', 'Error']);
});

test('[V1-05] a clone’s models refer to the clone’s, its methods to its validators', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  await makeModel(control, restApiId, 'Pet', { items: { $ref: `${uri(restApiId, 'Empty')}#/definitions/a` } }).catch(
    () => {},
  );
  await makeModel(control, restApiId, 'Pets', { items: { $ref: uri(restApiId, 'Empty') } });
  const { id } = await control.call('CreateRequestValidator', { restApiId, name: 'all', validateRequestBody: true });
  await control.call('UpdateMethod', { ...pets, patchOperations: [patch('replace', '/requestValidatorId', id!)] });
  const clone = await makeApi(control, { name: 'clone', cloneFrom: restApiId });
  assert.deepEqual(await schemaOf(control, clone.id, 'Pets'), { items: { $ref: uri(clone.id, 'Empty') } });
  const copied = await control.call('GetRequestValidators', { restApiId: clone.id });
  const { items } = await control.call('GetResources', { restApiId: clone.id, embed: ['methods'] });
  const method = items?.find(({ path }) => path === '/pets')?.resourceMethods?.['GET'];
  assert.equal(method?.requestValidatorId, copied.items?.[0]?.id);
  assert.equal(copied.items?.[0]?.name, 'all');
});

test('[V1-27] [V1-29] a deployment keeps models and validators as they were', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const { id } = await control.call('CreateRequestValidator', { restApiId });
  const deploymentId = await deploy(control, restApiId);
  await control.call('DeleteRequestValidator', { restApiId, requestValidatorId: id! });
  await control.call('DeleteModel', { restApiId, modelName: 'Error' });
  const snapshot = (await control.store.read((tx) => tx.get(snapshots, [restApiId, deploymentId]))) as RestSnapshot;
  assert.deepEqual(snapshot.models?.map(({ name }) => name).sort(), ['Empty', 'Error']);
  assert.deepEqual(snapshot.requestValidators, [{ id, validateRequestBody: false, validateRequestParameters: false }]);
});
