// The cards of what can be switched, and what is said above them.

const KINDS = ["plugs", "outlets", "relays", "groups"];
const cards = {}; // by kind and id, or name
const MANY = 12; // cards, which can be seen at a glance
let common = {}; // causes for which several plugs are offline: how many

const keyOf = (kind, state) => kind + "/" + (state.id || state.name);
const pathOf = (card) => card.kind + "/" + encodeURIComponent(card.state.id || card.state.name);
const isAway = (state) => state.online === false;
const number = (value, digits) => value.toFixed(digits);

function meter(card) {
  const { state } = card;
  const parts = [];
  if (card.kind === "outlets") parts.push("Outlet of " + state.plug);
  if (isAway(state)) {
    parts.push("Offline");
    if (state.on != null && state.age != null) parts.push(`was ${state.on ? "on" : "off"} at ` + clock(card.at - 1000 * state.age));
  } else {
    if (state.voltage != null) parts.push(number(state.voltage, 1) + " V");
    if (state.current != null) parts.push(number(state.current, 3) + " A");
  }
  return parts.join(" · ");
}

function energy(state) {
  if (state.energy == null) return "";
  const parts = ["today " + number(state.today, 2)];
  if (state.yesterday != null) parts.push("yesterday " + number(state.yesterday, 2));
  return parts.concat("total " + number(state.energy, 2)).join(" · ") + " kWh" + cost(state.energy);
}

// Connecting, or left to the phone app, is nothing to be afraid of.
const isCalm = (reason) => /^(connecting|released)/.test(reason);

function note({ state, ends }) {
  const sent = state.cloud;
  if (sent) return "Tuya's cloud was told at " + clock(1e3 * sent.time) + ": " + sent.set;
  if (state.lock) return "Stays off: " + state.lock;
  if (ends) return (state.on ? "Off" : "On") + " in " + span((ends - Date.now()) / 1000);
  return state.reason && isCalm(state.reason) ? state.reason : "";
}

function trouble({ state, error }) {
  if (error) return error;
  if (state.reason && !isCalm(state.reason) && !common[state.reason]) return state.reason;
  return state.fault ? "The plug reports fault " + state.fault : "";
}

function makeCard(kind, state) {
  const card = $("card").content.firstElementChild.cloneNode(true);
  const [title, button, details] = ["h3", "button", "details"].map((tag) => card.querySelector(tag));
  card.kind = kind;
  card.powers = [];
  title.id = encodeURIComponent(keyOf(kind, state)); // a space would make two of it
  button.setAttribute("aria-labelledby", title.id);
  button.onclick = () => press(card, { on: !card.state.on });
  details.ontoggle = () => {
    history.replaceState(null, "", details.open ? "#" + title.id : "#home");
    if (details.open) call("openPanel", card);
  };
  if (location.hash === "#" + title.id) details.open = true;
  return card;
}

function show(kind, state, isNew) {
  const key = keyOf(kind, state);
  const card = (cards[key] = cards[key] || makeCard(kind, state));
  // An answer that was on its way for long must not overwrite what came meanwhile.
  if (!isNew && card.state && state.seq < card.state.seq) return card;
  const before = card.state;
  card.state = state;
  card.at = now();
  card.ends = state.timer && Date.now() + 1000 * state.timer;
  draw(card);
  if (before && before.on !== state.on) callIfThere("switched");
  return card;
}

function draw(card) {
  const { state } = card;
  const away = isAway(state);
  const write = (name, text) => {
    const place = card.querySelector(name);
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !text;
  };
  const button = card.querySelector("button");
  card.classList.toggle("stale", away);
  write("h3", state.name);
  card.querySelector("summary").ariaLabel = "More about " + state.name;
  button.hidden = state.on === undefined || state.kind === "cover";
  button.setAttribute("aria-checked", !away && state.on === true);
  write(".word", away || state.on == null ? "?" : state.on ? "On" : "Off");
  card.querySelector(".watts").hidden = away || state.power == null;
  write("b", state.power == null ? "" : number(state.power, 1));
  write(".meter", meter(card));
  write(".energy", energy(state));
  write(".note", note(card));
  card.querySelector(".reason").textContent = trouble(card);
  if (state.values) call("showValues", card);
  if (card.tell) card.tell();
}

function showChange(data, isNew) {
  for (const kind of KINDS) for (const state of data[kind] || []) show(kind, state, isNew);
  if (data.notices) showNotices(data.notices);
  sumUp();
}

// Says once what keeps several plugs away, and adds up what the others draw.
function sumUp() {
  const plugs = Object.values(cards).filter((card) => card.kind === "plugs");
  const counts = {};
  let power = 0, today = 0, meters = 0;
  for (const { state } of plugs) {
    if (state.reason && !isCalm(state.reason)) counts[state.reason] = (counts[state.reason] || 0) + 1;
    if (state.power == null) continue;
    meters++;
    today += state.today || 0;
    if (!isAway(state)) power += state.power;
  }
  const before = Object.keys(common).join();
  common = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 1));
  if (Object.keys(common).join() !== before) plugs.forEach(draw);
  const faults = new Set(home.faults);
  for (const reason in common) faults.add(common[reason] + " plugs: " + reason);
  $("faults").hidden = !faults.size;
  $("faults").lastChild.replaceChildren(...[...faults].map((fault) => make("li", {}, fault)));
  $("total").textContent = meters ? `${number(power, 1)} W · today ${number(today, 2)} kWh` + cost(today) : "";
}

