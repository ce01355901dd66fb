/* What every method of a client does with what it is called with. */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  /**
   * method: {verb, path, required, path: names, query: names, headers: names}; config: of the client, with the invokeUrl of the stage.
   * Resolves with {data, status, statusText, headers} of a 2xx answer, rejects with an Error that has the same of any other.
   */
  core.callMethod = function (method, config, params, body, additionalParams) {
    return new Promise(function (resolve, reject) {
      var given = params || {};
      var additional = additionalParams || {};
      core.utils.assertDefined(given, method.requiredParams);
      var headers = core.utils.picked(given, method.headerParams);
      core.utils.addAll(headers, additional.headers);
      var queryParams = core.utils.picked(given, method.queryParams);
      core.utils.addAll(queryParams, additional.queryParams);

      var data = core.utils.isNothing(body) ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      if (data !== undefined && !core.utils.hasHeader(headers, 'content-type')) {
        headers['Content-Type'] = config.defaultContentType;
      }
      if (!core.utils.hasHeader(headers, 'accept')) headers['Accept'] = config.defaultAcceptType;
      if (config.apiKey) headers['x-api-key'] = config.apiKey;

      resolve(
        core.send(
          {
            verb: method.verb,
            template: method.path,
            pathValues: given,
            queryParams: queryParams,
            headers: headers,
            // A browser sends none with these, so none is signed.
            data: method.verb === 'GET' || method.verb === 'HEAD' ? undefined : data,
          },
          config,
        ),
      );
    });
  };
})(typeof globalThis === 'object' ? globalThis : window);
