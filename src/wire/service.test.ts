import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createService, serviceOf } from './service.ts';
import { loadModel } from './service-model.ts';

test('a service refuses to start when handlers and model disagree, and names every disagreement', () => {
  const model = loadModel('apigatewaymanagementapi');
  assert.throws(
    () => serviceOf(model, { GetConection: () => ({}), DeleteConnection: () => {} }, ['DeleteConnection', 'Nothing']),
    {
      message:
        'Cannot serve apigatewaymanagementapi: a handler is named GetConection, which the model lacks; ' +
        'DeleteConnection is listed as not built, but has a handler; Nothing is listed as not built, but the model lacks it; ' +
        'GetConnection has no handler and is not listed as not built; PostToConnection has no handler and is not listed as not built',
    },
  );
});

test('a service whose protocol has no event streams refuses a handler whose answer would be one', () => {
  assert.throws(() => createService({ model: 'logs', handlers: { StartLiveTail: () => ({}) }, notBuilt: 'the rest' }), {
    message: 'Cannot serve logs: StartLiveTail answers with an event stream, which is not built',
  });
});

test('a service tells which of its operations are built', () => {
  const { operations } = createService({
    model: 'apigatewaymanagementapi',
    handlers: { GetConnection: () => ({}) },
    notBuilt: ['DeleteConnection', 'PostToConnection'],
  });
  assert.deepEqual(operations, [
    { name: 'DeleteConnection', built: false },
    { name: 'GetConnection', built: true },
    { name: 'PostToConnection', built: false },
  ]);
});
