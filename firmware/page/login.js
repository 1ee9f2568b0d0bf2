// Logs in by a proof of the password, so that the password itself never crosses the network: what
// proves it is HMAC-SHA256 of a nonce, under PBKDF2-HMAC-SHA256 of the password. A browser has
// crypto.subtle only behind HTTPS, which a board does not have.

const BLOCK = 64;
const SIZE = 32;

// The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4).
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (root) => (root % 1) * 2 ** 32 | 0;
const START = primes.slice(0, 8).map((prime) => fraction(prime ** (1 / 2)));
const ROUND = primes.map((prime) => fraction(prime ** (1 / 3)));

const rotated = (word, bits) => (word >>> bits) | (word << (32 - bits));

// Takes one block of 64 bytes, `at` in a DataView, into the eight words of `state`.
function compress(state, view, at) {
  const words = [];
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    if (i < 16) words[i] = view.getInt32(at + 4 * i);
    else {
      const x = words[i - 15], y = words[i - 2];
      const s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      const s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
}

// Returns SHA-256 of bytes as bytes.
export function sha256(bytes) {
  const view = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK));
  bytes.forEach((byte, i) => view.setUint8(i, byte));
  view.setUint8(bytes.length, 0x80);
  view.setUint32(view.byteLength - 4, bytes.length * 8);
  let state = START;
  for (let at = 0; at < view.byteLength; at += BLOCK) state = compress(state, view, at);
  state.forEach((word, i) => view.setInt32(4 * i, word));
  return [...new Uint8Array(view.buffer, 0, SIZE)];
}

// Returns HMAC-SHA256 under a key of 64 bytes at most: a function from bytes to bytes.
export function hmac(key) {
  const pad = (mask) => Array.from({ length: BLOCK }, (_, i) => key[i] ^ mask);
  const inner = pad(0x36), outer = pad(0x5c);
  return (bytes) => sha256([...outer, ...sha256([...inner, ...bytes])]);
}

// Returns the first 32 bytes of PBKDF2-HMAC-SHA256.
export function derive(password, salt, rounds) {
  const digest = hmac(password);
  let block = digest([...salt, 0, 0, 0, 1]);
  let total = block;
  while (--rounds) {
    block = digest(block);
    total = total.map((byte, i) => byte ^ block[i]);
  }
  return total;
}

export const utf8 = (text) => [...new TextEncoder().encode(text)];
export const hex = (bytes) => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => text.match(/../g).map((pair) => parseInt(pair, 16));

// Returns the answer of `ask` to the proof, or to the question what to make it with.
export async function logIn(ask, password) {
  const answer = await ask("GET", "login");
  if (!answer.ok) return answer;
  const { salt, rounds, nonce } = answer.body;
  const proof = hex(hmac(derive(utf8(password), unhex(salt), rounds))(utf8(nonce)));
  return ask("POST", "login", { nonce, proof });
}
