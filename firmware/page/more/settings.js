// The configuration: a form for each part of it, and its text for experts. Both are the same draft.

const VERSIONS = ["", "3.1", "3.2", "3.3", "3.4", "3.5"];
const DEVICE_KINDS = ["", "outlet", "strip", "bulb", "cover", "climate", "custom"];
// [key in the configuration, title, fields, whether there can be several]
const PARTS = [
  ["wifi", "Wi-Fi", [["ssid", "Network"], ["password", "Password", "password"], ["country", "Country, such as DE"]]],
  ["plugs", "Plugs", [
    ["name", "Name"], ["id", "Device id"], ["key", "Local key"], ["address", "Address, if it is always the same"],
    ["version", "Tuya version", VERSIONS], ["kind", "Kind", DEVICE_KINDS]], true],
  ["outlets", "Outlets of strips", [["name", "Name"], ["plug", "Strip", "strip"], ["dp", "DP", "number"]], true],
  ["relays", "Relays", [["name", "Name"], ["pin", "Pin", "pin"], ["boot", "At the start", ["", "off", "on", "last"]]], true],
  ["groups", "Groups", [["name", "Name"], ["members", "Members", "names"]], true],
  ["scenes", "Scenes", [["name", "Name"], ["set", "Sets", "set"]], true],
  ["buttons", "Buttons", [
    ["name", "Name"], ["pin", "Pin", "pin"], ["press", "Press", "action"], ["double", "Double press", "action"], ["long", "Long press", "action"]], true],
  ["mqtt", "MQTT broker", [
    ["host", "Host"], ["port", "Port", "number"], ["user", "User"], ["password", "Password", "password"],
    ["discovery", "Home Assistant finds", ["", "device", "single", "off"]], ["tls", "Encrypted", "flag"]]],
  ["energy", "Price of a kWh", [["price", "Price", "number"], ["currency", "Currency"]]],
];
let config = {}; // the draft, as the text has it
const opened = new Set();

const area = () => $("settings");

function store() {
  area().value = written(config);
}

// Whoever has a name is called otherwise wherever the configuration names it.
function rename(old, name) {
  area().value = area().value.split(JSON.stringify(old)).join(JSON.stringify(name));
  read();
}

function read() {
  try { config = JSON.parse(area().value || "{}"); } catch { return; }
  drawForms();
}

function drawItem(key, fields, item, list) {
  const name = item.name || (item.pin != null ? "pin " + item.pin : item.id || "new");
  const before = item.name;
  const mark = key + "/" + (list ? list.indexOf(item) : "");
  const stored = (field) => {
    if (field === "name" && before && item.name) {
      const now = item.name;
      item.name = before;
      store();
      return rename(before, now);
    }
    if (!list && !Object.keys(item).length) delete config[key];
    else if (!list) config[key] = item;
    return store();
  };
  const rows = fields.map((row) => field(row, item, config, stored));
  if (!list) return make("div", { className: "fields" }, ...rows);
  const remove = makeButton("Remove", () => {
    list.splice(list.indexOf(item), 1);
    store();
    drawForms();
  }, "Remove " + name);
  return foldable(mark, name, make("div", { className: "fields" }, ...rows, remove));
}

// Stays open while it is drawn again.
function foldable(mark, title, ...inside) {
  const details = make("details", { open: opened.has(mark) }, make("summary", {}, title), ...inside);
  details.ontoggle = () => (details.open ? opened.add(mark) : opened.delete(mark));
  return details;
}

function drawPart([key, title, fields, isList]) {
  if (!isList) return foldable(key, title, drawItem(key, fields, config[key] || {}));
  const list = Array.isArray(config[key]) ? config[key] : [];
  const add = (item) => {
    config[key] = list;
    list.push(item);
    opened.add(key + "/" + (list.length - 1));
    store();
    drawForms();
  };
  const row = make("div", { className: "row" }, makeButton("Add", () => add({}), "Add to " + title.toLowerCase()));
  const part = foldable(key, title + " (" + list.length + ")", ...list.map((item) => drawItem(key, fields, item, list)), row);
  if (key === "plugs") {
    const found = make("ul", { ariaLabel: "Devices found" });
    row.append(makeButton("Look for devices", () => look(found, add)));
    part.append(found);
  }
  return part;
}

// Offers what is heard in the network and is no plug yet.
async function look(place, add) {
  place.replaceChildren("Listening for 10 s…");
  const { ok, body } = await ask("GET", "found");
  if (!ok) return place.replaceChildren(inWords(body));
  const known = (config.plugs || []).map(({ id }) => id);
  const fresh = body.filter(({ id }) => !known.includes(id));
  if (!fresh.length) return place.replaceChildren("Nothing new was heard. A device that an app is connected to is silent.");
  return place.replaceChildren(...fresh.map(({ id, address, version }) => make("li", {}, `${id} at ${address}, version ${version} `,
    makeButton("Add", () => add({ name: "plug " + id.slice(-4), id, address, version, key: "" }), "Add " + id))));
}

function drawForms() {
  $("forms").replaceChildren(...PARTS.map(drawPart));
}

// --- devices.json of tinytuya ---

// Returns what a mapping makes of a device, for the configuration.
function kindOf(mapping) {
  const codes = Object.values(mapping || {}).map(({ code }) => code);
  const has = (pattern) => codes.some((code) => pattern.test(code));
  if (has(/^bright_value/)) return { kind: "bulb" };
  if (has(/^(percent_)?control$/)) return { kind: "cover", mapping };
  if (has(/^temp_set/)) return { kind: "climate", mapping };
  if (has(/^switch_2$/)) return { kind: "strip" };
  return !codes.length || has(/^switch(_1)?$/) ? {} : { kind: "custom", mapping };
}

