// What the page loads when somebody needs it, once: panels, charts, the logbook and the views but
// the first. The files below are joined here when the page is built, and share this scope.

export default ({
  $, KINDS, cards, home, make, makeButton, ask, headers, inWords, say, remember, showLogin, press, pathOf, isAway,
  now, moment, clock, span, cost, course, isShown,
}) => {
  //= more/values.js
  //= more/charts.js
  //= more/panel.js
  //= more/logbook.js
  //= more/fields.js
  //= more/settings.js
  //= more/rules.js
  //= more/update.js
  //= more/system.js
  //= more/open.js
  return scripts;
};
