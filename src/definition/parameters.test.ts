import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  isIntegrationRequestParameter,
  isMethodRequestParameter,
  isMethodResponseHeader,
  repeatedParameterName,
  requestMappingComplaints,
  responseMappingComplaints,
} from './parameters.ts';

test('[MAP-03] a parameter is a known place and a name of letters, digits and . _ $ -', () => {
  for (const name of ['a', 'X-Trace', 'a.b', '$x_1']) {
    assert.ok(isMethodRequestParameter(`method.request.querystring.${name}`), name);
    assert.ok(isIntegrationRequestParameter(`integration.request.header.${name}`), name);
    assert.ok(isMethodResponseHeader(`method.response.header.${name}`), name);
  }
  for (const name of ['', 'a b', 'ä', 'a/b', "a'"]) {
    assert.equal(isMethodRequestParameter(`method.request.path.${name}`), false, name);
    assert.equal(isMethodResponseHeader(`method.response.header.${name}`), false, name);
  }
  assert.equal(isMethodRequestParameter('method.request.body'), false);
  assert.equal(isMethodResponseHeader('method.response.querystring.a'), false);
  assert.equal(isMethodRequestParameter('xmethod.request.path.a'), false);
});

test('a name in two places is found, whichever the places', () => {
  assert.equal(repeatedParameterName(['method.request.path.id', 'method.request.querystring.id']), 'id');
  assert.equal(repeatedParameterName(['method.request.header.id', 'method.request.querystring.ID']), undefined);
  assert.equal(repeatedParameterName([]), undefined);
});

test('[MAP-02] what a mapping reads must be declared, multi-value forms under the plain name', () => {
  const declared = { 'method.request.header.A': true };
  const complaints = (source: string) => requestMappingComplaints({ 'integration.request.header.X': source }, declared);
  assert.deepEqual(complaints('method.request.header.A'), []);
  assert.deepEqual(complaints('method.request.multivalueheader.A'), []);
  assert.deepEqual(complaints('method.request.querystring.A'), [
    'Invalid mapping expression parameter specified: method.request.querystring.A',
  ]);
});

test('every complaint is collected', () => {
  const mappings = {
    'integration.request.header.X': 'method.request.header.A',
    nonsense: "'a'",
    'integration.request.header.Y': '"a"',
  };
  assert.deepEqual(requestMappingComplaints(mappings, {}), [
    'Invalid mapping expression parameter specified: method.request.header.A',
    'Invalid mapping expression specified: nonsense',
    'Invalid mapping expression specified: "a"',
  ]);
});

test('[V1-17] a response header must be declared, and its source be an expression', () => {
  const declared = { 'method.response.header.X': false };
  const complaints = (destination: string, source: string) =>
    responseMappingComplaints({ [destination]: source }, declared);
  for (const source of [
    "'a'",
    'integration.response.header.Y',
    'integration.response.multivalueheader.Y',
    'stageVariables.a',
  ]) {
    assert.deepEqual(complaints('method.response.header.X', source), [], source);
  }
  assert.deepEqual(complaints('method.response.header.Y', "'a'"), [
    'Invalid mapping expression parameter specified: method.response.header.Y',
  ]);
  assert.deepEqual(complaints('method.response.header.X', 'method.request.header.A'), [
    'Invalid mapping expression specified: method.request.header.A',
  ]);
  assert.deepEqual(complaints('header.X', "'a'"), ['Invalid mapping expression specified: header.X']);
});
