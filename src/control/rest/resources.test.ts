import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  makeApi,
  makePets,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';

/** Makes resources along a path such as `/pets/{id}` and gives the id of the last. */
async function makePath(
  control: RestControl,
  restApiId: string,
  rootResourceId: string,
  path: string,
): Promise<string> {
  let parentId = rootResourceId;
  for (const pathPart of path.slice(1).split('/')) {
    parentId = (await control.call('CreateResource', { restApiId, parentId, pathPart })).id!;
  }
  return parentId;
}

test('[V1-07] a resource has id, parent, path part and path; the root has neither parent nor path part', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const pets = await control.call('CreateResource', { restApiId, parentId: rootResourceId, pathPart: 'pets' });
  assert.deepEqual(pets, { id: pets.id, parentId: rootResourceId, pathPart: 'pets', path: '/pets' });
  const child = await control.call('CreateResource', { restApiId, parentId: pets.id!, pathPart: '{id}' });
  assert.equal(child.path, '/pets/{id}');
  assert.deepEqual(await control.call('GetResource', { restApiId, resourceId: rootResourceId }), {
    id: rootResourceId,
    path: '/',
  });
});

test('[V1-07] resourceMethods shows empty objects, whole methods with embed=methods, and nothing when there are none', async () => {
  const control = restControl();
  const { restApiId, resourceId } = await makePets(control);
  assert.deepEqual((await control.call('GetResource', { restApiId, resourceId })).resourceMethods, { GET: {} });
  const { items } = await control.call('GetResources', { restApiId, embed: ['methods'] });
  const method = items?.find(({ id }) => id === resourceId)?.resourceMethods?.['GET'];
  assert.equal(method?.authorizationType, 'NONE');
  assert.equal(method?.methodIntegration?.type, 'MOCK');
  assert.equal('resourceMethods' in items!.find(({ path }) => path === '/')!, false);
});

test('[V1-08] the same name twice under one parent is a conflict', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: parentId } = await makeApi(control);
  await control.call('CreateResource', { restApiId, parentId, pathPart: 'pets' });
  await assertRefused(
    control.call('CreateResource', { restApiId, parentId, pathPart: 'pets' }),
    'ConflictException',
    'Another resource with the same parent already has this name: pets',
  );
});

for (const pathPart of ['pets', 'a.b_c-d:e,f~g$h', '{id}', '{proxy+}']) {
  test(`[V1-09] the path part ${pathPart} is accepted`, async () => {
    const control = restControl();
    const { id: restApiId, rootResourceId: parentId } = await makeApi(control);
    assert.equal((await control.call('CreateResource', { restApiId, parentId, pathPart })).path, `/${pathPart}`);
  });
}

for (const pathPart of ['a{b}', '{a}b', '{a', 'a/b', '', '{}', '{a+}b', 'ä', 'a b', '{{a}}']) {
  test(`[V1-09] the path part "${pathPart}" is refused`, async () => {
    const control = restControl();
    const { id: restApiId, rootResourceId: parentId } = await makeApi(control);
    await assertRefused(
      control.call('CreateResource', { restApiId, parentId, pathPart }),
      'BadRequestException',
      /^Resource's path part only allow/,
    );
  });
}

test('[V1-10] a parent has at most one variable child, greedy ones included; literal siblings may stand beside it', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: parentId } = await makeApi(control);
  await control.call('CreateResource', { restApiId, parentId, pathPart: '{a}' });
  for (const pathPart of ['{b}', '{b+}']) {
    await assertRefused(
      control.call('CreateResource', { restApiId, parentId, pathPart }),
      'BadRequestException',
      'A sibling ({a}) of this resource already has a variable path part -- only one is allowed',
    );
  }
  await control.call('CreateResource', { restApiId, parentId, pathPart: 'literal' });
});

test('[V1-11] nothing stands below a greedy resource', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const parentId = await makePath(control, restApiId, rootResourceId, '/{proxy+}');
  await assertRefused(
    control.call('CreateResource', { restApiId, parentId, pathPart: 'x' }),
    'BadRequestException',
    'Cannot create a child of a resource with a greedy path variable.',
  );
});

test('[V1-12] deleting a resource deletes everything below it', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const leaf = await makePath(control, restApiId, rootResourceId, '/a/b/c');
  await control.call('PutMethod', { restApiId, resourceId: leaf, httpMethod: 'GET', authorizationType: 'NONE' });
  const { items } = await control.call('GetResources', { restApiId });
  await control.call('DeleteResource', { restApiId, resourceId: items!.find(({ path }) => path === '/a')!.id! });
  const left = (await control.call('GetResources', { restApiId })).items!;
  assert.deepEqual(
    left.map(({ path }) => path),
    ['/'],
  );
  await assertRefused(
    control.call('GetMethod', { restApiId, resourceId: leaf, httpMethod: 'GET' }),
    'NotFoundException',
  );
});

test('[V1-12] the root cannot be deleted', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
  await assertRefused(control.call('DeleteResource', { restApiId, resourceId }), 'BadRequestException');
});

