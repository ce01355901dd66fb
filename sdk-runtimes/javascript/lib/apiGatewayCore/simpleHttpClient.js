/* Sends a request, signed when the client has keys, and reads the answer. */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  /** JSON where it is JSON, else the text. */
  function dataOf(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return text;
    }
  }

  core.send = function (request, config) {
    var url = /^(https?:\/\/)([^/?#]+)([^?#]*?)\/?$/.exec(config.invokeUrl);
    var path = url[3] + core.expandedPath(request.template, request.pathValues);
    var toSend = { verb: request.verb, path: path, queryParams: request.queryParams, headers: request.headers, data: request.data };
    var headers = request.headers;
    if (config.accessKey && config.secretKey) headers = core.signedHeaders(toSend, config, url[2], new Date());
    var query = core.canonicalQuery(request.queryParams);
    return core
      .transport({ verb: request.verb, url: url[1] + url[2] + path + (query ? '?' + query : ''), headers: headers, data: request.data })
      .then(function (reply) {
        var result = { data: dataOf(reply.text), status: reply.status, statusText: reply.statusText, headers: reply.headers };
        if (reply.status >= 200 && reply.status < 300) return result;
        var error = new Error('Request failed with status code ' + reply.status);
        error.response = result;
        core.utils.addAll(error, result);
        throw error;
      });
  };
})(typeof globalThis === 'object' ? globalThis : window);
