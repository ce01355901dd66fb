/** Function URLs as a process starts with them: known by their addresses, read when the first is called. */
import { headerValue } from '../base/headers.ts';
import type { Pages } from '../gateway/pages.ts';
import type { FunctionUrlParts } from './function-urls.ts';

export const pathForm = /^\/_aws\/lambda-url\/([a-z0-9]{32})(\/.*)?$/;
export const hostForm = /^([a-z0-9]{32})\.lambda-url\./i;

export function functionUrlPages(parts: FunctionUrlParts): Pages {
  let loading: Promise<Pick<Pages, 'answer'>> | undefined;
  return {
    owns: ({ path, headers }) => pathForm.test(path) || hostForm.test(headerValue(headers, 'host') ?? ''),
    async answer(request) {
      loading ??= import('./function-urls.ts').then(({ createFunctionUrls }) => createFunctionUrls(parts));
      return (await loading).answer(request);
    },
  };
}
