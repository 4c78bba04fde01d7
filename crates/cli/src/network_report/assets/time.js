// The instant and the span of time that all pictures show, and the bar that moves them.

const view = { from: 0, to: END, now: 0 };
const onView = [];
const onNow = [];
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Moves the instant; the span follows where it must. */
function setNow(at) {
  view.now = clamp(at, 0, END);
  if (view.now < view.from || view.now > view.to) {
    const span = view.to - view.from;
    const from = clamp(view.now - span / 2, 0, END - span);
    setView(from, from + span);
    return;
  }
  onNow.forEach((listener) => listener());
}

/** Moves the span; the instant stays in it. */
function setView(from, to) {
  const span = clamp(to - from, 1000, END);
  view.from = clamp(from, 0, Math.max(0, END - span));
  view.to = view.from + span;
  view.now = clamp(view.now, view.from, view.to);
  onView.forEach((listener) => listener());
  onNow.forEach((listener) => listener());
}

/** Every time at which something changes. */
const changes = (() => {
  const all = new Set([0, END]);
  const add = (at) => { if (at !== null && at <= END) all.add(at); };
  data.events.forEach((event) => { add(event.at_ps); add(event.until_ps); });
  data.alarms.forEach((alarm) => { add(alarm.raised_ps); add(alarm.cleared_ps); });
  data.switches.forEach((item) => add(item.at_ps));
  [...data.lines, ...data.services].forEach((item) =>
    item.directions.forEach((way) => way.states.forEach((change) => add(change.at_ps))));
  return [...all].sort((a, b) => a - b);
})();

/** The span from where an event begins, or ends, to the last alarm or switch that follows from that. */
function spanOf(event, ends = false) {
  const start = ends ? event.until_ps : event.at_ps;
  const before = ends ? Infinity : event.until_ps ?? Infinity;
  const of = (list, time) => list.filter((item) => item.event === event.id).map(time)
    .filter((at) => at !== null && at >= start && at < before);
  const times = ends ? of(data.alarms, (a) => a.cleared_ps) :
    [...of(data.alarms, (a) => a.raised_ps), ...of(data.switches, (s) => s.at_ps)];
  const last = times.reduce((a, b) => Math.max(a, b), start + END * 1e-3);
  const margin = (last - start) * 0.12;
  return [Math.max(0, start - margin), Math.min(END, last + margin)];
}

/** The instant at which most has failed; shown first. */
function worstInstant() {
  let [best, most] = [0, 0];
  const steps = changes.length > 2000 ? data.events.map((event) => spanOf(event)[1]) : changes;
  for (const at of steps) {
    const failed = (list, state) => list.filter((item) => state(item, at) === "failed").length;
    const count = failed(data.lines, lineState) + 1.5 * failed(data.services, serviceState);
    if (count > most) [best, most] = [at, count];
  }
  return best;
}

function startTimeBar() {
  const [slider, choice, play] = [byId("instant"), byId("window"), byId("play")];
  options(choice, [["all", "Whole run"],
    ...data.events.flatMap((e) => [[e.id, `Event ${e.id}: ${e.kind} of ${e.place}`],
      ...(e.until_ps === null || e.until_ps > END ? [] : [[`${e.id} ends`, `End of event ${e.id}: ${e.kind} of ${e.place}`]])]),
    ["own", "Own span"]]);
  choice.lastChild.hidden = true;
  let chosen = false;
  choice.addEventListener("change", () => {
    const event = events.get(Number.parseInt(choice.value, 10));
    const ends = choice.value.endsWith("ends");
    chosen = true;
    if (event) {
      setView(...spanOf(event, ends));
      setNow(ends ? event.until_ps : event.at_ps);
    } else setView(0, END);
    chosen = false;
  });
  const zoom = (by) => {
    const [before, after] = [view.now - view.from, view.to - view.now];
    setView(view.now - before * by, view.now + after * by);
  };
  byId("closer").addEventListener("click", () => zoom(0.4));
  byId("wider").addEventListener("click", () => zoom(2.5));
  byId("earlier").addEventListener("click", () => setNow(changes.findLast((at) => at < view.now) ?? 0));
  byId("later").addEventListener("click", () => setNow(changes.find((at) => at > view.now) ?? END));
  slider.addEventListener("input", () =>
    setNow(view.from + (slider.value / 1000) * (view.to - view.from)));
  startPlaying(play);
  onView.push(() => {
    if (!chosen) choice.value = view.from === 0 && view.to === END ? "all" : "own";
    byId("span-from").textContent = instant(view.from, view.to - view.from);
    byId("span-to").textContent = instant(view.to, view.to - view.from);
    byId("ticks").replaceChildren(...ticks());
  });
  onNow.push(() => {
    slider.value = ((view.now - view.from) / (view.to - view.from)) * 1000;
    byId("now").textContent = instant(view.now, view.to - view.from);
    slider.setAttribute("aria-valuetext", byId("now").textContent);
  });
}

