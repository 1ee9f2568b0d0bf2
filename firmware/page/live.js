// The stream of events, and what is shown of the connection: nothing old passes for new.

const SILENCE_MS = 20000; // the hub says something every 10 s
const SLOW_MS = 1000;
let connection, silence, slow, lastId;
let heardAt = 0; // when the hub was heard last

function stop() {
  clearTimeout(silence);
  clearTimeout(slow);
  if (connection) connection.abort();
  connection = null;
}

// The cards are grey, with the time that they are of.
function lose(text) {
  $("link").textContent = text;
  document.body.classList.add("lost");
  if (heardAt) $("as-of").textContent = "No connection to the hub: this is how things were at " + clock(heardAt + skew);
}

function alive(text, more = "") {
  heardAt = Date.now();
  clearTimeout(slow);
  document.body.classList.remove("lost");
  $("link").textContent = text;
  $("as-of").textContent = more;
}

function again(ms) {
  clearTimeout(silence);
  silence = setTimeout(listen, ms);
}

// An EventSource could not show a token.
async function listen() {
  stop();
  const mine = (connection = new AbortController());
  slow = setTimeout(() => lose("connecting…"), SLOW_MS);
  again(SILENCE_MS);
  try {
    const answer = await fetch("api/v1/events", {
      headers: headers(lastId ? { "Last-Event-ID": lastId } : {}), signal: mine.signal, cache: "no-store",
    });
    if (answer.status === 401) return showLogin((await answer.json()).type === "setup");
    if (answer.status === 503) return await poll((await answer.json()).detail, mine);
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
      again(SILENCE_MS);
    }
  } catch {
    if (connection !== mine) return;
    clearTimeout(slow);
    lose("no answer, trying again…");
    again(2000);
  }
}

// There is a stream for two pages; a third one looks now and then, and says so.
async function poll(why, mine) {
  const found = (await ask("GET", "system")).body;
  for (const kind of [...KINDS, "scenes"]) {
    const { ok, status, body } = await ask("GET", kind);
    if (!ok && status !== 404) throw body; // an older hub has no outlets
    found[kind] = ok ? body : [];
  }
  if (connection !== mine) return;
  showHome(found, found.uptime < home.uptime);
  alive("every 9 s", why + ". Until then this one looks every 9 s.");
  again(9000);
}

function take(frame) {
  const field = (name) => (frame.match(new RegExp("^" + name + ": (.*)$", "m")) || [])[1];
  const kind = field("event");
  if (kind === "snapshot") showHome(JSON.parse(field("data")), true);
  if (kind === "change") showChange(JSON.parse(field("data")));
  lastId = field("id") || lastId;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else if ($("login").hidden) listen();
});
