import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spacedJson } from './spaced-json.ts';

test('a document is written as AWS writes its exports', () => {
  const document = {
    openapi: '3.0.1',
    servers: [{ url: 'https://a.example/{basePath}', variables: { basePath: { default: '' } } }],
    flows: {},
    none: [],
    left: undefined,
    methods: ['GET', 'POST'],
    maxAge: 0,
    'quote"': null,
  };
  assert.equal(
    spacedJson(document),
    `{
  "openapi" : "3.0.1",
  "servers" : [ {
    "url" : "https://a.example/{basePath}",
    "variables" : {
      "basePath" : {
        "default" : ""
      }
    }
  } ],
  "flows" : { },
  "none" : [ ],
  "methods" : [ "GET", "POST" ],
  "maxAge" : 0,
  "quote\\"" : null
}`,
  );
  assert.deepEqual(JSON.parse(spacedJson(document)), JSON.parse(JSON.stringify(document)));
});