function ticks() {
  const place = (at, kind) => {
    if (at === null || at < view.from || at > view.to) return [];
    const tick = make("i", { class: kind });
    tick.style.left = `${(100 * (at - view.from)) / (view.to - view.from)}%`;
    return [tick];
  };
  return data.events.flatMap((event) => [...place(event.at_ps, "start"), ...place(event.until_ps, "end")]);
}

/** Plays the span in ten seconds. */
function startPlaying(button) {
  let last = null;
  const face = (sign, word) => {
    button.replaceChildren(sign, make("span", { class: "word" }, ` ${word}`));
    button.setAttribute("aria-label", word);
  };
  const stop = () => {
    last = null;
    face("▶", "Play");
  };
  const step = (clock) => {
    if (last === null) return;
    const next = view.now + ((clock - last) / 10000) * (view.to - view.from);
    last = clock;
    setNow(Math.min(next, view.to));
    if (next >= view.to) stop();
    else requestAnimationFrame(step);
  };
  button.addEventListener("click", () => {
    if (last !== null) return stop();
    if (view.now >= view.to) setNow(view.from);
    last = performance.now();
    face("❙❙", "Pause");
    requestAnimationFrame(step);
  });
  stop();
}

/** Round numbers of an axis. */
function rounds(low, high, count) {
  const rough = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= rough * 0.999);
  const all = [];
  for (let n = Math.ceil(low / step); n * step <= high + step * 1e-9; n++) all.push(n * step);
  return all;
}

/** The axis of time of a picture, from `left` to `right`, with its rules from `top` to `bottom`. */
function timeAxis(left, right, top, bottom) {
  const span = view.to - view.from;
  const x = (at) => left + ((at - view.from) / span) * (right - left);
  const [unit, size] = unitOf(Math.max(span, 1000));
  const group = draw("g", { class: "axis" });
  const at = rounds(view.from / size, view.to / size, Math.max(2, (right - left) / 110));
  const step = at.length > 1 ? at[1] - at[0] : 1;
  const digits = clamp(Math.ceil(-Math.log10(step) - 1e-9), 0, 12);
  at.forEach((value) => {
    const px = x(value * size);
    const anchor = px > right - 24 ? "end" : px < left + 16 ? "start" : "middle";
    group.append(draw("line", { x1: px, x2: px, y1: top, y2: bottom }),
      draw("text", { x: px, y: bottom + 15, "text-anchor": anchor }, `${value.toFixed(digits)} ${unit}`));
  });
  return { x, group };
}

/** A line at the instant, which follows it. Returns what moves it. */
function cursor(svg, x, top, bottom) {
  const line = draw("line", { class: "cursor", y1: top, y2: bottom });
  svg.append(line);
  return () => {
    line.setAttribute("x1", x(view.now));
    line.setAttribute("x2", x(view.now));
  };
}

/** A click at a place of the picture moves the instant there. */
function pickTime(svg, left, right) {
  svg.addEventListener("click", (e) => {
    const box = svg.getBoundingClientRect();
    const px = ((e.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    if (px >= left && px <= right) {
      setNow(view.from + ((px - left) / (right - left)) * (view.to - view.from));
    }
  });
}
