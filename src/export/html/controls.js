// How the reader moves: buttons and lists, pointer and fingers, the swipe line, keys.

Object.assign(App.prototype, {
  controls() {
    const figure = byId("figure");
    this.fillFigures();
    figure.addEventListener("change", () => {
      this.figure = Number(figure.value);
      this.recolour();
    });
    byId("range").addEventListener("change", (event) => {
      this.range = event.target.value;
      this.recolour();
    });
    if (!this.figures.length) figure.disabled = true;
    const many = page.layers.length > 1;
    for (const id of ["layer-label", "other-label"]) byId(id).hidden = !many;
    const options = () =>
      this.layerGroups().map(({ title, layers }) => {
        const group = element("optgroup");
        group.label = title;
        group.append(...layers.map((layer) => new Option(page.layers[layer].name, layer)));
        return group;
      });
    byId("layer").replaceChildren(...options());
    byId("other").replaceChildren(new Option("nothing", ""), ...options());
    byId("layer").addEventListener("change", (event) => {
      const { name } = this.figures[this.figure];
      this.layer = Number(event.target.value);
      this.figure = Math.max(0, this.figures.findIndex((each) => each.name === name));
      this.fillFigures();
      this.recolour();
    });
    byId("other").addEventListener("change", (event) => {
      this.other = event.target.value === "" ? null : Number(event.target.value);
      byId("mode").hidden = this.other === null;
      this.recolour();
    });
    for (const [mode, id] of [["swipe", "mode-swipe"], ["beside", "mode-beside"]]) {
      byId(id).addEventListener("click", () => {
        this.mode = mode;
        byId("mode-swipe").setAttribute("aria-pressed", String(mode === "swipe"));
        byId("mode-beside").setAttribute("aria-pressed", String(mode === "beside"));
        this.recolour();
      });
    }
    const press = (id, action) => byId(id).addEventListener("click", action);
    press("globe", () => this.toggleGlobe());
    press("closer", () => this.zoom(1.6));
    press("farther", () => this.zoom(1 / 1.6));
    press("home", () => {
      this.view.reset();
      this.redraw();
    });
  },

  fillFigures() {
    const figure = byId("figure");
    figure.replaceChildren(...this.figures.map((each, number) => new Option(each.title, number)));
    figure.value = this.figure;
  },

  toggleGlobe() {
    this.view.toggle();
    byId("globe").textContent = this.view.globe ? "Flat map" : "Globe";
    this.redraw();
  },

  zoom(factor) {
    this.view.zoomAt(factor, this.view.width / 2, this.view.height / 2);
    this.redraw();
  },

  /** The pane below the pointer and the position in it. */
  paneAt(event) {
    const { left, top } = byId("map-box").getBoundingClientRect();
    const box = byId("map-box");
    const [x, y] = [event.clientX - left - box.clientLeft, event.clientY - top - box.clientTop];
    const within = (pane) => x >= pane.x && x < pane.x + pane.width && y >= pane.y && y < pane.y + pane.height;
    const pane = this.panes.find(within) ?? this.panes[0];
    return { pane, at: [x - pane.x, y - pane.y] };
  },

  gestures() {
    const box = byId("map-box");
    const fingers = new Map();
    let moved = 0;
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    };
    this.overlay.addEventListener("pointerdown", (event) => {
      this.overlay.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      moved = 0;
    });
    this.overlay.addEventListener("pointermove", (event) => {
      const { pane, at } = this.paneAt(event);
      const before = fingers.get(event.pointerId);
      if (!before) {
        this.hovered(...at, pane);
        return;
      }
      const apart = fingers.size === 2 ? spread() : 0;
      const now = [event.clientX, event.clientY];
      fingers.set(event.pointerId, now);
      moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
      this.view.pan((now[0] - before[0]) / fingers.size, (now[1] - before[1]) / fingers.size);
      if (apart) this.view.zoomAt(spread() / apart, ...at);
      byId("tip").hidden = true;
      this.redraw();
    });
    const lift = (event) => {
      const only = fingers.size === 1;
      if (fingers.delete(event.pointerId) && only && moved < 5 && event.type === "pointerup") {
        const { pane, at } = this.paneAt(event);
        this.hovered(...at, pane);
        this.take(...at);
      }
    };
    this.overlay.addEventListener("pointerup", lift);
    this.overlay.addEventListener("pointercancel", lift);
    this.overlay.addEventListener("pointerleave", () => {
      this.hover = -1;
      byId("tip").hidden = true;
      this.redraw(true);
    });
    this.overlay.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { pane, at } = this.paneAt(event);
      this.view.zoomAt(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), ...at);
      this.hovered(...at, pane);
      this.redraw();
    }, { passive: false });
    this.swiping();
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focus", () => {
      this.cross = box.matches(":focus-visible");
      this.redraw();
    });
    box.addEventListener("blur", () => {
      this.cross = false;
      this.redraw();
    });
  },

  swiping() {
    const swipe = byId("swipe");
    swipe.addEventListener("pointerdown", (event) => swipe.setPointerCapture(event.pointerId));
    swipe.addEventListener("pointermove", (event) => {
      if (!swipe.hasPointerCapture(event.pointerId)) return;
      const { left, width } = byId("map-box").getBoundingClientRect();
      this.swipeTo((event.clientX - left) / width);
    });
    swipe.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.swipeTo(this.swipe + step);
    });
  },

  /** Moves the swipe line to a part of the width. */
  swipeTo(part) {
    this.swipe = Math.min(1, Math.max(0, part));
    this.tell();
    this.redraw();
  },

  key(event) {
    const [x, y] = [this.view.width / 2, this.view.height / 2];
    const step = event.shiftKey ? 10 : 60;
    const actions = {
      ArrowLeft: () => this.view.pan(step, 0),
      ArrowRight: () => this.view.pan(-step, 0),
      ArrowUp: () => this.view.pan(0, step),
      ArrowDown: () => this.view.pan(0, -step),
      "+": () => this.view.zoomAt(1.3, x, y),
      "=": () => this.view.zoomAt(1.3, x, y),
      "-": () => this.view.zoomAt(1 / 1.3, x, y),
      0: () => this.view.reset(),
      g: () => this.toggleGlobe(),
      n: () => this.stepFigure(1),
      p: () => this.stepFigure(-1),
      Enter: () => this.take(x, y),
      Escape: () => this.pin(-1),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.cross = true;
    action();
    if (event.key.startsWith("Arrow")) this.hovered(x, y);
    this.redraw();
  },

  stepFigure(step) {
    const count = this.figures.length;
    if (!count) return;
    this.figure = (this.figure + step + count) % count;
    byId("figure").value = this.figure;
    this.recolour();
  },
});
