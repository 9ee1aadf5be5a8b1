// The map: hexagons and lines in WebGL 2, everything that is few or moves on a 2D canvas above.

const PROJECT = `
uniform bool uGlobe;
uniform vec2 uCentre;
uniform vec2 uSize;
uniform float uScale;
uniform float uTurn;
const float RADIAN = 0.017453292519943295;
// Pixels from the centre of the screen; z above zero in front.
vec3 project(vec2 place) {
  if (!uGlobe) return vec3((place - uCentre + vec2(uTurn, 0.0)) * uScale, 1.0);
  float lambda = (place.x - uCentre.x) * RADIAN;
  float phi = place.y * RADIAN;
  float phi0 = uCentre.y * RADIAN;
  float front = sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(lambda);
  float y = cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(lambda);
  return vec3(vec2(cos(phi) * sin(lambda), y) * uScale / RADIAN, front);
}
vec4 onScreen(vec3 seen) { return vec4(2.0 * seen.xy / uSize, 0.0, 1.0); }
`;

const CELL_VERTEX = `#version 300 es
precision highp float;
precision highp usampler2D;
layout(location = 0) in vec2 aPlace;
layout(location = 1) in uint aCell;
uniform usampler2D uShades;
uniform usampler2D uOther;
flat out uint vShade;
flat out uint vOther;
out float vFront;
${PROJECT}
void main() {
  ivec2 texel = ivec2(int(aCell) % 2048, int(aCell) / 2048);
  vShade = texelFetch(uShades, texel, 0).r;
  vOther = texelFetch(uOther, texel, 0).r;
  vec3 seen = project(aPlace);
  vFront = seen.z;
  gl_Position = onScreen(seen);
}`;

const CELL_FRAGMENT = `#version 300 es
precision highp float;
flat in uint vShade;
flat in uint vOther;
in float vFront;
uniform sampler2D uPalette;
uniform float uSwipe;
out vec4 colour;
void main() {
  if (vFront < 0.0) discard;
  bool left = gl_FragCoord.x < uSwipe;
  colour = texelFetch(uPalette, ivec2(int(left ? vShade : vOther), left ? 0 : 1), 0);
}`;

