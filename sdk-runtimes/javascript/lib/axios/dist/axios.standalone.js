/*
 * Sends a request with the fetch of the browser or of Node 18 and later. Pages load this file by the name it has in every SDK of
 * API Gateway; what is in it is this SDK's own.
 */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  /** request: {verb, url, headers, data}. Resolves with {status, statusText, headers, text} whatever the status. */
  core.transport = function (request) {
    var hasBody = request.data !== undefined && request.verb !== 'GET' && request.verb !== 'HEAD';
    return root
      .fetch(request.url, {
        method: request.verb,
        headers: request.headers,
        body: hasBody ? request.data : undefined,
      })
      .then(function (reply) {
        var headers = {};
        reply.headers.forEach(function (value, name) {
          headers[name] = value;
        });
        return reply.text().then(function (text) {
          return { status: reply.status, statusText: reply.statusText, headers: headers, text: text };
        });
      });
  };
})(typeof globalThis === 'object' ? globalThis : window);