// Returns {name of a plug: its room}, of those that are in one.
function roomsOf(all) {
  const rooms = {};
  for (const { state } of all) if (state.room) rooms[state.name] = state.room;
  return rooms;
}

function offerRooms() {
  const names = [...new Set(Object.values(roomsOf(Object.values(cards))))].sort();
  const chosen = $("room").value;
  $("room").replaceChildren(make("option", { value: "" }, "all"), ...names.map((name) => make("option", {}, name)));
  $("room").value = names.includes(chosen) ? chosen : "";
  $("room").parentNode.hidden = !names.length;
  $("sift").hidden = !names.length && Object.keys(cards).length <= MANY;
}

// Shows those of a room, and with a text in their names.
function sift() {
  const all = Object.values(cards);
  const rooms = roomsOf(all);
  const text = $("text").value.trim().toLowerCase();
  const room = $("room").value;
  for (const card of all) {
    const { name, plug, members = [] } = card.state;
    const isThere = !room || [name, plug, ...members].some((one) => rooms[one] === room);
    card.hidden = !isThere || !name.toLowerCase().includes(text);
  }
  for (const kind of ["relays", "groups"]) $(kind).parentNode.hidden = !all.some((card) => card.kind === kind && !card.hidden);
  const shown = all.filter((card) => !card.hidden).length;
  $("sifted").textContent = shown < all.length ? shown + " of " + all.length : "";
}
$("text").oninput = $("room").onchange = sift;

// Has something done by a card's target, and shows what came of it.
async function press(card, body, path = "/switch", method = "PUT") {
  if (card.ariaBusy === "true") {
    // A second press is a slip; a value that is set meanwhile waits for its turn.
    if (path === "/values") Object.assign(card.waiting ??= {}, body);
    return false;
  }
  const button = card.querySelector("button");
  card.ariaBusy = true;
  button.setAttribute("aria-busy", true);
  const { ok, body: answer } = await ask(method, pathOf(card) + path, body);
  card.ariaBusy = false;
  button.removeAttribute("aria-busy");
  card.error = ok ? "" : inWords(answer);
  if (ok && answer.name) show(card.kind, answer);
  draw(card);
  if (card.error) setTimeout(() => { card.error = ""; draw(card); }, 6000);
  for (const name in card.waiting) {
    const value = card.waiting[name];
    delete card.waiting[name];
    press(card, { [name]: value }, "/values");
    break;
  }
  return ok;
}

function makeButton(text, act, label) {
  const button = make("button", { type: "button" }, text);
  if (label) button.ariaLabel = label;
  button.onclick = async () => {
    button.setAttribute("aria-busy", true);
    await act();
    button.removeAttribute("aria-busy");
  };
  return button;
}

const makeScene = (scene) => makeButton(scene.name, async () => {
  const { ok, body } = await ask("POST", "scenes/" + encodeURIComponent(scene.name) + "/run", {});
  say(ok ? scene.name + " is set" : inWords(body));
});

function showNotices(notices) {
  $("notices").hidden = !notices.length;
  $("notices").replaceChildren(...notices.map((notice) =>
    make("li", {}, (notice.time ? clock(1000 * notice.time) + " " : "") + notice.text)));
}

async function tellTime() {
  const { ok } = await ask("PUT", "time", { time: Math.floor(Date.now() / 1000) });
  say("The hub did not know the time" + (ok ? ": it has that of this browser now" : ""));
}

// Shows all there is. What is gone goes, what is still there stays as it is.
function showHome(data, isNew) {
  home = data;
  skew = data.time ? 1000 * data.time - Date.now() : 0;
  document.querySelector("nav").hidden = false;
  $("open").hidden = !data.open;
  $("name").textContent = document.title = data.name;
  const kept = new Set();
  for (const kind of KINDS) for (const state of data[kind] || []) kept.add(keyOf(kind, state));
  for (const key in cards) {
    if (kept.has(key)) continue;
    cards[key].remove();
    delete cards[key];
  }
  showChange(data, isNew);
  const order = data.plugs.flatMap((plug) => [
    keyOf("plugs", plug), ...(data.outlets || []).filter((outlet) => outlet.plug === plug.name).map((outlet) => keyOf("outlets", outlet)),
  ]);
  arrange("plugs", order);
  for (const kind of ["relays", "groups"]) arrange(kind, data[kind].map((state) => keyOf(kind, state)));
  $("scenes").replaceChildren(...data.scenes.map(makeScene));
  $("scenes").parentNode.hidden = !data.scenes.length;
  if (!data.plugs.length) $("plugs").replaceChildren("There are no plugs yet: Config adds them.");
  offerRooms();
  sift();
  if (!data.notices) showNotices([]);
  if (data.time === null) tellTime();
  showSparks();
  callIfThere("changed");
}

function arrange(kind, keys) {
  const place = $(kind);
  if (kind !== "plugs") place.parentNode.hidden = !keys.length;
  keys.forEach((key, i) => {
    if (place.children[i] !== cards[key]) place.insertBefore(cards[key], place.children[i] || null);
  });
  while (place.childNodes.length > keys.length) place.lastChild.remove();
}

setInterval(() => {
  for (const key in cards) if (cards[key].ends) draw(cards[key]);
}, 1000);
