/**
 * SRP-6a as user pools speak it: the 3072-bit group of RFC 5054, SHA-256, numbers padded as signed big-endian, the session key derived by HKDF with
 * the info `Caldera Derived Key`. Seen from amazon-cognito-identity-js, which is the client of its tests.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';

const prime = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
);
const generator = 2n;
const multiplier = BigInt(`0x${sha256Hex(`${paddedHex(prime)}${paddedHex(generator)}`)}`);

/** Hexadecimal of a number as Java's BigInteger writes bytes: an even count of digits, a leading 00 when the first bit is set. */
export function paddedHex(number: bigint): string {
  const hex = number.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

function sha256Hex(hex: string): string {
  return createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex');
}

/** `base` to the `exponent` modulo the group's prime. About 3 ms for an exponent of 256 bits. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % prime;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}

const randomNumber = (bytes: number): bigint => BigInt(`0x${randomBytes(bytes).toString('hex')}`);

/** Salt and verifier of a password, hexadecimal. `identity` is the pool's short name followed by the username. */
export function srpVerifier(identity: string, password: string): { salt: string; verifier: string } {
  const salt = paddedHex(randomNumber(16));
  return { salt, verifier: power(generator, privateKeyOf(identity, password, salt)).toString(16) };
}

function privateKeyOf(identity: string, password: string, salt: string): bigint {
  const inner = createHash('sha256').update(`${identity}:${password}`).digest('hex');
  return BigInt(`0x${sha256Hex(`${salt}${inner}`)}`);
}

/** The server's half of one exchange; both hexadecimal. `secret` must not leave the server unsealed. */
export function srpChallenge(verifier: string): { secret: string; publicValue: string } {
  const secret = randomNumber(32);
  const publicValue = (multiplier * BigInt(`0x${verifier}`) + power(generator, secret)) % prime;
  return { secret: secret.toString(16), publicValue: publicValue.toString(16) };
}

/** Reads the client's public value; undefined when it is no number of the group or one that would make the key known to everybody. */
export function clientPublicValue(hex: string): bigint | undefined {
  if (!/^[0-9a-fA-F]{1,1024}$/.test(hex)) return undefined;
  const value = BigInt(`0x${hex}`);
  return value % prime === 0n ? undefined : value;
}

/** The 16-byte key both sides arrive at; undefined for the values RFC 5054 forbids. */
export function srpSessionKey(exchange: {
  readonly clientPublic: bigint;
  readonly serverPublic: string;
  readonly serverSecret: string;
  readonly verifier: string;
}): Buffer | undefined {
  const { clientPublic, serverPublic, serverSecret, verifier } = exchange;
  const scrambler = BigInt(`0x${sha256Hex(`${paddedHex(clientPublic)}${paddedHex(BigInt(`0x${serverPublic}`))}`)}`);
  if (scrambler === 0n) return undefined;
  const base = (clientPublic * power(BigInt(`0x${verifier}`), scrambler)) % prime;
  const shared = power(base, BigInt(`0x${serverSecret}`));
  const extracted = createHmac('sha256', Buffer.from(paddedHex(scrambler), 'hex'))
    .update(Buffer.from(paddedHex(shared), 'hex'))
    .digest();
  return createHmac('sha256', extracted).update('Caldera Derived Key\u0001').digest().subarray(0, 16);
}

/** What PASSWORD_CLAIM_SIGNATURE must be, as bytes. */
export function passwordClaim(
  key: Buffer,
  claim: {
    readonly poolName: string;
    readonly username: string;
    readonly secretBlock: string;
    readonly timestamp: string;
  },
): Buffer {
  return createHmac('sha256', key)
    .update(claim.poolName)
    .update(claim.username)
    .update(Buffer.from(claim.secretBlock, 'base64'))
    .update(claim.timestamp)
    .digest();
}
