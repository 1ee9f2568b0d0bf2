// What the page calls of all this.

const VIEWS = { rules: openRules, log: openLog, config: openConfig, system: openSystem };
let soon;

// Has the log looked at again, once for several changes.
function switched() {
  clearTimeout(soon);
  soon = setTimeout(() => isShown("log") && openLog(), 300);
}

// The home has changed: what is looked at is asked for again; what is typed stays.
function changed() {
  for (const view in VIEWS) if (isShown(view)) VIEWS[view]();
}

const scripts = { open: (view) => VIEWS[view](), openPanel, showValues, switched, changed };
