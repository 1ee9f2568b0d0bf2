// tuyapi on its way through a scenario: ID KEY VERSION PORT. Prints lines as upy/steps.py does.

const readline = require("readline");
const TuyAPI = require("tuyapi");

const [id, key, version, port] = process.argv.slice(2);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function tell(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
  await lines.next();
}

const device = new TuyAPI({
  ip: "127.0.0.1",
  port: Number(port),
  id,
  key,
  version: version === "-" ? "3.3" : version,
  issueGetOnConnect: false,
});
device.on("error", () => {});

async function status() {
  const answer = await device.get({ schema: true });
  if (!answer || !answer.dps) throw new Error(`returned ${JSON.stringify(answer)}`);
  return { status: answer.dps };
}

const set = (value) => async () => {
  await device.set({ dps: 1, set: value });
  return { set: value };
};

async function main() {
  for (const step of [status, set(true), status, set(false), status]) {
    for (;;) {
      try {
        if (!device.isConnected()) await device.connect();
        await tell(await step());
        break;
      } catch (error) {
        await tell({ error: String(error) });
        await sleep(300);
      }
    }
  }
  process.exit(0);
}

main();
