// The data, and what all parts of the page use: elements, numbers, times, names, the tip.

const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const END = Math.max(data.run.ended_at_ps, data.run.duration_ps, 1e6);

const byId = (id) => document.getElementById(id);

/** An element of HTML with properties and children; text stays text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The same of SVG. */
function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat());
  return element;
}

function picture(width, height, label) {
  return draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
}

/** A count in four letters or less, for axes. */
function short(number, digits) {
  const [size, letter] = [[1e9, "G"], [1e6, "M"], [1e4, "k"]].find(([size]) => Math.abs(number) >= size) ?? [1, ""];
  if (letter === "") return number.toFixed(digits);
  const [by, name] = letter === "k" ? [1e3, "k"] : [size, letter];
  return `${tidy((number / by).toFixed(2))} ${name}`;
}

const plural = (count, one, many = `${one}s`) => `${grouped(count)} ${count === 1 ? one : many}`;
const none = (text) => make("p", { class: "none" }, text);

/** A count in groups of three digits. */
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

const UNITS = [["s", 1e12], ["ms", 1e9], ["µs", 1e6], ["ns", 1e3], ["ps", 1]];
const unitOf = (ps) => UNITS.find(([, size]) => Math.abs(ps) >= size) ?? UNITS[4];
const tidy = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** A duration with four digits. */
function duration(ps) {
  if (ps === null || ps === undefined) return "–";
  if (ps === 0) return "0";
  const [unit, size] = unitOf(ps);
  return `${tidy(Number(ps / size).toPrecision(4).replace(/e.*/, ""))}\u00a0${unit}`;
}

/** A time, in the unit of `span` and so fine that a thousandth of it shows. */
function instant(ps, span = END, parts = 1000) {
  const [unit, size] = unitOf(Math.max(span, 1000));
  const digits = Math.max(0, Math.min(12, Math.ceil(Math.log10((size * parts) / span))));
  return `${(ps / size).toFixed(digits)}\u00a0${unit}`;
}

/** A time as exact as it is told. */
const exact = (ps) => {
  if (ps === null || ps === undefined) return "–";
  const [unit, size] = unitOf(END);
  // Nanoseconds; of a run of seconds, microseconds unless there is more to tell.
  const text = (ps / size).toFixed(size === 1e12 ? 9 : size === 1e9 ? 6 : 3);
  return `${size === 1e12 ? text.replace(/000$/, "") : text}\u00a0${unit}`;
};

const decibel = (value, unit = "dB") => (value === null || value === undefined ? "–" : `${value.toFixed(2)}\u00a0${unit}`);
const ratio = (value) => (value === null || value === undefined ? "–" : value === 0 ? "0" : value.toExponential(2));

const named = (list) => new Map(list.map((item) => [item.name, item]));
const nodes = named(data.nodes);
const lines = named(data.lines);
const services = named(data.services);
const alarms = new Map(data.alarms.map((alarm) => [alarm.id, alarm]));
const events = new Map(data.events.map((event) => [event.id, event]));

const alarmName = (alarm) => alarm.fault_cause ?? alarm.defect;
const eventName = (id) => {
  const event = events.get(id);
  return event ? `event ${id} (${event.kind} of ${event.place})` : "–";
};

/** What holds at a time, of changes in order of time. */
function stateAt(changes, at, before) {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle].at_ps <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? before : changes[low - 1].state;
}

const stands = (alarm, at) => alarm.raised_ps <= at && (alarm.cleared_ps === null || at < alarm.cleared_ps);
const holds = (use, at) => use.from_ps <= at && (use.until_ps === null || at < use.until_ps);

const WORSE = ["up", "working", "protection", "restored", "degraded", "failed", "down"];
const worst = (states) => states.reduce((a, b) => (WORSE.indexOf(b) > WORSE.indexOf(a) ? b : a), "up");
const lineState = (line, at) => worst(line.directions.map((way) => stateAt(way.states, at, "up")));
const serviceState = (service, at) =>
  worst(service.directions.map((way) => stateAt(way.states, at, "working")));

/** Every state has a sign, so that no colour is needed to read it. */
const SIGNS = { up: "●", working: "●", protection: "◐", restored: "◇", degraded: "!", failed: "✕", down: "✕" };
const mark = (state) => make("span", { class: `mark ${state}` }, `${SIGNS[state]} ${state}`);

const tip = byId("tip");
function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(x + 14, innerWidth - box.width - 6);
  const below = y + 18 + box.height < innerHeight - 80;
  tip.style.left = `${Math.max(6, left)}px`;
  tip.style.top = `${Math.max(6, below ? y + 18 : y - box.height - 10)}px`;
}
const hideTip = () => { tip.hidden = true; };

/** Shows a text beside an element while it is pointed at or has the focus. */
function explain(element, text) {
  element.addEventListener("pointermove", (e) => showTip(text(), e.clientX, e.clientY));
  element.addEventListener("pointerleave", hideTip);
  element.addEventListener("focus", () => {
    if (!element.matches(":focus-visible")) return;
    const box = element.getBoundingClientRect();
    showTip(text(), box.left + Math.min(box.width / 2, 200), box.bottom - 12);
  });
  element.addEventListener("blur", hideTip);
}
addEventListener("scroll", hideTip, { passive: true });
addEventListener("keydown", (e) => { if (e.key === "Escape") hideTip(); });

/** One stop of the tabulator for many items: arrow keys go from one to the next. */
function roving(items) {
  items.forEach((item, index) => {
    item.setAttribute("tabindex", index === 0 ? "0" : "-1");
    item.addEventListener("keydown", (e) => {
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      const to = e.key === "Home" ? 0 : e.key === "End" ? items.length - 1 : index + (steps[e.key] ?? NaN);
      const next = items[to];
      if (!next) return;
      e.preventDefault();
      item.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
}

/** Rows of a table before all are asked for. */
const FEW = 12;
const whole = new Set();

/**
 * A table. `columns` are [title, cell of a row, class]; a cell is text or an element. One with a `name`
 * that was once asked for whole stays so when it is drawn again.
 */
function table(columns, rows, { name = "", rowClass = () => "", kind = "cards" } = {}) {
  const head = columns.map(([title, , kind = ""]) => make("th", { scope: "col", class: kind }, title));
  const line = (row) => {
    const cells = columns.map(([title, cell, kind = ""]) =>
      make("td", { class: kind, "data-label": title }, cell(row) ?? "–"));
    return make("tr", { class: rowClass(row) }, cells);
  };
  const body = make("tbody", {}, rows.slice(0, rows.length > FEW + 2 && !whole.has(name) ? FEW : rows.length).map(line));
  const made = make("table", { class: kind }, make("thead", {}, make("tr", {}, head)), body);
  if (rows.length === body.childElementCount) return made;
  const all = make("button", { type: "button" }, `Show all ${rows.length} rows`);
  all.addEventListener("click", () => {
    body.append(...rows.slice(FEW).map(line));
    all.remove();
    if (name) whole.add(name);
  });
  return make("div", {}, made, all);
}

const options = (select, entries) => select.replaceChildren(
  ...entries.map(([value, text]) => make("option", { value: String(value) }, text)));
