// The course of the power, small, on each card.

const SPARKS = 120;

function spark(card) {
  const values = card.powers.slice(-SPARKS);
  card.querySelector(".spark path").setAttribute("d", course(values, SPARKS, 30, Math.max(5, ...values)));
}

// A line through what is known; it is broken where nothing is.
function course(values, width, height, most) {
  let pen = "M";
  return values.map((value, i) => {
    if (value == null) { pen = "M"; return ""; }
    const point = pen + (i * width / values.length).toFixed(1) + " " + (height - 1 - value / most * (height - 2)).toFixed(1) + "h0";
    pen = "L";
    return point;
  }).join("");
}

async function showSparks() {
  if (!Object.values(cards).some((card) => card.state.power != null)) return;
  const { ok, body } = await ask("GET", "history");
  if (!ok) return;
  for (const key in cards) {
    const powers = body.power[cards[key].state.name];
    if (cards[key].kind !== "plugs" || !powers) continue;
    cards[key].powers = powers;
    spark(cards[key]);
  }
}

setInterval(() => {
  for (const key in cards) {
    const { state, powers } = cards[key];
    if (state.power == null) continue;
    powers.push(state.online && !document.body.classList.contains("lost") ? state.power : null);
    cards[key].powers = powers.slice(-SPARKS);
    spark(cards[key]);
  }
}, 5000);
