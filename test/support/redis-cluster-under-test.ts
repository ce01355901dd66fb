/** A Redis Cluster of a test file's own: three servers that share the slots, without replicas. */
import { createClient } from 'redis';
import { freePort } from './free-port.ts';
import { type RedisUnderTest, startRedis } from './redis-under-test.ts';

export interface RedisClusterUnderTest extends Pick<RedisUnderTest, 'connect' | 'newAddress' | 'stop'> {
  readonly servers: readonly RedisUnderTest[];
}

const slots = 16_384;
const size = 3;

export async function startRedisCluster(): Promise<RedisClusterUnderTest> {
  const buses = await Promise.all(Array.from({ length: size }, freePort));
  const servers = await Promise.all(
    buses.map((bus) => startRedis(['--cluster-enabled', 'yes', '--cluster-port', String(bus)])),
  );
  const clients = servers.map(({ port }) => createClient({ url: `redis://127.0.0.1:${port}` }));
  for (const [i, client] of clients.entries()) {
    await client.connect();
    const [from, to] = [Math.ceil((slots / size) * i), Math.ceil((slots / size) * (i + 1)) - 1];
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(from), String(to)]);
    await client.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(servers[0]!.port), String(buses[0])]);
  }
  for (const client of clients) {
    for (;;) {
      const info = String(await client.sendCommand(['CLUSTER', 'INFO']));
      if (/cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${size}`)) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    client.destroy();
  }
  const [first] = servers;
  return {
    servers,
    newAddress: () => `${first!.newAddress()}&cluster=true`,
    connect: (address) => first!.connect(address),
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
