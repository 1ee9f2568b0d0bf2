const tabs = [...document.querySelectorAll("[role=tab]")];
const SHOWN = { home() {}, rules: openRules, log: showLog, config: openConfig, system: showSystem };

function choose(name) {
  for (const tab of tabs) {
    const isIt = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", isIt);
    tab.tabIndex = isIt ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !isIt;
  }
  SHOWN[name]();
}

tabs.forEach((tab, i) => {
  tab.onclick = () => choose(tab.getAttribute("aria-controls"));
  tab.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(i + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  };
});

const faults = (body) => body.faults ? body.faults.join("\n") : inWords(body);

// What somebody has typed and not saved stays.
function fill(area, value, isNew) {
  if (!isNew && area.value !== area.defaultValue) return;
  area.value = area.defaultValue = written(value);
}

// --- rules ---

function makeRule(rule) {
  const card = document.createElement("article");
  card.className = "card";
  element("h3", rule.id, card);
  element("p", rule.why, card).className = "meter";
  const ran = rule.fired ? "ran " + new Date(rule.fired * 1000).toLocaleString() : "has not run yet";
  for (const text of [ran, ...rule.steps, ...rule.pending]) element("p", text, card).className = "energy";
  const row = element("div", "", card);
  row.className = "row";
  const verbs = [["run", "Run", rule.enabled && rule.steps.length], ["cancel", "Cancel", rule.pending.length],
    ["clear", "Clear", rule.locks.length || rule.paused]];
  for (const [verb, word, fits] of verbs) {
    if (!fits) continue;
    const button = makeButton(word, async () => {
      const answer = await ask("POST", "rules/" + rule.id + "/" + verb, {});
      if (answer.ok) card.replaceWith(makeRule(answer.body));
      else say(inWords(answer.body));
    });
    button.setAttribute("aria-label", word + " " + rule.id);
    row.append(button);
  }
  return card;
}

async function showRules() {
  const { ok, body } = await ask("GET", "rules/states");
  if (ok) $("states").replaceChildren(...body.map(makeRule));
  else say(inWords(body));
}

const written = (value) => JSON.stringify(value, null, 1);

async function openRules(isNew) {
  showRules();
  const { ok, body } = await ask("GET", "rules");
  if (ok) fill($("book"), body, isNew);
}

$("schedule").onsubmit = (event) => {
  event.preventDefault();
  let book;
  try { book = JSON.parse($("book").value || "{}"); } catch { return say("The text below is not valid JSON", "rules-said"); }
  const [kind, ...name] = $("what").value.split("/");
  const ids = (book.rules = book.rules || []).map((rule) => rule.id);
  let n = 1;
  while (ids.includes("schedule-" + n)) n++;
  const rule = { id: "schedule-" + n, at: $("at").value };
  if ($("days").value) rule.days = $("days").value;
  rule.do = { [kind]: name.join("/"), set: $("verb").value };
  book.rules.push(rule);
  $("book").value = written(book);
  say(rule.id + " is added: save it", "rules-said");
};

async function sendRules(query, done) {
  const { ok, body } = await ask("PUT", "rules" + query, $("book").value);
  say(ok ? [done, ...body.warnings].join("\n") : faults(body), "rules-said");
  if (ok && !query) openRules(true);
}

$("rules-check").onclick = () => sendRules("?dry=1", "They are right");
$("rules-save").onclick = () => sendRules("", "Saved");

// --- the log ---

async function showLog() {
  const { ok, body } = await ask("GET", "log");
  $("lines").replaceChildren();
  if (!ok) return element("li", inWords(body), $("lines"));
  for (const line of body) element("li", line.text, $("lines")).className = line.level;
}

// --- the configuration ---

async function openConfig(isNew) {
  const { ok, body } = await ask("GET", "config");
  if (!ok) return say(faults(body), "config-said");
  fill($("settings"), body, isNew);
}

async function sendConfig(method, path, body, done) {
  const answer = await ask(method, path, body);
  if (!answer.ok) return say(faults(answer.body), "config-said");
  const { restart, confirm_within: within } = answer.body;
  say(done + (restart.length ? ". A restart puts in force: " + restart.join(", ") : ""), "config-said");
  $("confirm").hidden = !within;
  if (!path.includes("?")) openConfig(true);
}

$("config-check").onclick = () => sendConfig("PUT", "config?dry=1", $("settings").value, "It is right");
$("config-save").onclick = () => sendConfig("PUT", "config", $("settings").value, "Saved");
$("config-undo").onclick = () => sendConfig("POST", "config/undo", {}, "Undone");
$("keep").onclick = async () => {
  const { ok } = await ask("POST", "config/confirm", {});
  $("confirm").hidden = ok;
};

