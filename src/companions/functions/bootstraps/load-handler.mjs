/** Finds and loads the handler of a Node.js function, as Amazon's runtime does: file by file name, CommonJS or ES module. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Marks a handler made by `awslambda.streamifyResponse`. */
export const streamingHandler = Symbol.for('aws.lambda.runtime.handler.streaming');

class LoadFailure extends Error {
  constructor(type, message) {
    super(message);
    this.name = `Runtime.${type}`;
  }
}

/** Type-stripped TypeScript comes last: AWS has no such thing, but a developer's folder may. */
const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts'];

/**
 * The function that `name` (`folder/module.export`) means below `root`. `major` is the Node.js version of the function's runtime: from 24
 * on AWS takes no callback handlers. Throws an Error whose name is AWS's error type.
 */
export async function loadHandler(root, name, major) {
  const folder = dirname(name);
  const [, module, exported] = /^([^.]*)\.(.+)$/.exec(basename(name)) ?? [];
  if (module === undefined || name.includes('..')) throw new LoadFailure('MalformedHandlerName', 'Bad handler');
  const path = resolve(root, folder, module);
  const exports = await loadModule(path, join(folder, module));
  let found = exports;
  for (const part of exported.split('.')) found = found?.[part] ?? found?.default?.[part];
  if (found === undefined || found === null)
    throw new LoadFailure('HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof found !== 'function') throw new LoadFailure('HandlerNotFound', `${name} is not a function`);
  if (major >= 24 && found.length >= 3 && found[streamingHandler] === undefined) {
    throw new LoadFailure(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return found;
}

async function loadModule(path, name) {
  const file = extensions.map((extension) => path + extension).find((candidate) => existsSync(candidate));
  const require = createRequire(import.meta.url);
  try {
    if (file?.endsWith('.mjs') || file?.endsWith('.mts')) return await import(pathToFileURL(file).href);
    try {
      return require(file ?? path);
    } catch (error) {
      // An ES module with top-level await cannot be required, only imported.
      if (error?.code === 'ERR_REQUIRE_ASYNC_MODULE') return await import(pathToFileURL(file).href);
      throw error;
    }
  } catch (error) {
    if (error instanceof SyntaxError)
      throw Object.assign(new LoadFailure('UserCodeSyntaxError', String(error)), { stack: error.stack });
    if (error?.code !== 'MODULE_NOT_FOUND' && error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message =
      file === undefined
        ? `Error: Cannot find module '${name}'\nRequire stack:\n- /var/runtime/index.mjs`
        : String(error);
    throw new LoadFailure('ImportModuleError', message);
  }
}
