// Rules: what each does and why it has not, a form for what most of them are, and their text.

const WEEKDAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"];
const STATES = [
  ["power<", "draws less than"], ["power>", "draws more than"], ["on", "is on"], ["off", "is off"], ["offline", "is offline"],
];
let rules = {}; // the draft, as the text has it
let edited = -1; // the rule whose form is open

const daysOf = (text) => !text ? WEEKDAYS : text.split(",").flatMap((part) => {
  const [first, last = first] = part.trim().split("-").map((day) => WEEKDAYS.indexOf(day));
  return WEEKDAYS.filter((_, i) => first <= last ? i >= first && i <= last : i >= first || i <= last);
});

function storeRules() {
  $("book").value = written(rules);
}

function readRules() {
  try { rules = JSON.parse($("book").value || "{}"); } catch { return; }
  drawRule();
}

// --- the form of a rule ---

function atFields(rule) {
  const [, sun = "", rest] = /^(sunrise|sunset)?(.*)$/.exec(rule.at);
  const put = (kind, text) => {
    rule.at = kind ? kind + (text && Number(text) ? (text < 0 ? "" : "+") + Number(text) + "m" : "") : text || "22:30";
    storeRules();
  };
  const minutes = sun && rest ? parseInt(rest, 10) * (rest.endsWith("h") ? 60 : 1) : "";
  const kind = pick([["", "at a time"], "sunrise", "sunset"], sun, (value) => { put(value, ""); drawRule(); });
  const time = sun ? labelled("Minutes after it, -20 for before", typed({ type: "number", min: -720, max: 720 }, minutes, (value) => put(sun, value)))
    : labelled("Time", typed({ type: "time", required: true }, rest.padStart(5, "0"), (value) => put("", value)));
  const days = ticks("Days", WEEKDAYS, daysOf(rule.days), (chosen) => {
    if (chosen.length % 7) rule.days = chosen.join(",");
    else delete rule.days;
    storeRules();
  });
  const row = make("div", { className: "row" }, labelled("When", kind), time);
  return [row, days, field(["until", "Undo it at, such as 23:30"], rule, {}, storeRules)];
}

function whenFields(rule) {
  const { when } = rule;
  const kind = ["plug", "outlet", "relay", "group"].find((name) => when[name]);
  const power = /^([<>])\s*([\d.]+)\s*W$/.exec(when.power || "");
  if (!kind || (when.power && !power) || Object.keys(when).some((key) => ![kind, "power", "on", "online", "for", "hysteresis", "after"].includes(key))) return null;
  const state = power ? "power" + power[1] : when.online === false ? "offline" : when.on ? "on" : "off";
  const put = (state, watts) => {
    for (const key of ["power", "on", "online"]) delete when[key];
    if (state.startsWith("power")) when.power = state[5] + (watts || 5) + "W";
    else if (state === "offline") when.online = false;
    else when.on = state === "on";
    storeRules();
  };
  const what = pick(targetsOf(home(), KINDS), kind + "/" + when[kind], (value) => {
    const [chosen, ...name] = value.split("/");
    delete when[kind];
    when[chosen] = name.join("/");
    storeRules();
    drawRule();
  });
  const how = pick(kind === "plug" ? STATES : STATES.slice(2, 4), state, (value) => { put(value, power && power[2]); drawRule(); });
  const row = make("div", { className: "row" }, labelled("When", what), labelled("State", how));
  if (power) row.append(labelled("W", typed({ type: "number", min: 0, step: "any", required: true }, power[2], (watts) => put(state, watts))));
  row.append(field(["for", "For, such as 3m"], when, {}, storeRules));
  return [row];
}

const buttonFields = (rule) => [make("div", { className: "row" },
  field(["button", "Button: its name, or 1 for the first"], rule, {}, () => {
    if (/^\d+$/.test(rule.button)) rule.button = Number(rule.button);
    storeRules();
  }),
  field(["gesture", "Gesture", ["press", "double", "long", "hold", "release"]], rule, {}, storeRules))];

const TRIGGERS = {
  at: ["a time, or the sun", atFields, () => ({ at: "22:30" })],
  when: ["a state, or the power", whenFields, () => ({ when: { plug: namesOf(home(), ["plugs"])[0], power: "<5W", for: "3m" } })],
  button: ["a button", buttonFields, () => ({ button: 1, gesture: "press" })],
};

