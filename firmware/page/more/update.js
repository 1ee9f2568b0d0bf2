// Another firmware, or other code, from a file: sent piece by piece, proved by the hub, and on trial for a minute.

const HEAD = 4096; // bytes of a file in which it says what it is

async function openUpdate(place) {
  const { ok, body: there } = await ask("GET", "update");
  if (!ok || !there.kinds.length) return place.replaceChildren("Update: " + (ok ? there.how : inWords(there)));
  const said = make("p", { role: "status", className: "soft" });
  const bar = make("progress", { max: 1, value: 0, hidden: true, ariaLabel: "Sent" });
  const file = make("input", { type: "file" });
  file.onchange = async () => {
    if (!file.files[0]) return;
    file.disabled = true;
    said.textContent = await install(file.files[0], there.piece, bar);
    bar.hidden = true;
    file.disabled = false;
    file.value = "";
  };
  return place.replaceChildren(make("label", {}, "Update from a file", file), bar, said);
}

// Returns what came of it, in words. What was cut off goes on with the same file.
async function install(file, piece, bar) {
  const head = (await file.slice(0, HEAD).text()).split("\n")[0];
  let about;
  try {
    about = JSON.parse(head);
  } catch {
    return "This is no update";
  }
  if (!about.signature && !confirm("It is not signed: nobody vouches for it. Take it?")) return "Nothing is changed";
  if (!about.signature) about.unsigned = true;
  bar.hidden = false;
  let answer = await ask("POST", "update", about);
  while (answer.ok && answer.body.at < about.size) {
    const { at } = answer.body;
    bar.value = at / about.size;
    answer = await ask("PUT", "update?at=" + at, file.slice(head.length + 1 + at, head.length + 1 + at + piece));
  }
  if (answer.ok) answer = await ask("POST", "update/install", {});
  return answer.ok ? "It is on the board, and on trial for a minute: the log says what comes of it" : inWords(answer.body);
}