// Returns what a devices.json would change, in words; `draft` takes it.
function merge(draft, devices) {
  const said = [];
  const plugs = (draft.plugs = draft.plugs || []);
  for (const device of devices) {
    if (!device.id || !device.key || device.sub || device.node_id) continue;
    const known = plugs.find((plug) => plug.id === device.id);
    const news = { key: device.key };
    const address = device.ip || device.last_ip;
    if (address) news.address = address;
    if (device.version || device.ver) news.version = String(device.version || device.ver);
    if (!known) {
      const names = plugs.map((plug) => plug.name);
      const name = (names.includes(device.name) ? device.name + " " + device.id.slice(-4) : device.name || device.id).slice(0, 40);
      plugs.push({ name, id: device.id, ...news, ...kindOf(device.mapping) });
      said.push("new: " + name);
      continue;
    }
    const changed = Object.keys(news).filter((key) => known[key] !== news[key]);
    Object.assign(known, news);
    if (changed.length) said.push(known.name + ": " + changed.join(", "));
  }
  return said;
}

let merged;

async function importFile(file) {
  if (!area().value) await openConfig(); // nothing may be left out of it
  try {
    const found = JSON.parse(await file.text());
    merged = JSON.parse(area().value);
    const said = merge(merged, Array.isArray(found) ? found : found.devices);
    $("diff").hidden = false;
    $("changes").replaceChildren(...(said.length ? said : ["nothing"]).map((text) => make("li", {}, text)));
    $("take").hidden = !said.length;
  } catch {
    say("This is no devices.json, or the text below is no JSON", $("config-said"));
  }
}

// --- the view ---

const CONFIG = `<h2>Import plugs</h2>
<p id="drop">Drop a <code>devices.json</code> of tinytuya here, or <label>choose it <input id="file" type="file" accept=".json"></label></p>
<div id="diff" hidden><h3>Changes</h3><ul id="changes"></ul><button type="button" id="take">Put it in below</button></div>
<h2>Settings</h2>
<div id="forms" class="forms"></div>
<details><summary>Password of this page</summary><form id="secret" class="fields">
<label>Password now<input name="old" type="password" autocomplete="current-password"></label>
<label>New password<input name="password" type="password" autocomplete="new-password" minlength="8" required></label>
<button>Set password</button><p id="secret-said" role="status"></p></form></details>
<details id="text"><summary>All of it as JSON</summary>
<label for="settings">config.json</label><p class="soft">Stars are secrets that stay.</p>
<textarea id="settings" rows="18" spellcheck="false"></textarea></details>
<div class="row"><button type="button" id="config-save">Save</button> <button type="button" id="config-check">Check</button>
<button type="button" id="try">Test MQTT</button> <button type="button" id="config-undo">Undo the last change</button></div>
<p id="config-said" class="told" role="status"></p>
<details id="backup"><summary>Backup and restore</summary><div></div></details>`;

async function openConfig(isNew) {
  if (!$("settings")) makeConfig();
  const { ok, body } = await ask("GET", "config");
  if (!ok) return say(faultsOf(body), $("config-said"));
  if (fill(area(), body, isNew === true)) read();
}

async function sendConfig(method, path, body, done) {
  const answer = await ask(method, path, body);
  if (!answer.ok) {
    say(faultsOf(answer.body), $("config-said"));
    return markLine(area(), answer.body);
  }
  const { restart, confirm_within: within } = answer.body;
  say(done + (restart.length ? ". A restart puts in force: " + restart.join(", ") : ""), $("config-said"));
  $("confirm").hidden = !within;
  if (!path.includes("?")) openConfig(true);
}

function makeConfig() {
  $("config").innerHTML = CONFIG;
  area().onchange = read;
  $("config-check").onclick = () => sendConfig("PUT", "config?dry=1", area().value, "It is right");
  $("config-save").onclick = () => sendConfig("PUT", "config", area().value, "Saved");
  $("config-undo").onclick = () => sendConfig("POST", "config/undo", {}, "Undone");
  $("try").onclick = async () => {
    const { ok, body } = await ask("POST", "mqtt/test", area().value);
    say(ok ? "OK" : faultsOf(body), $("config-said"));
  };
  $("secret").onsubmit = async (event) => {
    event.preventDefault();
    const { old, password } = $("secret").elements;
    const { ok, body } = await ask("PUT", "password", { old: old.value, password: password.value });
    say(ok ? "The password is set; other browsers have to log in again" : inWords(body), $("secret-said"));
    if (!ok) return;
    remember(body.token);
    $("secret").reset();
  };
  $("secret").parentNode.hidden = home().open;
  $("file").onchange = () => $("file").files[0] && importFile($("file").files[0]);
  $("config").ondragover = (event) => event.preventDefault();
  $("config").ondrop = (event) => {
    if (event.target.closest("#backup")) return;
    event.preventDefault();
    importFile(event.dataTransfer.files[0]);
  };
  $("take").onclick = () => {
    area().value = written(merged);
    $("diff").hidden = true;
    read();
    say("Now save it", $("config-said"));
  };
  $("backup").ontoggle = () => {
    const place = $("backup").lastElementChild;
    if (!$("backup").open || place.firstChild) return;
    import("./backup.js").then((script) => script.show(place, ask, headers, home().open), () => say("The hub does not answer", $("config-said")));
  };
}
