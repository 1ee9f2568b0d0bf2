"use strict";
const $ = (id) => document.getElementById(id);
const cards = {};
const KINDS = ["plugs", "relays", "groups"];
const SILENCE_MS = 35000;

const number = (value, digits) => value.toFixed(digits);

function meter(state) {
  const parts = [];
  if (state.voltage != null) parts.push(number(state.voltage, 1) + " V");
  if (state.current != null) parts.push(number(state.current, 3) + " A");
  return parts.join(" · ");
}

const faultCount = (bits) => {
  let count = 0;
  for (; bits; bits >>>= 1) count += bits & 1;
  return count;
};

function energy(state) {
  if (state.energy == null) return "";
  const parts = ["today " + number(state.today, 2)];
  if (state.yesterday != null) parts.push("yesterday " + number(state.yesterday, 2));
  return parts.concat("in all " + number(state.energy, 2)).join(" · ") + " kWh";
}

function note(state) {
  if (state.reason) return state.reason;
  if (state.lock) return "Stays off: " + state.lock;
  if (state.fault) return "The plug reports " + faultCount(state.fault) + " fault(s)";
  return state.countdown ? "Changes over in " + Math.ceil(state.countdown / 60) + " min" : "";
}

function makeCard(kind, state) {
  const card = $("card").content.firstElementChild.cloneNode(true);
  const title = card.querySelector("h3");
  const button = card.querySelector("button");
  title.id = kind + "-" + $(kind).childElementCount;
  title.textContent = state.name;
  button.setAttribute("aria-labelledby", title.id);
  button.onclick = () => press(kind, card);
  $(kind).append(card);
  return card;
}

function show(kind, state) {
  const key = kind + "/" + state.name;
  const card = (cards[key] = cards[key] || makeCard(kind, state));
  const button = card.querySelector("button");
  card.state = state;
  card.classList.toggle("stale", state.online === false);
  button.setAttribute("aria-checked", state.on === true);
  button.querySelector(".word").textContent = state.on == null ? "?" : state.on ? "On" : "Off";
  card.querySelector(".watts").hidden = state.power == null;
  card.querySelector("b").textContent = state.power == null ? "" : number(state.power, 1);
  card.querySelector(".meter").textContent = state.online === false ? "Offline" : meter(state);
  card.querySelector(".energy").textContent = energy(state);
  if (!card.error) card.querySelector(".reason").textContent = note(state);
}

function showAll(data) {
  for (const kind of KINDS) data[kind].forEach((state) => show(kind, state));
}

const send = (method, path, body) =>
  fetch("api/v1/" + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

function makeScene(scene) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = scene.name;
  button.onclick = async () => {
    button.setAttribute("aria-busy", "true");
    const answer = await send("POST", "scenes/" + encodeURIComponent(scene.name) + "/run", {}).catch(() => null);
    const body = answer && !answer.ok ? await answer.json().catch(() => ({})) : {};
    say(!answer ? "The hub does not answer" : answer.ok ? scene.name + " is set" : body.title + ": " + body.detail);
    button.removeAttribute("aria-busy");
  };
  return button;
}

const element = (tag, text, parent) => {
  const made = document.createElement(tag);
  made.textContent = text;
  parent.append(made);
  return made;
};

function makeRule(rule) {
  const card = document.createElement("article");
  card.className = "card";
  element("h3", rule.id, card);
  element("p", rule.why, card).className = "meter";
  const ran = rule.fired ? "ran " + new Date(rule.fired * 1000).toLocaleString() : "has not run yet";
  for (const text of [ran, ...rule.steps, ...rule.pending]) element("p", text, card).className = "energy";
  const row = element("div", "", card);
  row.className = "scenes";
  const verbs = [["run", "Run", rule.enabled && rule.steps.length], ["cancel", "Cancel", rule.pending.length],
    ["clear", "Clear", rule.locks.length || rule.paused]];
  for (const [verb, word, fits] of verbs) {
    if (!fits) continue;
    const button = element("button", word, row);
    button.type = "button";
    button.setAttribute("aria-label", word + " " + rule.id);
    button.onclick = async () => {
      const answer = await send("POST", "rules/" + rule.id + "/" + verb, {}).catch(() => null);
      const body = answer ? await answer.json().catch(() => ({})) : { title: "The hub does not answer" };
      if (answer && answer.ok) card.replaceWith(makeRule(body));
      else say(body.title);
    };
  }
  return card;
}

