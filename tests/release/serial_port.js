// Stands for the serial port of a board in a browser that has none: what is written to it goes to
// the test by serialWrite(), what the board says comes by serialSaid().
class Port extends EventTarget {
  readable = null;
  writable = null;

  async open() {
    this.readable = new ReadableStream({
      start: (controller) => { this.said = (bytes) => controller.enqueue(new Uint8Array(bytes)); },
    });
    this.writable = new WritableStream({ write: (bytes) => serialWrite([...bytes]) });
    window.serialSaid = (bytes) => this.said(bytes);
  }

  async close() {
    this.readable = this.writable = null;
    window.serialSaid = () => {};
  }

  async forget() {}
  getInfo() { return { usbVendorId: 0x10c4, usbProductId: 0xea60 }; }
  async setSignals() {}
  async getSignals() { return {}; }
}

window.serialSaid = () => {};
const port = new Port();
Object.defineProperty(navigator, "serial", {
  value: { requestPort: async () => port, getPorts: async () => [port], addEventListener() {}, removeEventListener() {} },
});
