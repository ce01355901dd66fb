/* SHA-256 (FIPS 180-4) of bytes or text. A page served over plain http has no crypto.subtle, and may have to sign all the same. */
(function (root) {
  'use strict';
  var apiGateway = (root.apiGateway = root.apiGateway || {});
  var core = (apiGateway.core = apiGateway.core || {});

  var primes = [];
  for (var candidate = 2; primes.length < 64; candidate++) {
    if (primes.every(function (prime) { return candidate % prime !== 0; })) primes.push(candidate);
  }
  /** The first 32 bits of the fraction of a root. */
  function fraction(value) {
    return ((value - Math.floor(value)) * 4294967296) | 0;
  }
  var constants = primes.map(function (prime) { return fraction(Math.cbrt(prime)); });
  var beginnings = primes.slice(0, 8).map(function (prime) { return fraction(Math.sqrt(prime)); });

  function rotate(word, by) {
    return (word >>> by) | (word << (32 - by));
  }

  core.bytesOf = function (value) {
    return typeof value === 'string' ? new TextEncoder().encode(value) : value;
  };

  core.hexOf = function (bytes) {
    return Array.prototype.map.call(bytes, function (byte) { return (byte < 16 ? '0' : '') + byte.toString(16); }).join('');
  };

  /** The 32 bytes of the hash. */
  core.sha256 = function (value) {
    var message = core.bytesOf(value);
    var blocks = Math.ceil((message.length + 9) / 64);
    var padded = new Uint8Array(blocks * 64);
    padded.set(message);
    padded[message.length] = 0x80;
    var view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(message.length / 0x20000000));
    view.setUint32(padded.length - 4, (message.length << 3) >>> 0);

    var state = beginnings.slice();
    var words = new Int32Array(64);
    for (var block = 0; block < blocks; block++) {
      for (var i = 0; i < 64; i++) {
        if (i < 16) {
          words[i] = view.getInt32(block * 64 + i * 4);
        } else {
          var a15 = words[i - 15];
          var a2 = words[i - 2];
          var small0 = rotate(a15, 7) ^ rotate(a15, 18) ^ (a15 >>> 3);
          var small1 = rotate(a2, 17) ^ rotate(a2, 19) ^ (a2 >>> 10);
          words[i] = (words[i - 16] + small0 + words[i - 7] + small1) | 0;
        }
      }
      var s = state.slice();
      for (var round = 0; round < 64; round++) {
        var big1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
        var choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        var first = (s[7] + big1 + choice + constants[round] + words[round]) | 0;
        var big0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
        var majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        var second = (big0 + majority) | 0;
        s = [(first + second) | 0, s[0], s[1], s[2], (s[3] + first) | 0, s[4], s[5], s[6]];
      }
      state = state.map(function (word, at) { return (word + s[at]) | 0; });
    }
    var hash = new Uint8Array(32);
    var out = new DataView(hash.buffer);
    state.forEach(function (word, at) { out.setInt32(at * 4, word); });
    return hash;
  };
})(typeof globalThis === 'object' ? globalThis : window);
