import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileFilter } from './filter.ts';

const summary = {
  Id: '1-58406520-a006649127e371903a2de979',
  ResponseTime: 1.5,
  Duration: 2,
  HasFault: true,
  HasError: false,
  Http: { HttpStatus: 502, HttpURL: 'https://a/prod/pets', HttpMethod: 'GET' },
  Annotations: {
    'aws:api_id': [{ AnnotationValue: { StringValue: 'a1' } }],
    size: [{ AnnotationValue: { NumberValue: 3 } }],
  },
  ServiceIds: [{ Name: 'pets/prod' }, { Name: 'f' }],
  Users: [],
};

test('conditions, and what joins them', () => {
  const yes = [
    'fault',
    'fault = true',
    '!ok',
    'NOT error AND fault',
    'responsetime > 1',
    'duration >= 2 AND http.status = 502',
    'http.url CONTAINS "pets"',
    'http.url BEGINSWITH "https://" OR error',
    'service("pets/prod")',
    'service()',
    'annotation[aws:api_id] = "a1"',
    'annotation.size > 2',
    'id = "1-58406520-a006649127e371903a2de979"',
    '(error OR fault) AND (http.method = "GET")',
    'http.status != 200',
    'user != "me"',
  ];
  const no = [
    'ok',
    'error',
    'responsetime > 2',
    'http.status = "502"',
    'service("other")',
    'annotation.none = 1',
    'annotation.constructor = "a"',
    'fault AND error',
    '!fault',
  ];
  for (const expression of yes) assert.equal(compileFilter(expression)(summary), true, expression);
  for (const expression of no) assert.equal(compileFilter(expression)(summary), false, expression);
});

test('what is no expression is refused', () => {
  const broken = [
    '(',
    'fault AND',
    'colour = "red"',
    'http.status',
    'http.status =',
    'responsetime ~ 1',
    'fault error',
    'edge("a", "b")',
    'service("a") { fault }',
    'toString',
    '('.repeat(1000),
  ];
  for (const expression of broken) {
    assert.throws(() => compileFilter(expression), { kind: 'InvalidRequestException' }, expression);
  }
});
