// Fields of forms: each edits one value of an object, and calls put() with what it has become.

const SWITCHED = ["plugs", "outlets", "relays", "groups", "scenes"];
const TIME = "\\d+[smh]";
const written = (value) => JSON.stringify(value, null, 1);

// Returns [["plug/desk lamp", "desk lamp"]] of a configuration, or of the home.
const targetsOf = (source, kinds = SWITCHED) => kinds.flatMap((kind) =>
  (Array.isArray(source[kind]) ? source[kind] : []).map(({ name }) => [kind.slice(0, -1) + "/" + name, name]));

const namesOf = (source, kinds) => targetsOf(source, kinds).map(([, name]) => name);

function pick(list, value, put) {
  const select = make("select", {}, ...options(list));
  select.value = value == null ? "" : value;
  select.onchange = () => put(select.value);
  return select;
}

function typed(properties, value, put) {
  const input = make("input", { autocomplete: "off", spellcheck: false, ...properties });
  if (value != null) input.value = value;
  input.onchange = () => input.reportValidity() && put(input.type === "number" && input.value !== "" ? Number(input.value) : input.value);
  return input;
}

const labelled = (text, control) => make("label", {}, text, control);

function ticks(label, all, chosen, put) {
  const boxes = all.map((name) => make("input", { type: "checkbox", checked: chosen.includes(name) }));
  const tell = () => put(all.filter((_, i) => boxes[i].checked));
  boxes.forEach((box) => { box.onchange = tell; });
  return make("fieldset", { className: "ticks" }, make("legend", {}, label), ...all.map((name, i) => make("label", {}, boxes[i], name)));
}

// What a button or a rule does, { plug, set, for }; what else there can be stays as it is.
function actionField(label, source, action, put) {
  const fields = make("fieldset", { className: "row" }, make("legend", {}, label));
  const isSimple = !action || Object.keys(action).every((key) => /^(plug|outlet|relay|group|scene|set|for)$/.test(key));
  if (!isSimple) {
    fields.append("More than this form knows: edit it as JSON");
    return fields;
  }
  const kind = action && Object.keys(action).find((key) => SWITCHED.includes(key + "s"));
  const now = { what: kind ? kind + "/" + action[kind] : "", set: (action && action.set) || "toggle", for: action && action.for };
  const tell = (key) => (value) => {
    now[key] = value;
    const [kind, ...name] = now.what.split("/");
    hide(kind);
    if (!kind) return put();
    const made = { [kind]: name.join("/") };
    if (kind !== "scene") {
      made.set = now.set;
      if (now.for) made.for = now.for;
    }
    return put(made);
  };
  const more = [
    labelled("To", pick(["toggle", "on", "off"], now.set, tell("set"))),
    labelled("For, such as 2m", typed({ pattern: TIME, size: 6 }, now.for, tell("for"))),
  ];
  const hide = (kind) => more.forEach((label) => { label.hidden = !kind || kind === "scene"; });
  hide(kind);
  fields.append(labelled("Switch", pick([["", "nothing"], ...targetsOf(source)], now.what, tell("what"))), ...more);
  return fields;
}

// The pins of the usual board, as they lie before you with the USB socket at the bottom.
const PINS = [
  "EN 36 39 34 35 32 33 25 26 27 14 12 13 GND VIN", "23 22 TX RX 21 19 18 5 17 16 4 2 15 GND 3V3",
].map((side) => side.split(" "));
let boards = 0;

function pinField(label, pin, taken, put) {
  const name = "board" + boards++;
  const board = make("div", { className: "board" });
  const number = typed({ type: "number", min: 0, max: 48, required: true }, pin, (value) => { mark(value); put(value); });
  const mark = (value) => board.querySelectorAll("input").forEach((input) => { input.checked = Number(input.value) === value; });
  const hole = (text) => {
    const input = make("input", { type: "radio", name, value: text, ariaLabel: "GPIO " + text });
    input.disabled = !(text > 0) || text > 33 || taken.includes(Number(text));
    input.onchange = () => { number.value = text; put(Number(text)); };
    return make("label", {}, input, text);
  };
  board.append(...PINS[0].flatMap((_, i) => [hole(PINS[0][i]), hole(PINS[1][i])]));
  mark(pin);
  const details = make("details", {}, make("summary", {}, "Choose on the picture of the board"), board);
  return make("div", {}, labelled(label + " (GPIO)", number), details);
}

