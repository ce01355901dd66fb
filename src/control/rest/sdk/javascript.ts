/** The JavaScript SDK (row SDK-02): `apigClientFactory.newClient()` in a page, or through `require` in Node; no package beside it is needed. */

import type { SdkApi, SdkMethod } from './sdk-api.ts';
import { runtimeFiles, type SdkFiles } from './sdk-files.ts';

/** In the order in which pages load them (developer guide, "Use a JavaScript SDK …"). */
const scripts = [
  'lib/axios/dist/axios.standalone.js',
  'lib/CryptoJS/rollups/hmac-sha256.js',
  'lib/CryptoJS/rollups/sha256.js',
  'lib/CryptoJS/components/hmac.js',
  'lib/CryptoJS/components/enc-base64.js',
  'lib/url-template/url-template.js',
  'lib/apiGatewayCore/sigV4Client.js',
  'lib/apiGatewayCore/apiGatewayClient.js',
  'lib/apiGatewayCore/simpleHttpClient.js',
  'lib/apiGatewayCore/utils.js',
];

const folder = 'apiGateway-js-sdk';

/** An API whose methods are all for ANY gets a package without apigClient.js, as AWS's guide says (row SDK-03). */
export function javascriptSdk(api: SdkApi): SdkFiles {
  const files: SdkFiles = { ...runtimeFiles('javascript', folder), [`${folder}/README.md`]: readme(api) };
  if (api.methods.length === 0) return files;
  files[`${folder}/apigClient.js`] = client(api);
  files[`${folder}/package.json`] = `${JSON.stringify(
    { name: `apigateway-js-sdk-${api.id}`, version: '1.0.0', private: true, main: 'apigClient.js' },
    null,
    2,
  )}\n`;
  return files;
}

const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

const namesAt = ({ parameters }: SdkMethod, location: string): string[] =>
  parameters.filter((each) => each.location === location).map(({ name }) => name);

function client({ invokeUrl, region, methods }: SdkApi): string {
  return `(function (root) {
  'use strict';
  if (typeof module === 'object' && typeof require === 'function') {
${scripts.map((script) => `    require('./${script}');`).join('\n')}
  }

  var apigClientFactory = {
    /**
     * config, all of it optional: accessKey and secretKey (and sessionToken) sign every request; region, apiKey, defaultContentType and
     * defaultAcceptType; invokeUrl, where the stage is called when that is elsewhere than when this SDK was made.
     */
    newClient: function (config) {
      var given = config || {};
      var settings = {
        invokeUrl: given.invokeUrl || ${json(invokeUrl)},
        accessKey: given.accessKey,
        secretKey: given.secretKey,
        sessionToken: given.sessionToken,
        region: given.region || ${json(region)},
        apiKey: given.apiKey,
        defaultContentType: given.defaultContentType || 'application/json',
        defaultAcceptType: given.defaultAcceptType || 'application/json',
      };
      var callMethod = root.apiGateway.core.callMethod;
      var apigClient = {};

${methods.map(clientMethod).join('\n')}
      return apigClient;
    },
  };

  if (typeof module === 'object' && typeof require === 'function') module.exports = apigClientFactory;
  else root.apigClientFactory = apigClientFactory;
})(typeof globalThis === 'object' ? globalThis : window);
`;
}

function clientMethod(method: SdkMethod): string {
  const description = {
    verb: method.verb,
    path: method.path,
    requiredParams: method.parameters.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    queryParams: namesAt(method, 'querystring'),
    headerParams: namesAt(method, 'header'),
  };
  return `      apigClient[${json(method.pathFirstName)}] = function (params, body, additionalParams) {
        return callMethod(${json(description)}, settings, params, body, additionalParams);
      };
`;
}

function readme({ name, methods, invokeUrl }: SdkApi): string {
  return `# JavaScript SDK of ${name.replaceAll(/\s+/g, ' ')}

In a page:

\`\`\`html
${[...scripts, 'apigClient.js'].map((script) => `<script src="${script}"></script>`).join('\n')}
\`\`\`

In Node 18 and later: \`const apigClientFactory = require('./apigClient.js')\`.

\`\`\`js
var apigClient = apigClientFactory.newClient({
  // All of it is optional. With keys, every request is signed.
  accessKey: 'ACCESS_KEY', secretKey: 'SECRET_KEY', sessionToken: 'SESSION_TOKEN', region: 'us-east-1',
  apiKey: 'API_KEY',
  // ${invokeUrl}
  invokeUrl: 'where the stage is called, when that has moved',
});

apigClient.methodName(params, body, additionalParams)
  .then(function (result) { /* result.data, result.status, result.headers */ })
  .catch(function (error) { /* error.status, error.data, of any answer but a 2xx */ });
\`\`\`

\`params\` holds the parameters of the method by name; \`additionalParams\` is \`{headers: {…}, queryParams: {…}}\` of what the API does not name.

${methods.map((method) => `- \`${method.pathFirstName}\`: ${method.verb} ${method.path}`).join('\n')}
`;
}