test('on an unknown API, resource operations complain about the resource; the list complains about the API', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  for (const call of [
    control.call('GetResource', { restApiId: 'nosuch', resourceId: rootResourceId }),
    control.call('CreateResource', { restApiId: 'nosuch', parentId: rootResourceId, pathPart: 'x' }),
    control.call('DeleteResource', { restApiId: 'nosuch', resourceId: rootResourceId }),
    control.call('GetResource', { restApiId, resourceId: 'nosuch' }),
    control.call('CreateResource', { restApiId, parentId: 'nosuch', pathPart: 'x' }),
  ]) {
    await assertRefused(call, 'NotFoundException', 'Invalid Resource identifier specified');
  }
  const list = control.call('GetResources', { restApiId: 'nosuch' });
  await assertRefused(list, 'NotFoundException', 'Invalid API identifier specified 123456789012:nosuch');
});

test('[PATCH-13] a rename spells the paths of everything below anew', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const leaf = await makePath(control, restApiId, rootResourceId, '/a/b/{c}');
  const top = (await control.call('GetResources', { restApiId })).items!.find(({ path }) => path === '/a')!.id!;
  const patchOperations = [patch('replace', '/pathPart', 'z')];
  const renamed = await control.call('UpdateResource', { restApiId, resourceId: top, patchOperations });
  assert.equal(renamed.path, '/z');
  assert.equal((await control.call('GetResource', { restApiId, resourceId: leaf })).path, '/z/b/{c}');
});

test('[PATCH-13] a resource moves below another parent, with what is below it', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const leaf = await makePath(control, restApiId, rootResourceId, '/a/b');
  const target = await makePath(control, restApiId, rootResourceId, '/x');
  const top = (await control.call('GetResources', { restApiId })).items!.find(({ path }) => path === '/a')!.id!;
  const move = (resourceId: string, parentId: string) =>
    control.call('UpdateResource', {
      restApiId,
      resourceId,
      patchOperations: [patch('replace', '/parentId', parentId)],
    });
  assert.equal((await move(top, target)).path, '/x/a');
  assert.equal((await control.call('GetResource', { restApiId, resourceId: leaf })).path, '/x/a/b');
  await assertRefused(move(top, leaf), 'BadRequestException', 'Resources cannot be cyclical.');
  await assertRefused(move(top, 'nosuch'), 'NotFoundException', 'Invalid Resource identifier specified');
  await assertRefused(move(rootResourceId, target), 'BadRequestException');
});

test('[PATCH-13] a rename obeys the rules of the tree', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  await makePath(control, restApiId, rootResourceId, '/taken');
  const resourceId = await makePath(control, restApiId, rootResourceId, '/a');
  await control.call('CreateResource', { restApiId, parentId: resourceId, pathPart: 'below' });
  const rename = (pathPart: string) =>
    control.call('UpdateResource', {
      restApiId,
      resourceId,
      patchOperations: [patch('replace', '/pathPart', pathPart)],
    });
  await assertRefused(rename('taken'), 'ConflictException');
  await assertRefused(rename('a{b}'), 'BadRequestException');
  await assertRefused(rename('{rest+}'), 'BadRequestException');
  assert.equal((await rename('a')).path, '/a');
});

test('the root has no name and no place to change', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  for (const operation of [patch('replace', '/pathPart', 'x'), patch('replace', '/parentId', rootResourceId!)]) {
    await assertRefused(
      control.call('UpdateResource', { restApiId, resourceId: rootResourceId!, patchOperations: [operation] }),
      'BadRequestException',
      'Root resource cannot be updated.',
    );
  }
});

test('[CP-17] UpdateResource lists the paths it knows, and offers nothing for add and remove', async () => {
  const control = restControl();
  const { restApiId, resourceId } = await makePets(control);
  const update = (op: 'add' | 'replace', path: string) =>
    control.call('UpdateResource', { restApiId, resourceId, patchOperations: [patch(op, path, 'x')] });
  await assertRefused(
    update('replace', '/invalid'),
    'BadRequestException',
    "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
  );
  await assertRefused(
    update('add', '/pathPart'),
    'BadRequestException',
    "Invalid patch path  '/pathPart' specified for op 'add'. Please choose supported operations",
  );
});

test('[CP-06] resources come in pages sorted by id', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: parentId } = await makeApi(control);
  for (const pathPart of ['a', 'b', 'c']) await control.call('CreateResource', { restApiId, parentId, pathPart });
  const ids: string[] = [];
  let position: string | undefined;
  do {
    const page = await control.call('GetResources', { restApiId, limit: 1, ...(position && { position }) });
    assert.equal(page.items?.length, 1);
    ids.push(page.items[0]!.id!);
    position = page.position;
  } while (position !== undefined);
  assert.equal(ids.length, 4);
  assert.deepEqual(ids, [...ids].sort());
});

test('[LIM-02] [LIM-06] the number of resources is limited by a named setting', async () => {
  const control = restControl({ limits: { resourcesPerApi: 2 } });
  const { id: restApiId, rootResourceId: parentId } = await makeApi(control);
  await control.call('CreateResource', { restApiId, parentId, pathPart: 'a' });
  await assertRefused(
    control.call('CreateResource', { restApiId, parentId, pathPart: 'b' }),
    'LimitExceededException',
    'Maximum number of Resources for this API has been reached. Please contact AWS if you need additional Resources.',
  );
});
