// What bulbs, covers, climate devices and custom ones have besides on and off: a control for each
// value that can be set, a line for the others.

const UNITS = { brightness: "%", temperature: "%", position: "%" };
const titled = (name) => (name[0].toUpperCase() + name.slice(1)).replace(/_/g, " ");
let asking = Promise.resolve();

function control(card, name, about) {
  const { type, options } = about;
  const put = (value) => press(card, { [name]: value }, "/values");
  if (type === "enum") {
    const select = make("select", {}, ...options.map((option) => make("option", {}, String(option))));
    select.onchange = () => put(options[select.selectedIndex]);
    return select;
  }
  const kinds = { switch: "checkbox", colour: "color", number: about.max == null || card.state.kind === "climate" ? "number" : "range" };
  const input = make("input", { type: kinds[type] || "text" });
  for (const limit of ["min", "max", "step"]) if (about[limit] != null) input[limit] = about[limit];
  input.onchange = () => {
    if (type !== "number") return put(type === "switch" ? input.checked : input.value);
    if (input.value !== "" && input.checkValidity()) return put(Number(input.value));
    return input.reportValidity();
  };
  return input;
}

function fillValues(card, found) {
  const place = card.querySelector(".values");
  place.replaceChildren();
  card.controls = {};
  if (card.state.kind === "cover") {
    const act = (command) => press(card, { command }, "/values");
    place.append(make("div", { className: "row" }, ...["open", "stop", "close"].map((command) =>
      makeButton(titled(command), () => act(command), titled(command) + " " + card.state.name))));
  }
  for (const name in found) {
    const about = found[name];
    const isOutlet = card.state.kind === "strip" && about.type === "switch" && home().outlets;
    if (name === "on" || name === "command" || isOutlet) continue;
    const shown = make("output");
    const input = about.settable && control(card, name, about);
    if (input) input.ariaLabel = titled(name) + " of " + card.state.name;
    const row = make("label", { className: "value" }, make("span", {}, titled(name)), input || "", shown);
    card.controls[name] = { row, input, shown, unit: about.unit || UNITS[name] || "" };
    place.append(row);
  }
}

// Shows the values of a card's state. What they can be is asked for first, and again when there
// are more of them: a device that was away tells what it has later.
function showValues(card) {
  const { values } = card.state;
  if (!card.known || Object.keys(values).some((name) => !(name in card.known))) {
    card.known = values;
    asking = asking.then(async () => {
      const { ok, body } = await ask("GET", pathOf(card) + "/values");
      if (!ok) return;
      fillValues(card, body);
      showValues(card);
    });
  }
  for (const name in card.controls) {
    const { row, input, shown, unit } = card.controls[name];
    const value = values[name];
    row.hidden = value === undefined && card.state.kind !== "custom"; // this device has none
    const isKnown = value != null && !isAway(card.state);
    shown.textContent = !isKnown ? (value === null ? "–" : "?") : input && (input.type === "checkbox" || input.type === "color" || input.options) ? "" : value + (unit && " " + unit);
    if (!input || document.activeElement === input || !isKnown || name in (card.waiting || {})) continue;
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
  }
}
