/** Calls to the IAM of an endpoint over the network, for the command line: the query protocol, form in and XML out. */
import { signatureHeaders } from '../base/sigv4-signer.ts';
import type { Remote } from './remote-aws-client.ts';

/** One call of IAM; resolves to the elements of its answer. Throws AWS's sentence when it is refused. */
export type IamClient = (action: string, input?: Readonly<Record<string, string>>) => Promise<IamAnswer>;

export interface IamAnswer {
  /** The answer itself, when it is a text: a member of a list of names. */
  readonly own: string;
  /** The text of the first element of this name; undefined without one. */
  text(element: string): string | undefined;
  /** What stands in each `member` directly below the element of this name. */
  members(element: string): readonly IamAnswer[];
}

export function createIamClient({ endpoint, keys, region }: Remote): IamClient {
  return async function callIam(action, input = {}) {
    const url = new URL('/', endpoint);
    const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...input }).toString();
    const headers = ['Host', url.host, 'Content-Type', 'application/x-www-form-urlencoded'];
    const signed = signatureHeaders({
      ...{ method: 'POST', path: '/', query: '', headers, body, keys, region },
      service: 'iam',
      nowMs: Date.now(),
    });
    const sent = [...headers.slice(2), ...signed];
    const pairs = sent.flatMap((name, i) => (i % 2 === 0 ? [[name, sent[i + 1]!] as [string, string]] : []));
    const reply = await fetch(url, { method: 'POST', headers: pairs, body }).catch((error) => {
      throw new Error(`Cannot reach ${url.origin}: is Gatewright running?`, { cause: error });
    });
    const answer = answerOf(await reply.text());
    if (reply.ok) return answer;
    throw new Error(`${answer.text('Message') ?? 'IAM gave no reason'} (${answer.text('Code') ?? reply.status})`);
  };
}

function answerOf(xml: string): IamAnswer {
  return {
    own: unescaped(xml),
    text(element) {
      const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
      return found === undefined ? undefined : unescaped(found);
    },
    // IAM's answers nest no list of a name in another of the same name.
    members(element) {
      const list = new RegExp(`<${element}>(.*)</${element}>`, 's').exec(xml)?.[1] ?? '';
      return outerMembers(list).map(answerOf);
    },
  };
}

/** The contents of the outermost `member` elements. */
function outerMembers(xml: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let begin = 0;
  for (const tag of xml.matchAll(/<(\/?)member>/g)) {
    if (tag[1] === '') {
      if (depth === 0) begin = tag.index + tag[0].length;
      depth++;
    } else if (--depth === 0) found.push(xml.slice(begin, tag.index));
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const unescaped = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** The members of a list, all pages of it. */
export async function allOf(
  iam: IamClient,
  action: string,
  element: string,
  input: Readonly<Record<string, string>> = {},
): Promise<readonly IamAnswer[]> {
  const found: IamAnswer[] = [];
  let marker: string | undefined;
  do {
    const page = await iam(action, { ...input, ...(marker !== undefined && { Marker: marker }) });
    found.push(...page.members(element));
    marker = page.text('IsTruncated') === 'true' ? page.text('Marker') : undefined;
  } while (marker !== undefined);
  return found;
}
