// Draws every icon from one description into assets/. Needs rsvg-convert (Debian: librsvg2-bin); its results are kept in
// the repository, so only who changes the drawing runs it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const assets = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'assets');

/** Three claw marks over a tray, on a grid of 16. */
const MARK = 'C6.2 4.2 5.3 6.9 2.6 9 C3.5 6.6 3.7 4.3 3.4 2.3 A1.15 1.15 0 0 1 5.7 1.6 Z';
const MARKS = [0, 3.7, 7.4].map((x) => `<path transform="translate(${x} 0)" d="M5.7 1.6 ${MARK}"/>`);
const TRAY = 'M1.8 10.4 V12.6 A1.4 1.4 0 0 0 3.2 14 H12.8 A1.4 1.4 0 0 0 14.2 12.6 V10.4';
const STROKE = 'fill="none" stroke-linecap="round" stroke-linejoin="round"';

/** @param {string} colour @param {readonly string[]} marks */
const glyph = (colour, marks = MARKS) =>
  `<g fill="${colour}">${marks.join('')}</g><path d="${TRAY}" stroke="${colour}" stroke-width="1.6" ${STROKE}/>`;

/** Every state differs in shape, so that it can be told without colour. @type {Record<string, (colour: string) => string>} */
const states = {
  idle: (colour) => glyph(colour),
  working: (colour) =>
    `${glyph(colour)}<path d="M4.4 10.4 H11.6 V12 H4.4 Z" fill="${colour}" stroke="${colour}" stroke-width="0.8" stroke-linejoin="round"/>`,
  waiting: (colour) =>
    `${glyph(colour, MARKS.slice(0, 2))}<circle cx="12.6" cy="3.9" r="2.9" fill="${colour}"/>`,
  paused: (colour) =>
    `${glyph(colour, MARKS.slice(0, 2))}<path d="M11.4 1.7 V6.7 M14 1.7 V6.7" stroke="${colour}" stroke-width="1.7" ${STROKE}/>`,
  error: (colour) =>
    `${glyph(colour, MARKS.slice(0, 2))}<path d="M12.8 1.7 V5.2" stroke="${colour}" stroke-width="2" ${STROKE}/>` +
    `<circle cx="12.8" cy="8" r="1.15" fill="${colour}"/>`,
  offline: (colour) =>
    `<mask id="cut"><rect width="16" height="16" fill="#fff"/><path d="M14.2 1.8 L1.8 14.2" stroke="#000" stroke-width="4.4"/></mask>` +
    `<g mask="url(#cut)">${glyph(colour)}</g><path d="M14.2 1.8 L1.8 14.2" stroke="${colour}" stroke-width="1.6" ${STROKE}/>`,
};

/** @param {string} body */
const svg = (body) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${body}</svg>`;

/** @param {string} source @param {string} file @param {number} size */
function draw(source, file, size) {
  mkdirSync(path.dirname(path.join(assets, file)), { recursive: true });
  execFileSync('rsvg-convert', ['-w', String(size), '-h', String(size), '-o', path.join(assets, file)], {
    input: source,
  });
}

for (const [state, body] of Object.entries(states)) {
  // macOS colours template images itself: black and transparency only.
  draw(svg(body('#000')), `tray/mac/${state}Template.png`, 16);
  draw(svg(body('#000')), `tray/mac/${state}Template@2x.png`, 32);
  for (const [tone, colour] of Object.entries({ light: '#f4f4f5', dark: '#27272a' })) {
    for (const [suffix, size] of Object.entries({ '': 16, '@1.25x': 20, '@1.5x': 24, '@2x': 32 })) {
      draw(svg(body(colour)), `tray/windows/${state}-${tone}${suffix}.png`, size);
    }
    for (const [suffix, size] of Object.entries({ '': 24, '@2x': 48 })) {
      draw(svg(body(colour)), `tray/linux/${state}-${tone}${suffix}.png`, size);
    }
  }
}

const ACCENT = '#2a5dc8';
const appIcon = svg(
  `<rect x="0.9" y="0.9" width="14.2" height="14.2" rx="3.4" fill="${ACCENT}"/>` +
    `<g transform="translate(8 8.1) scale(0.6) translate(-8 -8)">${glyph('#fff')}</g>`,
);
writeFileSync(path.join(assets, 'icon.svg'), appIcon);
for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) draw(appIcon, `icons/${size}x${size}.png`, size);
draw(appIcon, 'icon.png', 512);
process.stdout.write('icons drawn\n');
