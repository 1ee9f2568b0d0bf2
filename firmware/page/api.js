// What all scripts of the page use: elements, requests to the hub, times and words.

const $ = (id) => document.getElementById(id);
const SILENT = { body: { detail: "The hub does not answer" } };
let token = localStorage.token;

// Returns an element with these properties and children.
function make(tag, properties, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}

function say(text, place = $("said")) {
  place.textContent = text;
  if (place.id === "said") setTimeout(() => { if (place.textContent === text) place.textContent = ""; }, 6000);
}

const headers = (more) => (token ? { Authorization: "Bearer " + token, ...more } : more);

function remember(found) {
  token = found || "";
  if (token) localStorage.token = token;
  else delete localStorage.token;
}

// Returns the hub's answer as { ok, status, body }; no answer is a problem like others.
async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch("api/v1/" + path, {
      method,
      headers: headers(body === undefined ? {} : { "Content-Type": "application/" + (body instanceof Blob ? "octet-stream" : "json") }),
      body: body === undefined || body instanceof Blob || typeof body === "string" ? body : JSON.stringify(body),
    });
  } catch {
    return SILENT;
  }
  // One that restarts meanwhile cuts its answer off.
  const whole = await answer.json().catch(() => null);
  const found = whole || { detail: "The hub is busy; try again" };
  if (answer.status === 401 && !/^(login|password)$/.test(path)) showLogin(found.type === "setup");
  return { ok: answer.ok && !!whole, status: answer.status, body: found };
}

// A problem's title is for programs: HTTP's name of its status.
const inWords = (problem) => problem.detail || problem.title;

// What few need comes when somebody needs it, all of it as one script.
let later;
const more = () => (later = later || import("./more.js").then((script) => script.default(page), () => {
  later = null;
  say(inWords(SILENT.body));
  return {};
}));
const call = async (name, ...values) => (await more())[name]?.(...values);
const callIfThere = (name) => later && call(name);

// --- the hub's time ---

let home = { offset: 0 }; // the last snapshot
let skew = 0; // ms that the hub's clock is ahead of this browser's
const now = () => Date.now() + skew;

// Returns a time of the hub, in ms, as it is where the hub is: "2026-11-28 14:05:59".
const moment = (ms) => new Date(ms + 1000 * (home.offset || 0)).toISOString().replace("T", " ").slice(0, 19);
const clock = (ms) => moment(ms).slice(moment(now()).startsWith(moment(ms).slice(0, 10)) ? 11 : 0);

// Returns how long that is: "9:41", "1:02:03".
function span(seconds) {
  const text = new Date(1000 * Math.max(0, Math.round(seconds))).toISOString().slice(11, 19);
  return text.replace(/^0[0:]{0,3}/, "");
}

const cost = (kwh) => home.price && kwh != null ? " · " + (kwh * home.price).toFixed(2) + " " + (home.currency || "") : "";

// --- login ---

function showLogin(isFirst) {
  stop();
  $("login").hidden = false;
  document.querySelector("nav").hidden = true;
  for (const panel of document.querySelectorAll("[role=tabpanel]")) panel.hidden = true;
  $("login").classList.toggle("again", !isFirst);
  $("login").isFirst = isFirst;
  $("code").required = isFirst;
  $("password").autocomplete = isFirst ? "new-password" : "current-password";
  $("login-title").textContent = isFirst ? "Set a password" : "Log in";
  $("login-hint").textContent = isFirst
    ? "The board's serial console shows the set-up code at each start." : "";
  $("link").textContent = "locked";
  $(isFirst ? "code" : "password").focus();
}

$("login").onsubmit = async (event) => {
  event.preventDefault();
  const password = $("password").value;
  const answer = await ($("login").isFirst
    ? ask("PUT", "password", { password, code: $("code").value })
    : import("./login.js").then((script) => script.logIn(ask, password), () => SILENT));
  $("login-error").textContent = answer.ok ? "" : inWords(answer.body);
  if (!answer.ok) return;
  $("password").value = "";
  remember(answer.body.token);
  $("login").hidden = true;
  choose();
  listen();
};
