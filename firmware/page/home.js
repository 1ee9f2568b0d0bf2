const KINDS = ["plugs", "relays", "groups"];
const cards = {};

const number = (value, digits) => value.toFixed(digits);

function meter(state) {
  const parts = [];
  if (state.voltage != null) parts.push(number(state.voltage, 1) + " V");
  if (state.current != null) parts.push(number(state.current, 3) + " A");
  return parts.join(" · ");
}

function energy(state) {
  if (state.energy == null) return "";
  const parts = ["today " + number(state.today, 2)];
  if (state.yesterday != null) parts.push("yesterday " + number(state.yesterday, 2));
  return parts.concat("in all " + number(state.energy, 2)).join(" · ") + " kWh";
}

function note(state) {
  if (state.reason) return state.reason;
  if (state.lock) return "Stays off: " + state.lock;
  if (state.fault) return "The plug reports fault " + state.fault;
  return state.timer ? "Changes over in " + Math.ceil(state.timer / 60) + " min" : "";
}

function about(state) {
  const parts = [];
  if (state.age != null) parts.push("heard " + state.age + " s ago");
  if (state.address) parts.push("at " + state.address);
  if (state.version) parts.push("Tuya " + state.version);
  return parts.join(" · ");
}

function makeCard(kind, state) {
  const card = $("card").content.firstElementChild.cloneNode(true);
  const title = card.querySelector("h3");
  const button = card.querySelector("button");
  const more = card.querySelector("details");
  title.id = kind + "-" + $(kind).childElementCount;
  title.textContent = state.name;
  button.setAttribute("aria-labelledby", title.id);
  button.onclick = () => press(kind, card);
  if (kind === "plugs") more.ontoggle = () => more.open && showCharts(card);
  else more.remove();
  card.powers = [];
  $(kind).append(card);
  return card;
}

function show(kind, state) {
  const key = kind + "/" + state.name;
  const card = (cards[key] = cards[key] || makeCard(kind, state));
  // An answer that was on its way for long must not overwrite what came meanwhile.
  if (card.state && state.seq < card.state.seq) return;
  const button = card.querySelector("button");
  card.state = state;
  card.classList.toggle("stale", state.online === false);
  button.setAttribute("aria-checked", state.on === true);
  button.querySelector(".word").textContent = state.on == null ? "?" : state.on ? "On" : "Off";
  card.querySelector(".watts").hidden = state.power == null;
  card.querySelector("b").textContent = state.power == null ? "" : number(state.power, 1);
  card.querySelector(".meter").textContent = state.online === false ? "Offline" : meter(state);
  card.querySelector(".energy").textContent = energy(state);
  if (kind === "plugs") card.querySelector(".about").textContent = about(state);
  if (!card.error) card.querySelector(".reason").textContent = note(state);
}

function showChange(data) {
  for (const kind of KINDS) data[kind].forEach((state) => show(kind, state));
  if (data.notices) showNotices(data.notices);
}

async function press(kind, card) {
  const button = card.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const name = encodeURIComponent(card.state.id || card.state.name);
  const answer = await ask("PUT", kind + "/" + name + "/switch", { on: !card.state.on });
  button.removeAttribute("aria-busy");
  card.error = answer.ok ? "" : inWords(answer.body);
  if (answer.ok) show(kind, answer.body);
  else card.querySelector(".reason").textContent = card.error;
  if (card.error) setTimeout(() => { card.error = ""; show(kind, card.state); }, 6000);
}

function makeButton(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.onclick = async () => {
    button.setAttribute("aria-busy", "true");
    await act();
    button.removeAttribute("aria-busy");
  };
  return button;
}

const makeScene = (scene) => makeButton(scene.name, async () => {
  const answer = await ask("POST", "scenes/" + encodeURIComponent(scene.name) + "/run", {});
  say(answer.ok ? scene.name + " is set" : inWords(answer.body));
});