const LINE_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 aEnds;
uniform float uWidth;
out float vFront;
${PROJECT}
void main() {
  vec3 from = project(aEnds.xy);
  vec3 to = project(aEnds.zw);
  bool atEnd = gl_VertexID >= 2;
  vec2 along = to.xy - from.xy;
  float length = max(length(along), 1e-6);
  vec2 aside = vec2(-along.y, along.x) / length * (gl_VertexID % 2 == 0 ? -0.5 : 0.5) * uWidth;
  vec3 seen = atEnd ? to : from;
  vFront = min(from.z, to.z);
  gl_Position = onScreen(vec3(seen.xy + aside, seen.z));
}`;

const LINE_FRAGMENT = `#version 300 es
precision highp float;
in float vFront;
uniform vec4 uColour;
out vec4 colour;
void main() {
  if (vFront < 0.0) discard;
  colour = vec4(uColour.rgb * uColour.a, uColour.a);
}`;

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  const uniforms = {};
  for (let number = gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS) - 1; number >= 0; number--) {
    const { name } = gl.getActiveUniform(made, number);
    uniforms[name] = gl.getUniformLocation(made, name);
  }
  return { made, uniforms };
}

/** The ring of a cell with longitudes that run on across the antimeridian, and how often it goes round. */
function ringOf(boundary) {
  const ring = [];
  let last = boundary[0][1];
  for (const [latitude, longitude] of boundary) {
    last += wrap(longitude - last);
    ring.push([last, latitude]);
  }
  const round = Math.round((last + wrap(boundary[0][1] - last) - ring[0][0]) / 360);
  return { ring, round };
}

/** Triangles of all cells: places, numbers of cells, corners. */
function trianglesOf(boundaries, count) {
  const places = new Float32Array(count * 32 + 256);
  const numbers = new Uint32Array(count * 16 + 128);
  const corners = new Uint32Array(count * 30 + 256);
  let vertex = 0;
  let corner = 0;
  const add = (place, cell) => {
    places.set(place, 2 * vertex);
    numbers[vertex] = cell;
    return vertex++;
  };
  for (let cell = 0; cell < count; cell++) {
    const { ring, round } = ringOf(boundaries(cell));
    if (round === 0) {
      const first = vertex;
      ring.forEach((place) => add(place, cell));
      for (let side = 1; side < ring.length - 1; side++) {
        corners.set([first, first + side, first + side + 1], corner);
        corner += 3;
      }
      continue;
    }
    // Around a pole: each side with the pole above it, twice, so that one turn of the map is filled.
    const pole = ring[0][1] > 0 ? 90 : -90;
    const closed = [...ring, [ring[0][0] + 360 * round, ring[0][1]]];
    for (const turn of [0, -360 * round]) {
      for (let side = 0; side < ring.length; side++) {
        const [from, to] = [closed[side], closed[side + 1]].map(([x, y]) => [x + turn, y]);
        const [a, b, c, d] = [from, to, [to[0], pole], [from[0], pole]].map((place) => add(place, cell));
        corners.set([a, b, c, a, c, d], corner);
        corner += 6;
      }
    }
  }
  return {
    places: places.slice(0, 2 * vertex),
    numbers: numbers.slice(0, vertex),
    corners: corners.slice(0, corner),
  };
}

/** Ends of the segments of lines: x, y, x, y of each. */
function segmentsOf(lines) {
  const ends = [];
  for (const { points } of lines) {
    for (let at = 2; at < points.length; at += 2) {
      ends.push(points[at - 2], points[at - 1], points[at], points[at + 1]);
    }
  }
  return new Float32Array(ends);
}

function graticule() {
  const lines = [];
  const line = (place) => {
    const points = [];
    for (let step = 0; step <= 90; step++) points.push(...place(step / 90));
    lines.push({ points });
  };
  for (let longitude = -180; longitude < 180; longitude += 30) line((part) => [longitude, -90 + 180 * part]);
  for (let latitude = -60; latitude <= 60; latitude += 30) line((part) => [-180 + 360 * part, latitude]);
  return lines;
}

class GroundMap {
  constructor(canvas, view, lines) {
    this.canvas = canvas;
    this.view = view;
    const options = { antialias: true, premultipliedAlpha: true, preserveDrawingBuffer: true };
    this.gl = canvas.getContext("webgl2", options);
    if (!this.gl) throw new Error("this browser gives no WebGL 2");
    const gl = this.gl;
    this.cellProgram = program(gl, CELL_VERTEX, CELL_FRAGMENT);
    this.lineProgram = program(gl, LINE_VERTEX, LINE_FRAGMENT);
    this.lines = {
      graticule: this.#lineSet(graticule()),
      coast: this.#lineSet(lines.filter((line) => !line.border)),
      border: this.#lineSet(lines.filter((line) => line.border)),
    };
    this.cells = null;
  }

  #lineSet(lines) {
    const gl = this.gl;
    const ends = segmentsOf(lines);
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, ends, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 4, gl.FLOAT, false, 0, 0);
    gl.vertexAttribDivisor(0, 1);
    return { array, count: ends.length / 4 };
  }

  setCells(triangles, count) {
    const gl = this.gl;
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, triangles.places, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, triangles.numbers, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_INT, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles.corners, gl.STATIC_DRAW);
    const textures = [gl.createTexture(), gl.createTexture(), gl.createTexture()];
    this.cells = { array, corners: triangles.corners.length, rows: Math.ceil(count / 2048), textures };
  }

  /** Shades left and right of the swipe line, and the colours of each side. */
  setShades([left, leftPalette], [right, rightPalette]) {
    const gl = this.gl;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const nearest = () => {
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    };
    [left, right].forEach((shades, unit) => {
      const padded = new Uint8Array(2048 * this.cells.rows);
      padded.set(shades);
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, this.cells.textures[unit]);
      gl.texImage2D(
        gl.TEXTURE_2D, 0, gl.R8UI, 2048, this.cells.rows, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, padded,
      );
      nearest();
    });
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.cells.textures[2]);
    const palettes = new Uint8Array(2 * leftPalette.length);
    palettes.set(leftPalette);
    palettes.set(rightPalette, leftPalette.length);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, palettes);
    nearest();
  }

  #place(uniforms, turn, ratio) {
    const { gl, view } = this;
    gl.uniform1i(uniforms.uGlobe, view.globe ? 1 : 0);
    gl.uniform2f(uniforms.uCentre, view.longitude, view.latitude);
    gl.uniform2f(uniforms.uSize, view.width * ratio, view.height * ratio);
    gl.uniform1f(uniforms.uScale, view.scale * ratio);
    gl.uniform1f(uniforms.uTurn, turn);
  }

  /** Turns of the flat map that reach the screen, in degrees. */
  #turns() {
    const { view } = this;
    if (view.globe) return [0];
    const reach = view.width / 2 / view.scale;
    return [-720, -360, 0, 360, 720].filter(
      (turn) => view.longitude - reach < 210 + turn && view.longitude + reach > -210 + turn,
    );
  }

  /** Draws panes `{ x, y, width, height, swipe }` in pixels of the page; left of `swipe` is the left side. */
  draw(look, panes, ratio) {
    const { gl, canvas } = this;
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(...look.background.map((part) => part / 255), 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    for (const pane of panes) {
      const box = [pane.x, pane.y, pane.width, pane.height].map((size) => Math.round(size * ratio));
      box[1] = canvas.height - box[1] - box[3];
      gl.viewport(...box);
      gl.scissor(...box);
      this.#drawPane(look, pane, ratio);
    }
  }

  #drawPane(look, pane, ratio) {
    const { gl } = this;
    const turns = this.#turns();
    if (this.cells) {
      const { made, uniforms } = this.cellProgram;
      gl.useProgram(made);
      gl.disable(gl.BLEND);
      gl.uniform1i(uniforms.uShades, 0);
      gl.uniform1i(uniforms.uOther, 1);
      gl.uniform1i(uniforms.uPalette, 2);
      gl.uniform1f(uniforms.uSwipe, pane.swipe * ratio);
      this.cells.textures.forEach((texture, unit) => {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, texture);
      });
      gl.bindVertexArray(this.cells.array);
      for (const turn of turns) {
        this.#place(uniforms, turn, ratio);
        gl.drawElements(gl.TRIANGLES, this.cells.corners, gl.UNSIGNED_INT, 0);
      }
    }
    const { made, uniforms } = this.lineProgram;
    gl.useProgram(made);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const [name, width, colour] of look.lines) {
      const set = this.lines[name];
      gl.bindVertexArray(set.array);
      gl.uniform1f(uniforms.uWidth, width * ratio);
      gl.uniform4fv(uniforms.uColour, colour);
      for (const turn of turns) {
        this.#place(uniforms, turn, ratio);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, set.count);
      }
    }
  }
}
