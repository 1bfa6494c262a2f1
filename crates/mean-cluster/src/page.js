"use strict";
// Figures one can ask: the value nearest to the pointer, and keys of a legend that take their series
// out and put them back. All comes from the drawings themselves: <g class="frame"> says where a panel
// is and what its axes mean, <g class="key"> what a look stands for.
(() => {
  const REACH = 14; // pixels of the drawing between the pointer and a value
  const WHITE = "#ffffff";

  const value = document.createElement("div");
  value.className = "value";
  value.setAttribute("role", "status");
  value.hidden = true;
  document.body.append(value);

  const pen = (path) => {
    const stroke = path.getAttribute("stroke");
    return stroke && stroke !== "none" ? stroke : path.getAttribute("fill");
  };
  const look = (path) =>
    ["stroke", "stroke-dasharray", "stroke-linecap", "fill"].map((name) => path.getAttribute(name)).join();

  /// The points of a drawing; of a marker with corners its middle.
  const points = (path) => {
    const pairs = (run) =>
      [...run.matchAll(/[ML]?(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const middle = (all) =>
      [0, 1].map((axis) => all.reduce((sum, point) => sum + point[axis], 0) / all.length);
    const data = path.getAttribute("d");
    if (!data.includes("z")) return pairs(data);
    return data.split("z").filter(Boolean).flatMap((run) => {
      const corners = pairs(run);
      const small = [0, 1].every((axis) => {
        const all = corners.map((corner) => corner[axis]);
        return Math.max(...all) - Math.min(...all) < 14;
      });
      return small ? [middle(corners)] : corners;
    });
  };

  const short = (number) =>
    number !== 0 && (Math.abs(number) < 1e-3 || Math.abs(number) >= 1e5)
      ? number.toExponential(2)
      : String(Number(number.toPrecision(4)));

  /// An axis of a frame: from a part of its length, 0 to 1, to "label: value".
  const axis = (frame, name) => {
    const [scale, low, high] = frame.dataset[name].split(" ");
    const [from, to] = [Number(low), Number(high)];
    const names = (frame.dataset[name + "Names"] || "").split("|");
    const label = frame.dataset[name + "Label"];
    return (part) => {
      const number =
        scale === "logarithmic" ? from * (to / from) ** part : from + part * (to - from);
      if (names.length === 1) return `${label || name}: ${short(number)}`;
      const named = names[Math.round(number)] || "";
      return label ? `${label}: ${named}` : named;
    };
  };

  const figure = (svg) => {
    const series = [...svg.children].filter((child) => child.tagName === "path");
    const keys = [...svg.querySelectorAll("g.key")].map((key) => {
      const samples = [...key.querySelectorAll("path")];
      const colours = new Set(samples.map(pen).filter((colour) => colour !== WHITE));
      return { key, name: key.textContent.trim(), colours, looks: new Set(samples.map(look)) };
    });
    const users = (colour) => keys.filter((key) => key.colours.has(colour)).length;
    // a colour of one key alone stands for it in bands and bars too
    const belongs = (key, path) =>
      key.looks.has(look(path)) || (key.colours.has(pen(path)) && users(pen(path)) === 1);
    const named = new Map();
    for (const entry of keys) {
      const own = series.filter((path) => belongs(entry, path));
      for (const path of own) named.set(path, entry.name);
      if (own.length === 0) continue;
      const flip = () => {
        const shown = entry.key.getAttribute("aria-pressed") !== "true";
        entry.key.setAttribute("aria-pressed", String(shown));
        for (const path of own) path.classList.toggle("out", !shown);
      };
      // between sample and text, too
      const area = document.createElementNS(svg.namespaceURI, "rect");
      const box = entry.key.getBBox();
      for (const side of ["x", "y", "width", "height"]) area.setAttribute(side, box[side]);
      area.setAttribute("fill", "transparent");
      entry.key.prepend(area);
      entry.key.setAttribute("role", "button");
      entry.key.setAttribute("tabindex", "0");
      entry.key.setAttribute("aria-pressed", "true");
      entry.key.addEventListener("click", flip);
      entry.key.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        flip();
      });
    }
    const frames = [...svg.querySelectorAll("g.frame")].map((frame) => {
      const [left, top, width, height] = frame.dataset.area.split(" ").map(Number);
      return { left, top, width, height, x: axis(frame, "x"), y: axis(frame, "y") };
    });
    let known; // all points of all series, once they are asked for
    const nearest = (x, y) => {
      known ??= series.map((path) => [path, points(path)]);
      const frame = frames.find(
        (f) => x >= f.left && x <= f.left + f.width && y >= f.top && y <= f.top + f.height,
      );
      if (!frame) return null;
      let best = { distance: REACH };
      for (const [path, all] of known) {
        if (path.classList.contains("out")) continue;
        for (const [px, py] of all) {
          const distance = Math.hypot(px - x, py - y);
          if (distance < best.distance) best = { distance, path, px, py };
        }
      }
      if (!best.path) return null;
      const across = frame.x((best.px - frame.left) / frame.width);
      const up = frame.y(1 - (best.py - frame.top) / frame.height);
      return [named.get(best.path), across, up].filter(Boolean).join("\n");
    };
    const hide = () => { value.hidden = true; };
    const show = (event) => {
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      const text = nearest(at.x, at.y);
      value.hidden = !text;
      if (!text) return;
      value.textContent = text;
      const box = value.getBoundingClientRect();
      const room = document.documentElement.clientWidth - box.width - 4;
      value.style.left = `${Math.max(4, Math.min(event.clientX + 14, room))}px`;
      const below = event.clientY + 18 + box.height < window.innerHeight;
      value.style.top = `${below ? event.clientY + 18 : Math.max(4, event.clientY - box.height - 10)}px`;
    };
    svg.addEventListener("pointermove", show);
    svg.addEventListener("pointerdown", show);
    svg.addEventListener("pointerleave", hide);
  };

  document.querySelectorAll("figure svg").forEach(figure);
  window.addEventListener("scroll", () => { value.hidden = true; }, { passive: true });
})();