$("backup").ontoggle = () => {
  const place = $("backup").lastElementChild;
  if (!$("backup").open || place.firstChild) return;
  import("./backup.js").then((script) => script.show(place, ask, headers, !$("open").hidden),
    () => say(inWords(SILENT.body), "config-said"));
};

$("try").onclick = async () => {
  const { ok, body } = await ask("POST", "mqtt/test", $("settings").value);
  say(ok ? "OK" : faults(body), "config-said");
};

let merged;

// Returns what a devices.json of tinytuya would change, in words; `config` takes it.
function merge(config, devices) {
  const said = [];
  const plugs = (config.plugs = config.plugs || []);
  for (const device of devices) {
    if (!device.id || !device.key || device.sub || device.node_id) continue;
    const known = plugs.find((plug) => plug.id === device.id);
    const news = { key: device.key };
    const address = device.ip || device.last_ip;
    if (address) news.address = address;
    if (device.version || device.ver) news.version = String(device.version || device.ver);
    if (!known) {
      const names = plugs.map((plug) => plug.name);
      const name = names.includes(device.name) ? device.name + " " + device.id.slice(-4) : device.name || device.id;
      plugs.push({ name: name.slice(0, 40), id: device.id, ...news });
      said.push("new: " + name);
      continue;
    }
    const changed = Object.keys(news).filter((field) => known[field] !== news[field]);
    Object.assign(known, news);
    if (changed.length) said.push(known.name + ": " + changed.join(", "));
  }
  return said;
}

async function importFile(file) {
  try {
    const found = JSON.parse(await file.text());
    merged = JSON.parse($("settings").value || "{}");
    const said = merge(merged, Array.isArray(found) ? found : found.devices);
    $("diff").hidden = false;
    $("changes").replaceChildren();
    (said.length ? said : ["nothing"]).forEach((text) => element("li", text, $("changes")));
    $("take").hidden = !said.length;
  } catch {
    say("No devices.json, or no JSON below", "config-said");
  }
}

$("file").onchange = () => $("file").files[0] && importFile($("file").files[0]);
$("drop").ondragover = (event) => event.preventDefault();
$("drop").ondrop = (event) => {
  event.preventDefault();
  importFile(event.dataTransfer.files[0]);
};
$("take").onclick = () => {
  $("settings").value = written(merged);
  $("diff").hidden = true;
  say("Now save it", "config-said");
};

// --- the system ---

const kept = (free, least) => kilo(free) + (free == null ? "" : ", least " + kilo(least));

const kilo = (bytes) => bytes == null ? "unknown" : (bytes / 1024).toFixed(0) + " kB";

function ago(seconds) {
  const days = Math.floor(seconds / 86400);
  return (days ? days + " d " : "") + new Date(seconds % 86400 * 1000).toISOString().slice(11, 19);
}

async function showSystem() {
  const { ok, body } = await ask("GET", "system");
  $("facts").replaceChildren();
  if (!ok) return say(inWords(body));
  $("confirm").hidden = !body.confirm;
  const facts = {
    Version: body.version,
    Running: ago(body.uptime),
    "Started because": body.started || "unknown",
    Time: body.time ? new Date(body.time * 1000).toLocaleString() : "not known yet",
    "Heap free": kept(body.heap_free, body.heap_free_min),
    "Network heap free": kept(body.network_heap_free, body.network_heap_free_min),
    "Flash free": kilo(body.flash_free),
    "Wi-Fi": body.rssi == null ? "no connection" : body.rssi + " dBm",
    "Connected plugs": body.connections.join(" of "),
    MQTT: body.mqtt && (body.mqtt.error || "connected"),
    "Open pages": body.pages,
    "Loop late by": body.lag_ms + " ms at worst",
  };
  for (const name in facts) {
    element("dt", name, $("facts"));
    element("dd", facts[name], $("facts"));
  }
}

$("restart").onclick = async () => {
  if (!confirm("Restart?")) return;
  const { ok, body } = await ask("POST", "restart", {});
  say(ok ? "It restarts" : inWords(body));
};

$("logout").onclick = async () => {
  await ask("POST", "logout", {});
  token = "";
  delete localStorage.token;
  showLogin(false);
};

tabs.forEach((tab, i) => { tab.tabIndex = i ? -1 : 0; });
listen();
