// The views, one of which is shown: its name stands in the address, so that a reload stays there.

const tabs = [...document.querySelectorAll("[role=tab]")];
const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -9, End: 9 };
const page = {
  $, KINDS, cards, home: () => home, make, makeButton, ask, headers, inWords, say, remember, showLogin, press, pathOf, isAway,
  now, moment, clock, span, cost, course, isShown: (view) => !$(view).hidden,
};

function choose() {
  const names = tabs.map((tab) => tab.getAttribute("aria-controls"));
  const at = Math.max(0, names.indexOf(location.hash.slice(1)));
  tabs.forEach((tab, i) => {
    tab.setAttribute("aria-selected", i === at);
    tab.tabIndex = i === at ? 0 : -1;
    $(names[i]).hidden = i !== at;
  });
  if (at) call("open", names[at]);
}

tabs.forEach((tab, i) => {
  tab.onclick = () => {
    history.pushState(null, "", "#" + tab.getAttribute("aria-controls")); // the focus stays, unlike after a jump
    choose();
  };
  tab.onkeydown = ({ key }) => {
    const step = STEPS[key];
    if (!step) return;
    const count = tabs.length;
    const next = tabs[Math.abs(step) > 1 ? (step > 0 ? count - 1 : 0) : (i + step + count) % count];
    next.focus();
    next.click();
  };
});

$("keep").onclick = async () => {
  const { ok } = await ask("POST", "config/confirm", {});
  $("confirm").hidden = ok;
};

window.onpopstate = choose;
choose();
listen();
