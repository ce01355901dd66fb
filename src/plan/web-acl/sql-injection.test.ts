import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isSqlInjection } from './sql-injection.ts';

const attacks = [
  "' OR '1'='1",
  "' or 1=1--",
  "' or 1=1#",
  "' or 1=1/*",
  "') or ('1'='1",
  "' or ''='",
  '" or ""="',
  '" or 1=1 --',
  '1 OR 1=1',
  '1 or 1=1 -- -',
  '1) or (1=1',
  "1' or '1'='1' -- ",
  '1 AND 1=1',
  '1 and 1=2 union select 1,2,3',
  "admin'--",
  "admin' #",
  "admin'/*",
  "' UNION SELECT username, password FROM users--",
  '1 UNION ALL SELECT NULL,NULL,NULL',
  '-1 union/**/select/**/1,2',
  '1 /*!UNION*/ /*!SELECT*/ 1',
  "1'; DROP TABLE users--",
  '1; drop table users',
  "'; exec xp_cmdshell('dir')--",
  "1'; WAITFOR DELAY '0:0:5'--",
  '1;WAITFOR DELAY 0x30',
  "' AND SLEEP(5)--",
  '1 and sleep(5)',
  '1-sleep(5)',
  'sleep(5)',
  "' || pg_sleep(10)--",
  "1' AND (SELECT COUNT(*) FROM users) > 0--",
  '1 AND (SELECT 1)=1',
  '1=(select 1)',
  "' and extractvalue(1, concat(0x7e, version()))-- ",
  "' having 1=1--",
  '1 order by 10--',
  "1' order by 3-- -",
  'select * from users',
  'SELECT password FROM users WHERE id = 1',
  'insert into users values (1, 2)',
  'delete from users',
  'drop table users',
  "update users set password='x' where 1=1",
  "x' AND email IS NULL; --",
  "' or username like '%admin%",
  '1 && 1=1',
  "1' || '1'='1",
  "' group by users.id having 1=1--",
  "1 limit 1 into outfile '/tmp/x'",
  "' or true--",
  '1 or true',
  "'; shutdown; --",
  '@@version or 1=1',
  '0x1 or 0x1=0x1',
  "a' or 3=3--",
  "hi' or 'x'='x';",
  "1'1 or 1=1".replace("'1", "'"),
];

const honest = [
  '',
  'a',
  'hello world',
  "O'Brien",
  "it's a dog's life",
  "rock 'n' roll",
  'he said "yes" or "no"',
  'cats and dogs',
  'black or white',
  'either 1 or 2 of them',
  '1 and done',
  'select a seat',
  'please select one from the list',
  'Union Station',
  'the union of workers selected a leader',
  'drop me a line',
  'update your profile',
  'insert coin',
  'order by phone',
  'where are you from',
  'a=b',
  'x = y',
  '42',
  '2026-11-27',
  'C# programming',
  'AT&T',
  'Tom & Jerry',
  '50% off',
  '(555) 123-4567',
  'user@example.com',
  'https://example.com/a?b=1&c=2',
  '{"name": "Ann", "age": 3}',
  'Zürich or Bern',
  'tea; coffee',
  'price: $5 -- cheap',
  "don't; won't",
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_',
];

test('[WAF-03] pieces of SQL are found', () => {
  const missed = attacks.filter((text) => !isSqlInjection(text, 'LOW'));
  assert.deepEqual(missed, []);
  assert.deepEqual(
    attacks.filter((text) => !isSqlInjection(text, 'HIGH')),
    [],
  );
});

test('[WAF-03] what people write is not taken for SQL', () => {
  assert.deepEqual(
    honest.filter((text) => isSqlInjection(text, 'LOW')),
    [],
  );
});

test('long texts take no longer than their length', () => {
  for (const part of ["'", '(', '1 or ', '/*', '-- ', 'a'.repeat(50), "''", '\\']) {
    isSqlInjection(part.repeat(64_000 / part.length), 'HIGH');
  }
});
