// The panel of a card: its timer, its course, its settings, and what else can be done with it.

const TIMES = [["1", "1 min"], ["5", "5 min"], ["10", "10 min"], ["30", "30 min"], ["60", "1 h"], ["120", "2 h"], ["480", "8 h"]];

const options = (list) => list.map((option) => {
  const [value, text] = Array.isArray(option) ? option : [option, option || "–"];
  return make("option", { value }, text);
});

// A row of a form: what it is, its control, and the button that does it.
function line(text, input, word, act) {
  const form = make("form", { className: "row" }, make("label", {}, text, input), make("button", {}, word));
  const said = make("p", { role: "status", className: "soft" });
  form.onsubmit = async (event) => {
    event.preventDefault();
    const { ok, body } = await act(input);
    say(ok ? "Done" : inWords(body), said);
  };
  form.append(said);
  return form;
}

const about = ({ state }) => [
  state.cause && "by " + state.cause.replace(/^by /, ""), state.age != null && "heard " + state.age + " s ago",
  state.address && "at " + state.address, state.version && "Tuya " + state.version,
].filter(Boolean).join(" · ");

function makeTimer(card) {
  const minutes = make("select", { value: "10" }, ...options(TIMES));
  minutes.value = "10";
  const label = make("span");
  const begin = makeButton("Start", () => press(card, { on: true, for: 60 * minutes.value }));
  const end = makeButton("Cancel", () => press(card, { on: card.state.on }));
  const clockFace = make("b", { role: "timer" });
  const row = make("div", { className: "row" }, make("label", {}, label, minutes), begin, clockFace, end);
  const tell = () => {
    label.textContent = card.state.on ? "Off in" : "On, and off after";
    end.hidden = !card.ends;
    clockFace.textContent = card.ends ? span((card.ends - Date.now()) / 1000) : "";
  };
  return [row, tell];
}

async function makeSettings(card) {
  const { ok, body } = await ask("GET", pathOf(card) + "/settings");
  if (!ok) return make("p", { className: "soft" }, inWords(body));
  const put = (name, read) => (input) => ask("PUT", pathOf(card) + "/settings", { [name]: read(input) });
  const rows = [];
  if (body.power_on != null) {
    const input = make("select", {}, ...options([["off", "Off"], ["on", "On"], ["memory", "As before"]]));
    input.value = body.power_on;
    rows.push(line("When power comes back", input, "Set", put("power_on", ({ value }) => value)));
  }
  if (body.child_lock != null) {
    const input = make("select", {}, ...options([["", "No"], ["1", "Yes"]]));
    input.value = body.child_lock ? "1" : "";
    rows.push(line("Child lock", input, "Set", put("child_lock", ({ value }) => !!value)));
  }
  if (body.countdown != null) {
    const input = make("input", { type: "number", min: 0, max: 1440, value: Math.ceil(body.countdown / 60), required: true });
    rows.push(line("The plug's own countdown, minutes", input, "Set", put("countdown", ({ value }) => 60 * value)));
  }
  return make("div", {}, ...rows);
}

function makeOthers(card) {
  const path = pathOf(card);
  const name = make("input", { value: card.state.name, maxLength: 40, required: true });
  const rows = [line("Name", name, "Rename", () => ask("PUT", path + "/name", { name: name.value }))];
  if (card.kind === "plugs") {
    const key = make("input", { minLength: 16, maxLength: 16, required: true, autocomplete: "off", spellcheck: false });
    rows.push(line("New local key", key, "Take it", () => ask("PUT", path + "/key", { key: key.value })));
    const time = make("select", {}, ...options(TIMES.slice(0, 5)));
    rows.push(line("Leave it to the phone app for", time, "Release", async () => (
      { ok: await press(card, { seconds: 60 * time.value }, "/release", "POST"), body: { detail: card.error } })));
  }
  return make("details", {}, make("summary", {}, "Settings of " + card.state.name), ...rows);
}

// Fills the panel of a card when it is opened.
async function openPanel(card) {
  const panel = card.querySelector(".panel");
  const [timer, tell] = makeTimer(card);
  const said = make("p", { className: "about" });
  card.tell = () => {
    tell();
    said.textContent = about(card);
  };
  const others = makeOthers(card);
  const parts = [timer, said, others];
  if (card.kind === "groups") parts[1] = make("p", { className: "about" }, card.state.members.join(", "));
  if (card.state.power != null) parts.splice(1, 0, makeCharts(card));
  panel.replaceChildren(...parts);
  card.tell();
  if (card.kind === "plugs") others.ontoggle = async () => {
    if (others.open && !others.isFilled) others.append(await makeSettings(card));
    others.isFilled = true;
  };
}
