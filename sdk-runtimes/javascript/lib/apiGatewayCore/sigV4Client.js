/* Signature Version 4 of a request, for methods whose authorization is AWS_IAM. */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});
  var service = 'execute-api';

  /** The query in the order and the encoding it is signed in. */
  function canonicalQuery(queryParams) {
    return Object.keys(queryParams)
      .map(function (name) { return [core.percentEncoded(name), core.percentEncoded(String(queryParams[name]))]; })
      .sort(function (a, b) { return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : 1; })
      .map(function (pair) { return pair.join('='); })
      .join('&');
  }

  /** Headers that sign {verb, path, queryParams, headers, data}; the path is as it is sent, encoded once. */
  core.signedHeaders = function (request, config, host, now) {
    var time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
    var scope = [time.slice(0, 8), config.region, service, 'aws4_request'];
    var headers = {};
    Object.keys(request.headers).forEach(function (name) { headers[name] = request.headers[name]; });
    headers['x-amz-date'] = time;
    if (config.sessionToken) headers['x-amz-security-token'] = config.sessionToken;

    var signed = { host: host };
    Object.keys(headers).forEach(function (name) {
      signed[name.toLowerCase()] = String(headers[name]).trim().replace(/ +/g, ' ');
    });
    var names = Object.keys(signed).sort();
    // Every segment is encoded once more: all services but S3 sign so.
    var path = request.path.split('/').map(core.percentEncoded).join('/');
    var canonical = [
      request.verb,
      path,
      canonicalQuery(request.queryParams),
      names.map(function (name) { return name + ':' + signed[name] + '\n'; }).join(''),
      names.join(';'),
      core.hexOf(core.sha256(request.data === undefined ? '' : request.data)),
    ].join('\n');
    var text = ['AWS4-HMAC-SHA256', time, scope.join('/'), core.hexOf(core.sha256(canonical))].join('\n');
    var key = scope.reduce(core.hmacSha256, 'AWS4' + config.secretKey);
    headers['Authorization'] =
      'AWS4-HMAC-SHA256 Credential=' + config.accessKey + '/' + scope.join('/') +
      ', SignedHeaders=' + names.join(';') + ', Signature=' + core.hexOf(core.hmacSha256(key, text));
    return headers;
  };

  core.canonicalQuery = canonicalQuery;
})(typeof globalThis === 'object' ? globalThis : window);
