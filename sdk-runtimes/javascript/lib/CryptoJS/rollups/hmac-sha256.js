/* HMAC with SHA-256 (RFC 2104). */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  /** The 32 bytes of the code; key and message are bytes or text. */
  core.hmacSha256 = function (key, message) {
    var keyBytes = core.bytesOf(key);
    if (keyBytes.length > 64) keyBytes = core.sha256(keyBytes);
    var text = core.bytesOf(message);
    var inner = new Uint8Array(64 + text.length);
    var outer = new Uint8Array(64 + 32);
    for (var i = 0; i < 64; i++) {
      var byte = i < keyBytes.length ? keyBytes[i] : 0;
      inner[i] = byte ^ 0x36;
      outer[i] = byte ^ 0x5c;
    }
    inner.set(text, 64);
    outer.set(core.sha256(inner), 64);
    return core.sha256(outer);
  };
})(typeof globalThis === 'object' ? globalThis : window);
