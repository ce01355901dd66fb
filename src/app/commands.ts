/** The command line: what the user typed, told apart and handed to the file that does it. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { CorsFlags } from './cors-command.ts';
import type { CredentialsFlags } from './credentials-command.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

const usage = `Usage: gatewright COMMAND [OPTIONS]

  start                     serve control plane and APIs on one port
    --port N                port, 4566 unless given; 0 picks a free one
    --host ADDRESS          address to listen on, 127.0.0.1 unless given
    --listen ADDRESS:PORT   a further address, where APIs are served and nothing else, 0.0.0.0:443; may be repeated
    --tls-certificate FILE --tls-key FILE
                            PEM files for https to names that are no custom domains; a certificate signed by itself unless given
    --data DIR              where everything is kept, .gatewright unless given
    --store postgres://…    a database several nodes share, instead of a file in DIR
    --shared redis://…      what those nodes share beside it: rate limits, cached answers, WebSocket connections
    --memory                keep nothing
    --mode dev|secure       dev accepts any credentials on the control plane; secure verifies SigV4
    --plain-http serve|forbid|redirect
                            what APIs answer to requests without TLS; serve unless given
    --strict                enforce Lambda invoke permissions in dev mode too, and ask issuers of tokens before an authorizer names them
    --config FILE           settings as one JSON object (docs/operating.md)
    --aws-endpoint SERVICE=URL
                            where AWS integrations reach a service, sqs=http://127.0.0.1:9324; may be repeated
    --vpc-link-target KEY=URL
                            where a VPC link leads, by load balancer ARN, link id or name; may be repeated
    --bucket-folder BUCKET=DIR
                            a folder that stands for a bucket of S3, for truststores of custom domains; may be repeated
    --fixed-code 123456     every code of a user pool is this one; for tests
    --user-pool-issuer aws|local
                            what iss of user pools' tokens says: AWS's address, or this server's
    --alarm-action TOPIC=URL
                            where notifications of CloudWatch alarms for an SNS topic are posted, by its ARN or *; may be repeated
    --issuer-alias ISSUER=URL
                            where a token issuer is reached, https://issuer.example=http://127.0.0.1:3000; may be repeated
    --otlp-endpoint URL     collector that takes traces by OTLP, http://localhost:4318
    --sample NAME,NAME      create samples and print their URLs: rides (a REST API), walk-through (a site with sign-in), chat (a WebSocket API with a page)
    --log-format text|json  --log-level debug|info|warn|error|silent  --access-log stdout|FILE
    --trail-log stdout|FILE  CloudTrail's record of every management call, as lines of JSON

  function deploy NAME --dir DIR [--handler index.handler] [--runtime nodejs26.x] [--endpoint URL]
                            create or update a Lambda function from a folder, read in place at each cold start

  cors enable --api ID [--resource /path]... [--stage NAME] [--origin '*'] [--headers A,B] [--methods GET,POST] [--endpoint URL]
                            answer preflights, allow the origin on answers and errors, deploy when a stage is given
    --keep-gateway-responses  leave errors the gateway makes itself as they are

  connect URL [--header "Name: value"] [--protocol NAME]
                            talk to a WebSocket API from the terminal, a line a message

  credentials list          users and their access keys
  credentials create NAME [--policy ARN]...
                            a user with policies, and its first access key
  credentials key NAME      a further access key; credentials revoke NAME KEY ends one
  credentials delete NAME   a user with its keys. All take [--endpoint URL] and sign with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY

  trace [REQUEST_ID] [--endpoint URL]
                            what became of a request, step by step; without an id the latest requests

  version, help`;

type Command = (args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  start: async (args) => {
    const { values } = parse(args, {
      port: { type: 'string' },
      host: { type: 'string' },
      listen: { type: 'string', multiple: true },
      'tls-certificate': { type: 'string' },
      'tls-key': { type: 'string' },
      data: { type: 'string' },
      store: { type: 'string' },
      shared: { type: 'string' },
      memory: { type: 'boolean' },
      mode: { type: 'string' },
      'plain-http': { type: 'string' },
      strict: { type: 'boolean' },
      config: { type: 'string' },
      sample: { type: 'string' },
      'log-format': { type: 'string' },
      'log-level': { type: 'string' },
      'access-log': { type: 'string' },
      'trail-log': { type: 'string' },
      'aws-endpoint': { type: 'string', multiple: true },
      'bucket-folder': { type: 'string', multiple: true },
      'vpc-link-target': { type: 'string', multiple: true },
      'fixed-code': { type: 'string' },
      'user-pool-issuer': { type: 'string' },
      'issuer-alias': { type: 'string', multiple: true },
      'alarm-action': { type: 'string', multiple: true },
      'otlp-endpoint': { type: 'string' },
    });
    const { startCommand } = await import('./start.ts');
    return startCommand(values);
  },
  function: async (args) => {
    const { values, positionals } = parse(args, {
      dir: { type: 'string' },
      handler: { type: 'string' },
      runtime: { type: 'string' },
      endpoint: { type: 'string' },
    });
    const { functionCommand } = await import('./function-command.ts');
    return functionCommand(positionals, values as Record<string, string | undefined>);
  },
  cors: async (args) => {
    const { values, positionals } = parse(args, {
      api: { type: 'string' },
      resource: { type: 'string', multiple: true },
      stage: { type: 'string' },
      origin: { type: 'string' },
      headers: { type: 'string' },
      methods: { type: 'string' },
      'keep-gateway-responses': { type: 'boolean' },
      endpoint: { type: 'string' },
    });
    const { corsCommand } = await import('./cors-command.ts');
    return corsCommand(positionals, values as CorsFlags);
  },
  connect: async (args) => {
    const { values, positionals } = parse(args, {
      header: { type: 'string', multiple: true },
      protocol: { type: 'string', multiple: true },
    });
    const { connectCommand } = await import('./connect-command.ts');
    return connectCommand(positionals, values as Parameters<typeof connectCommand>[1]);
  },
  credentials: async (args) => {
    const { values, positionals } = parse(args, {
      policy: { type: 'string', multiple: true },
      endpoint: { type: 'string' },
    });
    const { credentialsCommand } = await import('./credentials-command.ts');
    return credentialsCommand(positionals, values as CredentialsFlags);
  },
  trace: async (args) => {
    const { values, positionals } = parse(args, { endpoint: { type: 'string' } });
    const { traceCommand } = await import('./trace-command.ts');
    return traceCommand(positionals, values as Record<string, string | undefined>);
  },
  version: async () => {
    console.log(version());
    return 0;
  },
  help: async () => {
    console.log(usage);
    return 0;
  },
};

/** Runs one command; resolves to the exit code: 0 done, 1 failed, 2 asked for wrongly. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (rest.includes('--help') || rest.includes('-h')) return commands['help']!([]);
  const command = Object.hasOwn(commands, aliases[name] ?? name) ? commands[aliases[name] ?? name] : undefined;
  if (command === undefined) return refuse(`gatewright: there is no command ${JSON.stringify(name)}`);
  try {
    return await command(rest);
  } catch (error) {
    if (error instanceof UsageError) return refuse(`gatewright ${name}: ${error.message}`);
    console.error((error as Error).message);
    return 1;
  }
}

const aliases: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
};

function refuse(sentence: string): number {
  console.error(`${sentence}\n\n${usage}`);
  return 2;
}

function parse(args: readonly string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
