/**
 * Warm invokes of a one-line Node function through the Functions port, no HTTP in front: `node bench/functions.ts [seconds]`.
 * Prints invokes per second, time per invoke and how many environments it took, for 1, 8 and 32 callers at a time.
 */
import { lambdaUnderTest } from '../test/support/lambda-under-test.ts';

const seconds = Number(process.argv[2] ?? 3);
const lambda = lambdaUnderTest();
await lambda.create(
  'bench',
  'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify({ path: event.path }) });',
  {
    MemorySize: 512,
  },
);
const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:bench';
const event = {
  resource: '/ride',
  path: '/ride',
  httpMethod: 'POST',
  headers: { Accept: '*/*', Host: 'a.execute-api.localhost', 'User-Agent': 'bench' },
  requestContext: { requestId: 'r', stage: 'prod', identity: { sourceIp: '127.0.0.1' } },
  body: '{"PickupLocation":{"Latitude":47.6,"Longitude":-122.2}}',
};

for (const callers of [1, 8, 32]) {
  for (const length of [seconds / 3, seconds]) {
    const times: number[] = [];
    const cpu = process.cpuUsage();
    const start = performance.now();
    const end = start + length * 1000;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (performance.now() < end) {
          const began = performance.now();
          const { functionError } = await lambda.functions.invoke({
            functionArn,
            payload: JSON.stringify(event),
            type: 'RequestResponse',
            traceId: 'Root=1-00000000-000000000000000000000000',
          });
          if (functionError !== undefined) throw new Error('The function failed');
          times.push(performance.now() - began);
        }
      }),
    );
    // The first, shorter round only warms up.
    if (length !== seconds) continue;
    const elapsedMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.floor(times.length * share)]! * 1000).toFixed(0);
    console.log(
      `${callers} callers: ${((times.length / elapsedMs) * 1000).toFixed(0)} invokes/s, p50 ${at(0.5)} µs, p99 ${at(0.99)} µs, ` +
        `${((user + system) / times.length).toFixed(0)} µs of our CPU each, ${lambda.environments().length} environments`,
    );
  }
}
await lambda.close();