// Returns the field of `item[key]`. `source`: what there is to choose from.
function field([key, label, type = "text"], item, source, store) {
  const put = (value) => {
    if (value === "" || value === undefined || value === false || (Array.isArray(value) && !value.length)) delete item[key];
    else item[key] = value;
    store(key);
  };
  const value = item[key];
  if (Array.isArray(type)) return labelled(label, pick(type, value, put));
  if (type === "names") return ticks(label, namesOf(source, SWITCHED.slice(0, 3)), value || [], put);
  if (type === "strip") return labelled(label, pick(namesOf(source, ["plugs"]), value, put));
  if (type === "action") return actionField(label, source, value, put);
  if (type === "pin") {
    const others = [...(source.buttons || []), ...(source.relays || []), ...(source.inputs || []), source.led || {}];
    return pinField(label, value, others.filter((other) => other !== item).map((other) => other.pin), put);
  }
  if (type === "set") {
    const set = value || {};
    const one = (name) => {
      const before = JSON.stringify(set[name]) || '""'; // of a bulb it may be more than on and off
      const list = [['""', "leave it"], ['"on"', "on"], ['"off"', "off"]];
      if (!list.some(([text]) => text === before)) list.push([before, before]);
      return labelled(name, pick(list, before, (text) => {
        set[name] = JSON.parse(text);
        if (!set[name]) delete set[name];
        put(set);
      }));
    };
    return make("fieldset", { className: "row" }, make("legend", {}, label), ...namesOf(source, SWITCHED.slice(0, 4)).map(one));
  }
  if (type === "flag") {
    const box = make("input", { type: "checkbox", checked: !!value });
    box.onchange = () => put(box.checked);
    return make("label", { className: "tick" }, box, label);
  }
  return labelled(label, typed(type === "number" ? { type, step: "any" } : type === "password" ? { type, autocomplete: "new-password" } : { type }, value, put));
}

// --- the text of a file, and what is wrong with it ---

const faultsOf = (body) => body.faults ? body.faults.join("\n") : inWords(body);

// Returns the line of ["plugs", "1", "key"] in a text as written() makes it, or of as much of that
// as there is.
function lineOf(lines, path) {
  let at = 0;
  path.every((step, depth) => {
    const isNumber = /^\d+$/.test(step);
    let left = isNumber ? Number(step) : 0;
    const end = lines.findIndex((line, i) => i > at && line.search(/\S/) <= depth);
    const found = lines.findIndex((line, i) => i > at && i < end && line.search(/\S/) === depth + 1
      && (isNumber ? !"]}".includes(line[depth + 1]) : line.startsWith(JSON.stringify(step), depth + 1)) && !left--);
    if (found > 0) at = found;
    return found > 0;
  });
  return at;
}

// Selects the line of a fault: "config.json: line 3: ...", or "config.json: plugs[1].key: ...".
function markLine(area, { faults, detail = "" }) {
  const text = faults ? faults[0] : detail;
  const [, number, place] = /^(?:[\w.]+: )?(?:line (\d+)|(\w.*?)): /.exec(text) || [];
  if (place) try { area.value = written(JSON.parse(area.value)); } catch { return; }
  const lines = area.value.split("\n");
  const at = number ? number - 1 : place ? lineOf(lines, place.replace(/ \(.*?\)/, "").split(/[.[\]]+/).filter(Boolean)) : 0;
  if (!at) return;
  const start = lines.slice(0, at).join("\n").length + 1;
  area.closest("details").open = true;
  area.focus();
  area.setSelectionRange(start, start + (lines[at] || "").length);
}

// What somebody has typed and not saved stays.
function fill(area, value, isNew) {
  if (!isNew && area.value !== area.defaultValue) return false;
  area.value = area.defaultValue = written(value);
  return true;
}

addEventListener("beforeunload", (event) => {
  if (["settings", "book"].some((id) => $(id) && $(id).value !== $(id).defaultValue)) event.preventDefault();
});
