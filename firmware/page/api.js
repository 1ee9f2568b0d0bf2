const $ = (id) => document.getElementById(id);
const JSON_TYPE = "application/json";
const SILENCE_MS = 35000;
const SILENT = { body: { detail: "The hub does not answer" } };
let token = localStorage.token;

const element = (tag, text, parent) => {
  const made = document.createElement(tag);
  made.textContent = text;
  parent.append(made);
  return made;
};

function say(text, place = "said") {
  $(place).textContent = text;
  if (place === "said") setTimeout(() => { if ($(place).textContent === text) $(place).textContent = ""; }, 6000);
}

const headers = (more) => (token ? { Authorization: "Bearer " + token, ...more } : more);

// Returns the hub's answer as { ok, status, body }; no answer is a problem like others.
async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch("api/v1/" + path, {
      method,
      headers: headers(body === undefined ? {} : { "Content-Type": JSON_TYPE }),
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
  } catch {
    return SILENT;
  }
  const found = await answer.json().catch(() => ({ detail: "The hub is busy; try again" }));
  if (answer.status === 401 && !/^(login|password)$/.test(path)) showLogin(found.type === "setup");
  return { ok: answer.ok, status: answer.status, body: found };
}

// A problem's title is for programs: HTTP's name of its status.
const inWords = (problem) => problem.detail || problem.title;

// --- login ---

function showLogin(isFirst) {
  stop();
  $("login").hidden = false;
  $("home").hidden = document.querySelector("nav").hidden = true;
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
  token = localStorage.token = answer.body.token;
  $("login").hidden = true;
  choose("home");
  listen();
};

// --- events ---

let connection, silence, lastId;

function stop() {
  clearTimeout(silence);
  if (connection) connection.abort();
  connection = null;
}

function alive(text) {
  $("link").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(listen, SILENCE_MS);
}

// An EventSource could not show a token.
async function listen() {
  stop();
  const mine = (connection = new AbortController());
  alive("connecting…");
  try {
    const answer = await fetch("api/v1/events", {
      headers: headers(lastId ? { "Last-Event-ID": lastId } : {}), signal: mine.signal, cache: "no-store",
    });
    if (answer.status === 401) return showLogin((await answer.json()).type === "setup");
    if (answer.status === 503) lookOnce();
    if (!answer.ok) throw answer;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw done;
      text += value;
      const frames = text.split("\n\n");
      text = frames.pop();
      frames.forEach(take);
      alive("live");
    }
  } catch ({ status }) {
    if (connection !== mine) return;
    $("link").textContent = status ? "busy" : "no answer, trying again…";
    clearTimeout(silence);
    silence = setTimeout(listen, status ? 9000 : 2000);
  }
}

// There is a stream for two pages; a third one looks now and then.
async function lookOnce() {
  const found = (await ask("GET", "system")).body;
  for (const kind of [...KINDS, "scenes"]) found[kind] = (await ask("GET", kind)).body;
  if (found.scenes.map) showHome(found);
}

function take(frame) {
  const field = (name) => (frame.match(new RegExp("^" + name + ": (.*)$", "m")) || [])[1];
  const kind = field("event");
  if (kind === "snapshot") showHome(JSON.parse(field("data")));
  if (kind === "change") showChange(JSON.parse(field("data")));
  lastId = field("id") || lastId;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else if ($("login").hidden) listen();
});
