// The logbook: who switched what, and why; and the lines of the hub's log.

function showBook(body) {
  const filter = $("filter");
  const chosen = filter.value;
  const names = [...new Set(body.map((entry) => entry.name))].sort();
  filter.replaceChildren(...options([["", "everything"], ...names]));
  filter.value = names.includes(chosen) ? chosen : "";
  const rows = body.filter((entry) => !filter.value || entry.name === filter.value).reverse();
  const what = ({ on }) => (on === true ? "on" : on === false ? "off" : on);
  $("entries").replaceChildren(...rows.map((entry) => make("tr", {}, ...[
    entry.time ? clock(1000 * entry.time) : "before the time was known", entry.name, what(entry), entry.cause,
  ].map((text) => make("td", {}, text)))));
  $("book-said").textContent = rows.length ? "" : "Nothing has been switched since the start.";
}

async function openLog() {
  if (!$("entries")) {
    $("log").innerHTML = `<h2>Logbook</h2>
<div class="row"><label>Show<select id="filter"></select></label></div>
<div class="scroll" tabindex="0" role="region" aria-label="Logbook"><table>
<thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Became</th><th scope="col">By</th></tr></thead>
<tbody id="entries"></tbody></table></div>
<p id="book-said" class="soft"></p>
<h2>Log</h2><ol id="lines" tabindex="0" aria-label="Log"></ol>`;
    $("filter").onchange = openLog;
  }
  const book = await ask("GET", "logbook");
  if (book.ok) showBook(book.body);
  else $("book-said").textContent = inWords(book.body);
  const { ok, body } = await ask("GET", "log");
  $("lines").replaceChildren(...(ok ? body : [{ text: inWords(body) }]).map(({ text, level }) => make("li", { className: level || "" }, text)));
}
