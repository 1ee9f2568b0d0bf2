// tuyapi's part of the speed bench: ID KEY VERSION PLUG_PORT ROUNDS. Prints one JSON line, as
// upy/speed.py does.

const TuyAPI = require("tuyapi");

const [id, key, version, port, rounds] = process.argv.slice(2);
const times = { status: [], control: [], connect: [] };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function open() {
  const device = new TuyAPI({
    ip: "127.0.0.1",
    port: Number(port),
    id,
    key,
    version,
    issueGetOnConnect: false,
  });
  device.on("error", () => {});
  return device;
}

async function measure(name, action) {
  const start = process.hrtime.bigint();
  await action();
  times[name].push(Number((process.hrtime.bigint() - start) / 1000n));
}

async function main() {
  const device = open();
  await device.connect();
  let on = !(await device.get({ schema: true })).dps["1"];
  for (let i = 0; i < rounds; i++) await measure("status", () => device.get({ schema: true }));
  for (let i = 0; i < rounds; i++) {
    await sleep(51);
    await measure("control", () => device.set({ dps: 1, set: on }));
    on = !on;
  }
  device.disconnect();
  for (let i = 0; i < rounds; i++) {
    let fresh;
    await measure("connect", async () => {
      fresh = open();
      await fresh.connect();
      await fresh.get({ schema: true });
    });
    fresh.disconnect();
    await sleep(2);
  }
  process.stdout.write(JSON.stringify(times) + "\n");
  process.exit(0);
}

main().catch((error) => {
  process.stderr.write(String(error) + "\n");
  process.exit(1);
});
