(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  function isNothing(value) {
    return value === undefined || value === null;
  }

  core.utils = {
    isNothing: isNothing,
    /** Throws for the first name that has no value. */
    assertDefined: function (values, names) {
      names.forEach(function (name) {
        if (isNothing(values[name]) || values[name] === '') throw new Error('Missing required parameter: ' + name);
      });
    },
    /** Those of the names that have a value. */
    picked: function (values, names) {
      var found = {};
      names.forEach(function (name) {
        if (!isNothing(values[name])) found[name] = values[name];
      });
      return found;
    },
    addAll: function (target, more) {
      Object.keys(more || {}).forEach(function (name) {
        target[name] = more[name];
      });
    },
    hasHeader: function (headers, name) {
      return Object.keys(headers).some(function (each) { return each.toLowerCase() === name; });
    },
  };
})(typeof globalThis === 'object' ? globalThis : window);
