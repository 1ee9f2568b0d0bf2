// What the board says of itself.

const kilo = (bytes) => bytes == null ? "unknown" : (bytes / 1024).toFixed(0) + " kB";
const SECRETS = { plain: "not encrypted", keyring: "encrypted, by the keyring of this PC", passphrase: "encrypted, by a passphrase" };
const kept = (free, least) => kilo(free) + (free == null ? "" : ", least " + kilo(least));

function ago(seconds) {
  const days = Math.floor(seconds / 86400);
  return (days ? days + " d " : "") + new Date(seconds % 86400 * 1000).toISOString().slice(11, 19);
}

async function openSystem() {
  if (!$("facts")) {
    const restart = makeButton("Restart", async () => {
      if (!confirm("Restart?")) return;
      const { ok, body } = await ask("POST", "restart", {});
      say(ok ? "It restarts" : inWords(body));
    });
    const leave = makeButton("Log out", async () => {
      await ask("POST", "logout", {});
      remember();
      showLogin(false);
    });
    leave.id = "logout";
    $("system").append(make("h2", {}, "System"), make("dl", { id: "facts" }), make("div", { className: "row" }, restart, leave), make("div", { id: "update", className: "fields" }));
    openUpdate($("update"));
  }
  $("logout").hidden = home().open;
  const { ok, body } = await ask("GET", "system");
  if (!ok) return say(inWords(body));
  $("confirm").hidden = !body.confirm;
  const facts = {
    Version: body.version,
    Running: ago(body.uptime),
    "Started because": body.started || "unknown",
    Time: body.time ? moment(1000 * body.time) : "not known yet",
    "Heap free": kept(body.heap_free, body.heap_free_min),
    "Network heap free": kept(body.network_heap_free, body.network_heap_free_min),
    "Flash free": kilo(body.flash_free),
    "Keys and passwords": SECRETS[body.secrets],
    "Wi-Fi": body.rssi == null ? "no connection" : body.rssi + " dBm",
    "Connected plugs": body.connections.join(" of "),
    MQTT: body.mqtt ? body.mqtt.error || "connected" : "off",
    "Open pages": body.pages,
    "Loop late by": body.lag_ms + " ms at worst",
  };
  $("facts").replaceChildren(...Object.keys(facts).flatMap((name) => [make("dt", {}, name), make("dd", {}, facts[name])]));
}
