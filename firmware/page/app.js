"use strict";
const $ = (id) => document.getElementById(id);
const cards = {};
const SILENCE_MS = 35000;

const number = (value, digits) => value.toFixed(digits);

function meter(state) {
  const parts = [];
  if (state.voltage != null) parts.push(number(state.voltage, 1) + " V");
  if (state.current != null) parts.push(number(state.current, 3) + " A");
  return parts.join(" · ");
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
  if (!card.error) card.querySelector(".reason").textContent = state.reason || "";
}

function showAll(data) {
  for (const kind of ["plugs", "relays"]) data[kind].forEach((state) => show(kind, state));
}

async function press(kind, card) {
  const button = card.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  let error = "";
  try {
    const answer = await fetch(
      "api/v1/" + kind + "/" + encodeURIComponent(card.state.id || card.state.name) + "/switch",
      {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ on: !card.state.on }),
      }
    );
    const body = await answer.json().catch(() => ({ title: "The hub is busy" }));
    if (answer.ok) show(kind, body);
    else error = body.title + (body.detail ? ": " + body.detail : "");
  } catch {
    error = "The hub does not answer";
  }
  button.removeAttribute("aria-busy");
  card.error = error;
  card.querySelector(".reason").textContent = error || card.state.reason || "";
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
    $("plugs").replaceChildren();
    $("relays").replaceChildren();
    for (const key in cards) delete cards[key];
    $("relay-section").hidden = !data.relays.length;
    $("faults").hidden = !data.faults.length;
    $("faults").replaceChildren(...data.faults.map((fault) => {
      const item = document.createElement("li");
      item.textContent = fault;
      return item;
    }));
    showAll(data);
    alive("live");
  });
  events.addEventListener("change", (event) => { showAll(JSON.parse(event.data)); alive("live"); });
  events.addEventListener("ping", () => alive("live"));
  events.onerror = () => {
    $("link").textContent = "the hub does not answer, trying again…";
    if (events.readyState === EventSource.CLOSED) { clearTimeout(silence); silence = setTimeout(listen, 2000); }
  };
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) { clearTimeout(silence); events.close(); } else listen();
});
listen();
