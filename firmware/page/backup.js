// Backups: the passphrase becomes a key here, by scrypt (RFC 7914), and the key goes to the hub
// wrapped by what only the hub and who knows its password can make (docs/backup.md). The hub
// encrypts and decrypts. Loaded when somebody opens that part of the page.

import { derive, hex, hmac, sha256, unhex, utf8 } from "./login.js";

const KDF = { name: "scrypt", n: 32768, r: 8, p: 1 };
const KEY_SIZE = 32;
const SALT_SIZE = 16;
const TAG_SIZE = 16;
const CHECKSUM_SIZE = 65;
const LENGTH_MIN = 8;
const LIMIT = 2 ** 26; // bytes of memory for scrypt
const FILE_MAX = 67000;
const SLICE_MS = 50;
const BINARY = "application/octet-stream";

// --- scrypt ---

const rotate = (word, bits) => (word << bits) | (word >>> (32 - bits));

// Salsa20/8 of 16 words of `state`, which become the sum.
function salsa(state, x) {
  x.set(state);
  for (let round = 0; round < 4; round++) {
    x[4] ^= rotate(x[0] + x[12], 7); x[8] ^= rotate(x[4] + x[0], 9);
    x[12] ^= rotate(x[8] + x[4], 13); x[0] ^= rotate(x[12] + x[8], 18);
    x[9] ^= rotate(x[5] + x[1], 7); x[13] ^= rotate(x[9] + x[5], 9);
    x[1] ^= rotate(x[13] + x[9], 13); x[5] ^= rotate(x[1] + x[13], 18);
    x[14] ^= rotate(x[10] + x[6], 7); x[2] ^= rotate(x[14] + x[10], 9);
    x[6] ^= rotate(x[2] + x[14], 13); x[10] ^= rotate(x[6] + x[2], 18);
    x[3] ^= rotate(x[15] + x[11], 7); x[7] ^= rotate(x[3] + x[15], 9);
    x[11] ^= rotate(x[7] + x[3], 13); x[15] ^= rotate(x[11] + x[7], 18);
    x[1] ^= rotate(x[0] + x[3], 7); x[2] ^= rotate(x[1] + x[0], 9);
    x[3] ^= rotate(x[2] + x[1], 13); x[0] ^= rotate(x[3] + x[2], 18);
    x[6] ^= rotate(x[5] + x[4], 7); x[7] ^= rotate(x[6] + x[5], 9);
    x[4] ^= rotate(x[7] + x[6], 13); x[5] ^= rotate(x[4] + x[7], 18);
    x[11] ^= rotate(x[10] + x[9], 7); x[8] ^= rotate(x[11] + x[10], 9);
    x[9] ^= rotate(x[8] + x[11], 13); x[10] ^= rotate(x[9] + x[8], 18);
    x[12] ^= rotate(x[15] + x[14], 7); x[13] ^= rotate(x[12] + x[15], 9);
    x[14] ^= rotate(x[13] + x[12], 13); x[15] ^= rotate(x[14] + x[13], 18);
  }
  for (let i = 0; i < 16; i++) state[i] += x[i];
}

// Mixes a block of 2r * 16 words in its place.
function mix(block, made, state, x, r) {
  state.set(block.subarray((2 * r - 1) * 16));
  for (let i = 0; i < 2 * r; i++) {
    for (let j = 0; j < 16; j++) state[j] ^= block[16 * i + j];
    salsa(state, x);
    made.set(state, 16 * ((i >> 1) + (i & 1) * r));
  }
  block.set(made);
}

// PBKDF2-HMAC-SHA256 of one round, `size` bytes.
function stretch(digest, salt, size) {
  const out = [];
  for (let i = 1; out.length < size; i++) out.push(...digest([...salt, 0, 0, 0, i]));
  return out.slice(0, size);
}

