/* Paths with their parameters filled in: /pets/{petId} and /files/{path+}. */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  /** Everything but RFC 3986's unreserved characters, percent-encoded; that is also what a signature is made over. */
  core.percentEncoded = function (text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, function (character) {
      return '%' + character.charCodeAt(0).toString(16).toUpperCase();
    });
  };

  /** A parameter that takes the rest of the path keeps its slashes. */
  core.expandedPath = function (template, values) {
    return template.replace(/\{([^}+]+)(\+?)\}/g, function (_, name, isGreedy) {
      var encoded = core.percentEncoded(String(values[name]));
      return isGreedy ? encoded.replace(/%2F/g, '/') : encoded;
    });
  };
})(typeof globalThis === 'object' ? globalThis : window);
