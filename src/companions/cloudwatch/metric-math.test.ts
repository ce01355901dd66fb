import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileMath, isSeries, type MathScope, type TimeSeries } from './metric-math.ts';

const minute = 60_000;
const series = (label: string, ...values: (number | undefined)[]): TimeSeries => ({
  values: new Map(values.flatMap((value, i) => (value === undefined ? [] : [[i * minute, value] as const]))),
  periodMs: minute,
  label,
});
const all: Record<string, TimeSeries> = {
  m1: series('Count', 10, 20, undefined, 40),
  m2: series('Errors', 1, 0, 5, 4),
};
const scope: MathScope = { valueOf: (id) => all[id], metrics: () => Object.values(all) };

function valuesOf(expression: string): unknown {
  const value = compileMath(expression)(scope);
  if (typeof value !== 'object') return value;
  const shown = (each: TimeSeries) => [...each.values].map(([atMs, number]) => [atMs / minute, number]);
  return isSeries(value) ? shown(value) : value.map(shown);
}

test('expressions on numbers and time series', () => {
  const expected: [string, unknown][] = [
    ['1 + 2 * 3 - -4', 11],
    ['-2 ^ 2', -4],
    ['(1 + 2) * 3 / 2', 4.5],
    ['1 < 2 AND 2 >= 2 OR 0', 1],
    [
      '100 * m2 / m1',
      [
        [0, 10],
        [1, 0],
        [3, 10],
      ],
    ],
    [
      'm1 / m2',
      [
        [0, 10],
        [3, 10],
      ],
    ],
    [
      'm1 > 15',
      [
        [0, 0],
        [1, 1],
        [3, 1],
      ],
    ],
    ['SUM(m1)', 70],
    ['AVG(m2) + MAX(m2) + MIN(m2)', 7.5],
    [
      'SUM([m1, m2])',
      [
        [0, 11],
        [1, 20],
        [2, 5],
        [3, 44],
      ],
    ],
    [
      'MAX(METRICS())',
      [
        [0, 10],
        [1, 20],
        [2, 5],
        [3, 40],
      ],
    ],
    [
      'METRICS("Err") * 2',
      [
        [
          [0, 2],
          [1, 0],
          [2, 10],
          [3, 8],
        ],
      ],
    ],
    [
      'FILL(m1, 0)',
      [
        [0, 10],
        [1, 20],
        [2, 0],
        [3, 40],
      ],
    ],
    [
      'FILL(m1, LINEAR)',
      [
        [0, 10],
        [1, 20],
        [2, 30],
        [3, 40],
      ],
    ],
    [
      'FILL(m1, REPEAT)',
      [
        [0, 10],
        [1, 20],
        [2, 20],
        [3, 40],
      ],
    ],
    [
      'RATE(m2) * PERIOD(m2)',
      [
        [1, -1],
        [2, 5],
        [3, -1],
      ],
    ],
    [
      'DIFF(m1)',
      [
        [1, 10],
        [3, 20],
      ],
    ],
    [
      'RUNNING_SUM(m2)',
      [
        [0, 1],
        [1, 1],
        [2, 6],
        [3, 10],
      ],
    ],
    [
      'IF(m2 > 1, m2, 0)',
      [
        [0, 0],
        [1, 0],
        [2, 5],
        [3, 4],
      ],
    ],
    ['IF(m2 > 1, m1)', [[3, 40]]],
    [
      'ABS(0 - m2) + CEIL(0.2)',
      [
        [0, 2],
        [1, 1],
        [2, 6],
        [3, 5],
      ],
    ],
    ['METRIC_COUNT(METRICS())', 2],
    ['DATAPOINT_COUNT(m1)', 3],
    [
      'FIRST(METRICS())',
      [
        [0, 10],
        [1, 20],
        [3, 40],
      ],
    ],
  ];
  for (const [expression, value] of expected) assert.deepEqual(valuesOf(expression), value, expression);
});

test('gaps are filled up to what one call may answer with, and no further', () => {
  const apart = {
    ...series('rare', 1),
    values: new Map([
      [0, 1],
      [2_000_000_000, 2],
    ]),
    periodMs: 1_000,
  };
  const rare: MathScope = { valueOf: () => apart, metrics: () => [apart] };
  for (const gap of ['0', 'REPEAT', 'LINEAR']) {
    assert.throws(() => compileMath(`FILL(m1, ${gap})`)(rare), { kind: 'ValidationException' });
  }
});

test('what is no expression is refused; what is not built says so', () => {
  const broken = [
    '',
    'm1 +',
    '(m1',
    'm3',
    'M1',
    'm1 m2',
    '"a" + 1',
    'SUM()',
    'SUM(m1, m2)',
    '[m1] + [m2]',
    'm1 $ 2',
    `${'('.repeat(200)}1`,
    `${'-'.repeat(500)}1`,
  ];
  for (const expression of broken)
    assert.throws(() => valuesOf(expression), { kind: 'ValidationException' }, expression);
  assert.throws(() => valuesOf('SEARCH("x", "Sum", 60)'), { kind: 'NotImplementedException' });
});
