// Charts with their axes, the values under the pointer, a table of them, and a file for others.

const DAY = 86400000;

// `labels`: a text for each value, null where that is not known.
function chart(title, labels, values, unit) {
  const known = values.filter((value) => value != null);
  if (!known.length) return make("p", { className: "soft" }, title + ": nothing yet");
  const digits = unit === "W" ? 1 : 2;
  const top = Math.max(...known);
  const most = top || 1;
  const count = values.length;
  const said = (i) => labels[i] + ": " + (values[i] == null ? "not known" : values[i].toFixed(digits) + " " + unit + (unit === "W" ? "" : cost(values[i])));
  const path = unit === "W" ? course(values, 300, 80, most) : values.map((value, i) =>
    value == null ? "" : `M${(i + .5) * 300 / count} 80v-${Math.max(.5, value / most * 78)}`).join("");
  const summary = title + ": up to " + top.toFixed(digits) + " " + unit;
  const caption = make("figcaption", {}, summary);
  const plot = make("div", { className: "plot" });
  plot.innerHTML = `<svg viewBox="0 0 300 80" preserveAspectRatio="none" aria-hidden="true"><path d="${path}"></path></svg>`;
  if (unit !== "W") plot.querySelector("path").style = `stroke-linecap: butt; stroke-width: ${Math.min(16, 240 / count)}px`;
  plot.prepend(make("span", {}, top.toFixed(digits) + " " + unit), make("span", {}, "0"));
  plot.onpointermove = ({ clientX }) => {
    const box = plot.lastChild.getBoundingClientRect();
    caption.textContent = said(Math.max(0, Math.min(count - 1, Math.floor((clientX - box.left) / box.width * count))));
  };
  plot.onpointerleave = () => { caption.textContent = summary; };
  const axis = make("p", { className: "axis" }, ...[0, count >> 1, count - 1].map((i) => make("span", {}, labels[i])));
  const table = make("details", {}, make("summary", {}, "Table"));
  table.ontoggle = () => {
    if (table.children.length > 1) return;
    const head = make("tr", {}, ...["Time", unit].map((text) => make("th", { scope: "col" }, text)));
    const rows = values.map((value, i) => make("tr", {}, make("td", {}, labels[i]), make("td", {}, value == null ? "" : value.toFixed(digits))));
    table.append(make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: title }, make("table", {}, head, ...rows.reverse())));
  };
  return make("figure", {}, caption, plot, axis, table);
}

function download(name, rows) {
  const link = make("a", { href: URL.createObjectURL(new Blob([rows.join("\n") + "\n"], { type: "text/csv" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Returns [labels, values] of samples every `step` s, the last one just now.
function samples(values, step) {
  const first = now() - 1000 * step * (values.length - 1);
  return [values.map((_, i) => moment(first + 1000 * step * i).slice(step < 60 ? 11 : 5, step < 60 ? 19 : 16)), values];
}

// Returns [labels, values] of the last `count` days; `day` is today's number.
const daily = ({ day, days }, count) => {
  const values = days.slice(-count);
  return [values.map((_, i) => new Date(DAY * (day - values.length + 1 + i)).toISOString().slice(0, 10)), values];
};

// Returns [months, sums] of the values of days, or of what else begins with its month.
function monthly([labels, values]) {
  const sums = {};
  labels.forEach((label, i) => {
    if (values[i] != null) sums[label.slice(0, 7)] = (sums[label.slice(0, 7)] || 0) + values[i];
  });
  return [Object.keys(sums), Object.values(sums)];
}

const RANGES = {
  "10 minutes": ["W", "history", (found) => samples(found.power, found.step)],
  Day: ["W", "history", (found) => samples(found.long_power, found.long_step)],
  Week: ["kWh", "days", (found) => daily(found, 7)],
  Month: ["kWh", "days", (found) => daily(found, 30)],
  Year: ["kWh", "days", (found) => monthly(daily(found, 366))],
};
// What a hub on a PC keeps besides.
const YEARS = ["kWh", "course?since=0", ({ course }) => monthly([
  course.map(([at]) => moment(1000 * at)), course.map(([, , wh]) => wh / 1000),
])];

function makeCharts(card) {
  const place = make("div", { className: "chart" });
  const row = make("div", { className: "row choice", role: "group", ariaLabel: "Time shown" });
  const ranges = home().archive ? { ...RANGES, Years: YEARS } : RANGES;
  let shown;
  const choose = async (name) => {
    const [unit, path, read] = ranges[name];
    for (const button of row.children) button.ariaPressed = button.textContent === name;
    const { ok, body } = await ask("GET", pathOf(card) + "/" + path);
    if (!ok) return place.replaceChildren(inWords(body));
    const [labels, values] = read(body);
    shown = ["time," + unit, ...labels.map((label, i) => label + "," + (values[i] == null ? "" : values[i]))];
    return place.replaceChildren(chart(name, labels, values, unit));
  };
  for (const name in ranges) row.append(makeButton(name, () => choose(name)));
  const save = makeButton("Download CSV", () => shown && download(card.state.name + ".csv", shown));
  choose("10 minutes");
  return make("div", {}, row, place, save);
}