function showNotices(notices) {
  $("notices").hidden = !notices.length;
  $("notices").replaceChildren();
  for (const notice of notices) {
    const at = notice.time ? new Date(notice.time * 1000).toLocaleTimeString() + " " : "";
    element("li", at + notice.text, $("notices"));
  }
  if (!$("rules").hidden) showRules();
}

async function tellTime() {
  const answer = await ask("PUT", "time", { time: Math.floor(Date.now() / 1000) });
  say("The hub did not know the time" + (answer.ok ? ": it has that of this browser now" : ""));
}

function showHome(data) {
  document.querySelector("nav").hidden = false;
  $("open").hidden = !data.open;
  $("logout").hidden = data.open;
  $("name").textContent = document.title = data.name;
  for (const kind of KINDS) {
    $(kind).replaceChildren();
    if (kind !== "plugs") $(kind + "-section").hidden = !data[kind].length;
  }
  for (const key in cards) delete cards[key];
  $("scenes-section").hidden = !data.scenes.length;
  $("scenes").replaceChildren(...data.scenes.map(makeScene));
  $("faults").hidden = !data.faults.length;
  $("faults").replaceChildren();
  data.faults.forEach((fault) => element("li", fault, $("faults")));
  $("what").replaceChildren();
  for (const kind of [...KINDS, "scenes"]) {
    for (const target of data[kind]) element("option", target.name, $("what")).value = kind.slice(0, -1) + "/" + target.name;
  }
  data.notices = data.notices || [];
  showChange(data);
  if (data.time == null) tellTime();
  showSparks();
}

// --- the course of the power ---

const SPARKS = 120;

function spark(card) {
  const values = card.powers.slice(-SPARKS);
  card.querySelector(".spark path").setAttribute("d", course(values, SPARKS, 30, Math.max(5, ...values)));
}

// A line through what is known; it is broken where nothing is.
function course(values, width, height, most) {
  let pen = "M";
  return values.map((value, i) => {
    if (value == null) { pen = "M"; return ""; }
    const point = pen + (i * width / values.length).toFixed(1) + " " + (height - 1 - value / most * (height - 2)).toFixed(1) + "h0";
    pen = "L";
    return point;
  }).join("");
}

async function showSparks() {
  if (!Object.values(cards).some((card) => card.state.power != null)) return;
  const { ok, body } = await ask("GET", "history");
  if (!ok) return;
  for (const name in body.power) {
    const card = cards["plugs/" + name];
    if (card) { card.powers = body.power[name]; spark(card); }
  }
}

setInterval(() => {
  for (const key in cards) {
    const { state, powers } = cards[key];
    if (state.power == null) continue;
    powers.push(state.online ? state.power : null);
    cards[key].powers = powers.slice(-SPARKS);
    spark(cards[key]);
  }
}, 5000);

function chart(title, values, unit, parent) {
  const known = values.filter((value) => value != null);
  const most = Math.max(...known, 0);
  const figure = document.createElement("figure");
  element("figcaption", title + (known.length ? ": up to " + most.toFixed(unit === "W" ? 1 : 2) + " " + unit : ": nothing yet"), figure);
  if (known.length) {
    const bars = unit === "kWh" && values.map((value, i) =>
      `M${(i + .5) * 300 / values.length} 79v-${Math.max(.5, value / (most || 1) * 76)}`).join("");
    const name = "http://www.w3.org/2000/svg";
    const svg = figure.appendChild(document.createElementNS(name, "svg"));
    svg.setAttribute("viewBox", "0 0 300 80");
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS(name, "path"));
    path.setAttribute("d", bars || course(values, 300, 80, most || 1));
    if (bars) path.setAttribute("stroke-width", Math.min(20, 240 / values.length));
  }
  parent.append(figure);
}

async function showCharts(card) {
  const box = card.querySelector(".charts");
  const { ok, body } = await ask("GET", "plugs/" + encodeURIComponent(card.state.id) + "/history");
  box.replaceChildren();
  if (!ok) return element("p", inWords(body), box);
  chart("10 minutes", body.power, "W", box);
  chart("24 hours", body.long_power, "W", box);
  chart("30 days", body.days, "kWh", box);
}
