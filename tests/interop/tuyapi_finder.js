// Lets tuyapi find a device by its id and tells {"ip"} or {"error"}.

const TuyAPI = require("tuyapi");

const device = new TuyAPI(JSON.parse(process.argv[2]));

device.find().then(
  () => process.stdout.write(JSON.stringify({ ip: device.device.ip }) + "\n"),
  (error) => process.stdout.write(JSON.stringify({ error: String(error) }) + "\n"),
);