async function showRules() {
  if (!$("rules-box").open) return;
  const answer = await fetch("api/v1/rules/states").catch(() => null);
  if (answer && answer.ok) $("rules").replaceChildren(...(await answer.json()).map(makeRule));
  else say("The rules can not be shown now");
}

function showNotices(notices) {
  $("notices").hidden = !notices.length;
  $("notices").replaceChildren();
  for (const notice of notices) {
    const at = notice.time ? new Date(notice.time * 1000).toLocaleTimeString() + " " : "";
    element("li", at + notice.text, $("notices"));
  }
  showRules();
}

async function tellTime() {
  const answer = await send("PUT", "time", { time: Math.floor(Date.now() / 1000) }).catch(() => null);
  say(answer && answer.ok ? "The hub did not know the time: it has that of this browser now"
    : "The hub does not know the time: what goes by the clock waits");
}

function say(text) {
  $("said").textContent = text;
  setTimeout(() => { if ($("said").textContent === text) $("said").textContent = ""; }, 6000);
}

async function press(kind, card) {
  const button = card.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  let error = "";
  try {
    const name = encodeURIComponent(card.state.id || card.state.name);
    const answer = await send("PUT", kind + "/" + name + "/switch", { on: !card.state.on });
    const body = await answer.json().catch(() => ({ title: "The hub is busy" }));
    if (answer.ok) show(kind, body);
    else error = body.title + (body.detail ? ": " + body.detail : "");
  } catch {
    error = "The hub does not answer";
  }
  button.removeAttribute("aria-busy");
  card.error = error;
  card.querySelector(".reason").textContent = error || note(card.state);
  if (error) setTimeout(() => { card.error = ""; show(kind, card.state); }, 6000);
}

let events, silence;

function alive(text) {
  $("link").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(listen, SILENCE_MS);
}

function listen() {
  if (events) events.close();
  events = new EventSource("events");
  alive("connecting…");
  events.addEventListener("snapshot", (event) => {
    const data = JSON.parse(event.data);
    $("name").textContent = document.title = data.name;
    for (const kind of KINDS) {
      $(kind).replaceChildren();
      if (kind !== "plugs") $(kind + "-section").hidden = !data[kind].length;
    }
    for (const key in cards) delete cards[key];
    $("scenes-section").hidden = !data.scenes.length;
    $("scenes").replaceChildren(...data.scenes.map(makeScene));
    $("faults").hidden = !data.faults.length;
    $("faults").replaceChildren(...data.faults.map((fault) => {
      const item = document.createElement("li");
      item.textContent = fault;
      return item;
    }));
    showAll(data);
    $("rules-section").hidden = !data.notices;
    if (data.notices) showNotices(data.notices);
    if (data.time == null) tellTime();
    alive("live");
  });
  events.addEventListener("change", (event) => {
    const data = JSON.parse(event.data);
    showAll(data);
    if (data.notices) showNotices(data.notices);
    alive("live");
  });
  events.addEventListener("ping", () => alive("live"));
  events.onerror = () => {
    $("link").textContent = "the hub does not answer, trying again…";
    if (events.readyState === EventSource.CLOSED) { clearTimeout(silence); silence = setTimeout(listen, 2000); }
  };
}

$("rules-box").addEventListener("toggle", showRules);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { clearTimeout(silence); events.close(); } else listen();
});
listen();
