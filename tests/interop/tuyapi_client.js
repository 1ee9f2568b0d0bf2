// Drives one tuyapi device from stdin, one JSON object a line, and reports on stdout likewise.
//
// Takes the options of TuyAPI as its argument. Understands {"get": true}, {"set": {"dps", "value"}}
// and {"refresh": [dps]}; answers {"result"} or {"error"}, and tells {"event", "dps"} for pushes.

const readline = require("readline");
const TuyAPI = require("tuyapi");

const device = new TuyAPI(JSON.parse(process.argv[2]));
const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

for (const event of ["data", "dp-refresh"]) {
  device.on(event, (data) => tell({ event, dps: data && data.dps }));
}
device.on("error", (error) => tell({ event: "error", text: String(error) }));
device.on("disconnected", () => tell({ event: "disconnected" }));

async function perform(order) {
  if (order.get) return device.get({ schema: true });
  if (order.set) return device.set({ dps: order.set.dps, set: order.set.value });
  return device.refresh({ requestedDPS: order.refresh });
}

async function main() {
  await device.connect();
  tell({ result: "connected" });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      tell({ result: (await perform(JSON.parse(line))) ?? null });
    } catch (error) {
      tell({ error: String(error) });
    }
  }
  device.disconnect();
}

main().catch((error) => {
  tell({ error: String(error) });
  process.exitCode = 1;
});
