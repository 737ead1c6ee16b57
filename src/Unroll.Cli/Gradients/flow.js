// Plays the gradient flowing back from the loss at the last step to step 1. The page brings the numbers in the element "flow-data" and the elements
// that are looked up below.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("flow-data").textContent);
  const { steps, units, low, high } = data;
  const svgName = "http://www.w3.org/2000/svg";
  const player = document.getElementById("flow-player");
  const slider = document.getElementById("flow-step");
  const button = document.getElementById("flow-play");
  const when = document.getElementById("flow-when");
  const shown = document.getElementById("flow-shown");
  const speed = document.getElementById("flow-speed");

  // Viridis, which is read alike with every kind of colour vision, at nine places.
  const ramp = [[68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37]];
  const colors = Array.from({ length: 256 }, (_, value) => {
    const place = value / 255 * (ramp.length - 1);
    const index = Math.min(Math.floor(place), ramp.length - 2);
    return ramp[index].map((channel, c) => Math.round(channel + (ramp[index + 1][c] - channel) * (place - index)));
  });

  // The curves: x is the step, y the logarithm of the relative norm.
  const plot = { width: 920, height: 360, left: 64, right: 12, top: 12, bottom: 44 };
  const x = step => plot.left + (step - 1) / (steps - 1) * (plot.width - plot.left - plot.right);
  const y = power => plot.top + (high - power) / (high - low) * (plot.height - plot.top - plot.bottom);
  const svg = document.getElementById("flow-curves");
  svg.setAttribute("viewBox", `0 0 ${plot.width} ${plot.height}`);
  const add = (parent, name, attributes, text) => {
    const element = document.createElementNS(svgName, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  };
  const clip = add(add(svg, "defs", {}), "clipPath", { id: "flow-area" });
  add(clip, "rect", { x: plot.left, y: plot.top, width: plot.width - plot.left - plot.right, height: plot.height - plot.top - plot.bottom });
  for (let power = Math.ceil(low / 3) * 3; power <= high; power += 3) {
    add(svg, "line", { x1: plot.left, x2: plot.width - plot.right, y1: y(power), y2: y(power), class: "grid" });
    add(svg, "text", { x: plot.left - 8, y: y(power) + 4, "text-anchor": "end" }, power === 0 ? "1" : `1e${power}`);
  }
  const tick = steps > 60 ? 20 : 10;
  for (let step = tick; step <= steps; step += tick) add(svg, "text", { x: x(step), y: plot.height - plot.bottom + 18, "text-anchor": "middle" }, step);
  add(svg, "text", { x: (plot.left + plot.width) / 2, y: plot.height - 6, "text-anchor": "middle" }, `step t; the loss is at step ${steps}`);
  add(svg, "text", { x: 14, y: plot.height / 2, "text-anchor": "middle", transform: `rotate(-90 14 ${plot.height / 2})` }, "relative norm");
  const area = add(svg, "g", { "clip-path": "url(#flow-area)" });
  const head = add(area, "line", { y1: plot.top, y2: plot.height - plot.bottom, class: "head" });

  // One strip for each network: units from top to bottom, steps from left to right.
  const strips = document.getElementById("flow-strips");
  const networks = data.networks.map(network => {
    const line = add(area, "polyline", { class: `line line${network.family} dash${network.variant}`, fill: "none" });
    const strip = document.createElement("div");
    strip.className = "strip";
    const name = document.createElement("div");
    const mark = document.createElementNS(svgName, "svg");
    mark.setAttribute("viewBox", "0 0 40 8");
    mark.setAttribute("class", "key");
    add(mark, "line", { x1: 0, x2: 40, y1: 4, y2: 4, class: `line line${network.family} dash${network.variant}` });
    const label = document.createElement("span");
    label.textContent = network.name;
    const figure = document.createElement("span");
    figure.className = "figure";
    name.append(mark, label, figure);
    const canvas = document.createElement("canvas");
    canvas.width = steps;
    canvas.height = units;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Gradient of each unit of ${network.name} at each step`);
    strip.append(name, canvas);
    strips.append(strip);
    const looks = network.looks.map(look => ({ ...look, map: Uint8Array.from(atob(look.map), letter => letter.charCodeAt(0)) }));
    return { looks, line, figure, context: canvas.getContext("2d") };
  });

  const nice = power => power <= low ? `below 1e${low}` : power > -3 && power < 4 ? Number((10 ** power).toPrecision(2)).toString() : `1e${Math.round(power)}`;

  // Everything from the last step back to the given one is shown, the rest is still empty.
  const draw = step => {
    const look = Number(when.value);
    for (const network of networks) {
      const { curve, map } = network.looks[Math.min(look, network.looks.length - 1)];
      const points = [];
      for (let at = steps; at >= step; at--) points.push(`${x(at).toFixed(1)},${y(Math.max(curve[at - 1], low - 1)).toFixed(1)}`);
      network.line.setAttribute("points", points.join(" "));
      network.figure.textContent = nice(curve[step - 1]);
      const image = network.context.createImageData(steps, units);
      for (let unit = 0; unit < units; unit++) {
        for (let at = step; at <= steps; at++) {
          const place = unit * steps + at - 1;
          image.data.set(colors[map[place]], place * 4);
          image.data[place * 4 + 3] = 255;
        }
      }
      network.context.putImageData(image, 0, 0);
    }
    head.setAttribute("x1", x(step));
    head.setAttribute("x2", x(step));
    slider.value = steps + 1 - step;
    slider.setAttribute("aria-valuetext", `step ${step}`);
    shown.textContent = `step ${step} of ${steps}`;
  };

  let current = steps, playing = false, before = 0;
  const setPlaying = value => {
    playing = value;
    button.textContent = playing ? "Pause" : "Play";
    if (playing) {
      if (current <= 1) current = steps;
      before = performance.now();
      requestAnimationFrame(tickFrame);
    }
  };
  const tickFrame = now => {
    if (!playing) return;
    current = Math.max(1, current - (now - before) / 1000 * Number(speed.value));
    before = now;
    draw(Math.round(current));
    if (current <= 1) setPlaying(false);
    else requestAnimationFrame(tickFrame);
  };

  data.updates.forEach((updates, index) => when.add(new Option(updates === 0 ? "before training" : `after ${updates} updates`, index)));
  slider.max = steps;
  button.addEventListener("click", () => setPlaying(!playing));
  when.addEventListener("change", () => { current = steps; draw(steps); setPlaying(true); });
  slider.addEventListener("input", () => { setPlaying(false); current = steps + 1 - Number(slider.value); draw(current); });
  player.hidden = false;
  // Who asked the system for less motion gets the end of the story and the button.
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  current = still ? 1 : steps;
  draw(current);
  if (!still) setPlaying(true);
})();