function drawRule() {
  const place = $("rule");
  const rule = (rules.rules || [])[edited];
  place.hidden = !rule;
  if (!rule) return;
  const trigger = Object.keys(TRIGGERS).find((key) => rule[key] != null);
  const fields = trigger && TRIGGERS[trigger][1](rule);
  const kind = pick(Object.keys(TRIGGERS).map((key) => [key, TRIGGERS[key][0]]), trigger, (key) => {
    for (const name of ["at", "days", "jitter", "until", "missed", "when", "button", "gesture"]) delete rule[name];
    Object.assign(rule, TRIGGERS[key][2]());
    storeRules();
    drawRule();
  });
  const isList = Array.isArray(rule.do);
  const does = isList && rule.do.length === 1 ? rule.do[0] : rule.do;
  const off = make("input", { type: "checkbox", checked: rule.enabled === false });
  off.onchange = () => {
    if (off.checked) rule.enabled = false;
    else delete rule.enabled;
    storeRules();
  };
  place.replaceChildren(make("h2", {}, "Rule " + rule.id), ...(fields ? [
    field(["id", "Id: letters, digits, dashes"], rule, {}, storeRules), labelled("Begins with", kind), ...fields,
    actionField("Do", home(), isList && rule.do.length > 1 ? { list: 1 } : does, (action) => { rule.do = action; storeRules(); }),
  ] : [make("p", { className: "soft" }, "This rule is more than the form knows: edit it as JSON")]),
  make("label", { className: "tick" }, off, "Switched off"), makeButton("Delete", () => {
    rules.rules.splice(edited, 1);
    edited = -1;
    storeRules();
    drawRule();
    say("It is gone: save the rules", $("rules-said"));
  }, "Delete " + rule.id));
}

function edit(id) {
  edited = (rules.rules || []).findIndex((rule) => rule.id === id);
  drawRule();
  if (edited >= 0) $("rule").querySelector("input, select").focus();
}

async function addRule() {
  if (!$("book").value) await openRules(); // nothing may be left out of it
  if (!$("book").value) return;
  const list = (rules.rules = rules.rules || []);
  let n = 1;
  while (list.some(({ id }) => id === "rule-" + n)) n++;
  const [first] = targetsOf(home());
  const [kind, ...name] = first ? first[0].split("/") : ["plug"];
  list.push({ id: "rule-" + n, at: "22:30", do: { [kind]: name.join("/"), set: "off" } });
  storeRules();
  edit("rule-" + n);
}

// --- what each does ---

function makeRule(rule) {
  const ran = rule.fired ? "ran " + clock(1000 * rule.fired) : "has not run yet";
  const row = make("div", { className: "row" });
  const card = make("article", { className: "card" }, make("h3", {}, rule.id), make("p", { className: "meter" }, rule.why),
    ...[ran, ...rule.steps, ...rule.pending].map((text) => make("p", { className: "energy" }, text)), row);
  const verbs = [["run", "Run", rule.enabled && rule.steps.length], ["cancel", "Cancel", rule.pending.length],
    ["clear", "Clear", rule.locks.length || rule.paused]];
  for (const [verb, word, fits] of verbs) {
    if (fits) row.append(makeButton(word, async () => {
      const { ok, body } = await ask("POST", "rules/" + rule.id + "/" + verb, {});
      if (ok) card.replaceWith(makeRule(body));
      else say(inWords(body));
    }, word + " " + rule.id));
  }
  row.append(makeButton("Edit", () => edit(rule.id.replace(/ off$/, "")), "Edit " + rule.id));
  return card;
}

async function showStates() {
  const { ok, body } = await ask("GET", "rules/states");
  if (ok) $("states").replaceChildren(...body.map(makeRule));
  else say(inWords(body));
}

async function sendRules(query, done) {
  const { ok, body } = await ask("PUT", "rules" + query, $("book").value);
  say(ok ? [done, ...body.warnings].join("\n") : faultsOf(body), $("rules-said"));
  if (!ok) markLine($("book"), body);
  else if (!query) openRules(true);
}

async function openRules(isNew) {
  if (!$("book")) {
    $("rules").innerHTML = `<h2>What each does, and why it has not</h2><div id="states" class="cards"></div>
<div class="row"><button type="button" id="rule-add">Add a rule</button></div>
<div id="rule" class="fields" hidden></div>
<details><summary>All of them as JSON</summary><label for="book">rules.json</label>
<textarea id="book" rows="14" spellcheck="false"></textarea></details>
<div class="row"><button type="button" id="rules-save">Save</button> <button type="button" id="rules-check">Check</button></div>
<p id="rules-said" class="told" role="status"></p>`;
    $("rule-add").onclick = addRule;
    $("book").onchange = readRules;
    $("rules-check").onclick = () => sendRules("?dry=1", "They are right");
    $("rules-save").onclick = () => sendRules("", "Saved");
  }
  showStates();
  const { ok, body } = await ask("GET", "rules");
  if (ok && fill($("book"), body, isNew === true)) readRules();
}