// Returns scrypt of bytes as bytes. `tell` is called with how much of it is done, 0 to 1; the page
// lives on meanwhile.
async function scrypt(password, salt, { n, r, p }, size, tell) {
  const digest = hmac(password.length > 64 ? sha256(password) : password);
  const words = 32 * r;
  const bytes = Uint8Array.from(stretch(digest, salt, 4 * words * p));
  const view = new DataView(bytes.buffer);
  const kept = new Int32Array(words * n);
  const block = new Int32Array(words), made = new Int32Array(words);
  const state = new Int32Array(16), x = new Int32Array(16);
  let since = performance.now();
  for (let part = 0; part < p; part++) {
    const start = 4 * words * part;
    for (let i = 0; i < words; i++) block[i] = view.getInt32(start + 4 * i, true);
    for (let i = 0; i < 2 * n; i++) {
      if (i < n) kept.set(block, words * i);
      else {
        const at = words * (block[words - 16] & (n - 1));
        for (let j = 0; j < words; j++) block[j] ^= kept[at + j];
      }
      mix(block, made, state, x, r);
      if ((i & 255) === 0 && performance.now() - since > SLICE_MS) {
        tell((part + i / (2 * n)) / p);
        await new Promise((done) => setTimeout(done));
        since = performance.now();
      }
    }
    for (let i = 0; i < words; i++) view.setInt32(start + 4 * i, block[i], true);
  }
  return stretch(digest, bytes, size);
}

const keyOf = (passphrase, kdf, tell) =>
  scrypt(utf8(passphrase.normalize("NFC")), unhex(kdf.salt), kdf, KEY_SIZE, tell);

// --- the way of the key ---

// Returns { nonce, key, proof }. Throws the problem of the hub.
async function wrapped(ask, key, password) {
  const answer = await ask("GET", "login");
  if (!answer.ok) throw answer.body;
  const { salt, rounds, nonce } = answer.body;
  const digest = hmac(derive(utf8(password), unhex(salt), rounds));
  const pad = digest(utf8("backup key " + nonce));
  const hidden = hex(key.map((byte, i) => byte ^ pad[i]));
  return { nonce, key: hidden, proof: hex(digest(utf8("backup proof " + nonce + " " + hidden))) };
}

// --- the file ---

const told = (text) => ({ detail: text });

// Returns the first line of a backup as an object. Throws what is wrong with the file.
function headerOf(bytes) {
  const end = bytes.indexOf(10) + 1;
  let header = {};
  try { header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))); } catch { /* it is none */ }
  if (header.plughub !== "backup") throw told("This is not a backup of Plughub");
  if (header.format > 1) throw told("The backup was made by a newer Plughub: update this one first");
  const { kdf, size } = header;
  if (bytes.length !== end + size + (kdf ? TAG_SIZE : CHECKSUM_SIZE)) throw told("The backup is cut off, or damaged");
  if (kdf && !(kdf.n > 1 && kdf.r > 0 && kdf.p > 0 && kdf.p <= 4 && 128 * kdf.n * kdf.r <= LIMIT
    && (kdf.n & (kdf.n - 1)) === 0 && /^([0-9a-f]{2})+$/.test(kdf.salt))) throw told("The backup is damaged");
  return header;
}

// --- what somebody sees ---

const FORMS = `
<style>
#backup > div { display: flex; flex-wrap: wrap; gap: 1.2rem 3rem; margin-top: 1rem; }
#backup form { display: grid; grid-template-columns: minmax(0, 1fr); gap: .8rem; max-width: 24rem; align-content: start; }
#backup [role=status] { white-space: pre-line; overflow-wrap: anywhere; }
#backup .drop { border: 2px dashed var(--line); border-radius: .8rem; padding: 1rem; }
#backup .drop label { display: inline; }
</style>
<form>
  <h3>Back up</h3>
  <p class="soft">Configuration, rules, keys and kWh in one file, encrypted with a passphrase. Without one it has no keys, no passwords and no Wi-Fi.</p>
  <label>Passphrase<input name="phrase" type="password" autocomplete="new-password" minlength="8" required></label>
  <label>The same again<input name="again" type="password" autocomplete="new-password" required></label>
  <label>Password of this page<input name="password" type="password" autocomplete="current-password" required></label>
  <p class="soft" hidden>This page has no password, so that no key can be sent safely: a backup with keys is made by the serial port, <code>plughub backup</code>.</p>
  <div class="row"><button>Back up</button> <button type="button" name="plain">Back up without secrets</button></div>
  <p role="status"></p>
</form>
<form>
  <h3>Restore</h3>
  <p class="soft">All of this home is replaced by that of the file, and the board restarts. The password of this page stays.</p>
  <p class="drop">Drop a backup here, or <label>choose it <input name="file" type="file" required></label></p>
  <label>Passphrase of the backup<input name="phrase" type="password" autocomplete="off"></label>
  <label>Password of this page<input name="password" type="password" autocomplete="current-password"></label>
  <div class="row"><button>Restore</button></div>
  <p role="status"></p>
</form>`;

