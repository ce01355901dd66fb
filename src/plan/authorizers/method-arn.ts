/**
 * The ARN of the method a request calls, as authorizers see it and policies are about: `arn:aws:execute-api:{region}:{account}:{api}/{stage}/GET/pets/7`. It
 * is the resource's own path with the decoded parameters filled in, not the text that was sent: `/pets/`, `//pets` and `/%70ets` reach the same method, and
 * a policy that denies it must deny it in every spelling.
 */
import type { Exchange } from '../exchange.ts';
import { shortEnough } from '../invoke-request.ts';
import type { StageContext } from '../plan.ts';

export function compileMethodArn(stage: StageContext, resourcePath: string): (x: Exchange) => string {
  const { region, account, apiId, stage: stageName } = stage;
  const start = `arn:aws:execute-api:${region}:${account}:${apiId}/${stageName}/`;
  if (!resourcePath.includes('{')) return (x) => `${start}${x.method}${resourcePath}`;
  // Odd parts are the names of parameters.
  const parts = resourcePath.split(/\{([^{}+]*)\+?\}/);
  return function methodArn(x) {
    let arn = start + x.method;
    for (let i = 0; i < parts.length; i++) arn += i % 2 === 0 ? parts[i]! : (x.pathParameters?.[parts[i]!] ?? '');
    return shortEnough(arn);
  };
}
