// The page of the first start: the networks that are heard, and which of them the board joins.

const $ = (id) => document.getElementById(id);
const SILENT = { ok: false, body: { detail: "The board does not answer: are you still in its own Wi-Fi?" } };

async function ask(method, path, body) {
  const token = localStorage.token;
  try {
    const answer = await fetch("api/v1/" + path, {
      method, body: body && JSON.stringify(body),
      headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: "Bearer " + token }) },
    });
    return { ok: answer.ok, body: await answer.json() };
  } catch {
    return SILENT;
  }
}

const strength = (rssi) => rssi > -60 ? "strong" : rssi > -75 ? "good" : "weak";

async function listen() {
  $("networks").textContent = "Listening…";
  const { ok, body } = await ask("GET", "networks");
  $("networks").textContent = ok ? "" : body.detail;
  for (const { ssid, rssi, open } of ok ? body : []) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "network", value: ssid });
    const shown = document.createElement("span");
    shown.textContent = strength(rssi) + (open ? ", open" : "");
    input.onchange = () => { $("ssid").value = ssid; };
    label.append(input, ssid, shown);
    $("networks").append(label);
  }
}

$("again").onclick = listen;
$("form").onsubmit = async (event) => {
  event.preventDefault();
  const ssid = $("ssid").value;
  if (!ssid) return $("ssid").focus();
  $("said").textContent = "The board tries to join " + ssid + ": up to 20 s. Your phone may leave its Wi-Fi for a moment.";
  const { ok, body } = await ask("POST", "wifi", { ssid, password: $("password").value });
  $("said").textContent = ok ? "Connected to " + ssid + "." : body.detail;
  if (!ok) return $("said").focus();
  $("form").hidden = true;
  for (const [id, host] of [["address", body.address], ["name", body.name + ".local"]]) {
    $(id).textContent = $(id).href = "http://" + host + (location.port ? ":" + location.port : "") + "/";
  }
  $("done").hidden = false;
};
listen();