// Fills `place`. `ask` and `headers` are the page's; `isOpen` tells whether it has no password.
export function show(place, ask, headers, isOpen) {
  place.innerHTML = FORMS;
  const [making, restoring] = place.querySelectorAll("form");
  for (const form of [making, restoring]) {
    form.say = (text) => { form.querySelector("[role=status]").textContent = text; };
  }
  making.querySelector("[hidden]").hidden = !isOpen;
  if (isOpen) {
    for (const label of place.querySelectorAll("label:has([type=password])")) label.remove();
    making.querySelector("button:not([name])").remove();
  }

  // Has nobody press twice, and tells what came of it.
  const guarded = (form, act) => async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    try { form.say(await act(form.elements)); } catch (problem) { form.say(problem.detail || problem.title || "The hub does not answer"); }
    form.removeAttribute("aria-busy");
  };
  const progress = (form) => (part) => form.say("The key is made of the passphrase: " + Math.round(100 * part) + " %");

  async function send(path, type, body, more) {
    const answer = await fetch("api/v1/" + path, { method: "POST", body, headers: headers({ "Content-Type": type, ...more }) });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw problem.faults ? told(problem.faults.join("\n")) : problem;
    }
    return answer;
  }

  async function save(body) {
    const answer = await send("backup", "application/json", JSON.stringify(body));
    const data = new Uint8Array(await answer.arrayBuffer());
    const { name } = headerOf(data);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], { type: BINARY }));
    link.download = name + "-" + new Date().toISOString().slice(0, 10) + ".backup";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return link.download + " is saved: ";
  }

  making.onsubmit = guarded(making, async ({ phrase, again, password }) => {
    if (phrase.value.length < LENGTH_MIN) throw told("A passphrase of " + LENGTH_MIN + " characters or more, please");
    if (phrase.value !== again.value) throw told("The two passphrases differ");
    const kdf = { ...KDF, salt: hex([...crypto.getRandomValues(new Uint8Array(SALT_SIZE))]) };
    const key = await keyOf(phrase.value, kdf, progress(making));
    const said = await save({ kdf, ...(await wrapped(ask, key, password.value)) });
    making.reset();
    return said + "it is of no use without the passphrase, so keep that somewhere else";
  });
  making.elements.plain.onclick = guarded(making, async () =>
    (await save({})) + "it has no keys, no passwords and no Wi-Fi, and is not encrypted");

  let dropped;
  const { file } = restoring.elements;
  const drop = restoring.querySelector(".drop");
  file.onchange = () => { dropped = null; restoring.say(""); };
  drop.ondragover = (event) => event.preventDefault();
  drop.ondrop = (event) => {
    event.preventDefault();
    dropped = event.dataTransfer.files[0];
    file.required = false;
    restoring.say(dropped.name + " will be restored");
  };
  restoring.onsubmit = guarded(restoring, async ({ phrase, password }) => {
    const chosen = dropped || file.files[0];
    if (!chosen) throw told("Choose the file of a backup first");
    if (chosen.size > FILE_MAX) throw told("This is not a backup of Plughub");
    const data = new Uint8Array(await chosen.arrayBuffer());
    const { kdf, name } = headerOf(data);
    let key = {};
    if (kdf && isOpen) throw told("This page has no password, so that no key can be sent safely: restore it by the serial port, plughub restore");
    if (kdf && !phrase.value) throw told("This backup is encrypted: its passphrase is needed");
    if (kdf && !password.value) throw told("The password of this page is needed too: the key is sent under it");
    if (!confirm("Replace this home by " + name + " of the file?")) return "";
    if (kdf) {
      const made = await wrapped(ask, await keyOf(phrase.value, kdf, progress(restoring)), password.value);
      key = { "Backup-Key": [made.nonce, made.key, made.proof].join(" ") };
    }
    restoring.say("The board checks it");
    const { missing } = await (await send("restore", BINARY, data, key)).json();
    restoring.reset();
    return ["Restored: the board restarts", ...missing].join("\n");
  });
}
