// The tokens keep the contrast that the design promises, in both themes: 4.5:1 for text, 3:1 for what can be operated.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

type Colour = readonly [red: number, green: number, blue: number, opacity: number];

const file = path.join(import.meta.dirname, '../../src-renderer/app/theme/tokens.css');
const [plain = ''] = readFileSync(file, 'utf8').split('@media');

function token(name: string, dark: boolean): Colour {
  const value = new RegExp(`--${name}:\\s*([^;]+);`).exec(plain)?.[1] ?? '';
  const [, light = value, night = value] = /^light-dark\((.+), (#.+|rgb.+)\)$/.exec(value) ?? [];
  const written = dark ? night : light;
  const [r, g, b, percent] = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(written)?.slice(1).map(Number) ?? [];
  if (r !== undefined && g !== undefined && b !== undefined) return [r, g, b, (percent ?? 100) / 100];
  const hex = (at: number): number => Number.parseInt(written.slice(at, at + 2), 16);
  return [hex(1), hex(3), hex(5), 1];
}

function over([r, g, b, opacity]: Colour, below: Colour): Colour {
  const mix = (top: number, bottom: number): number => top * opacity + bottom * (1 - opacity);
  return [mix(r, below[0]), mix(g, below[1]), mix(b, below[2]), 1];
}

function luminance([r, g, b]: Colour): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** @param surface for example `side`, or `side+hover` for a layer over it */
function contrast(name: string, surface: string, dark: boolean): number {
  const [base = '', ...layers] = surface.split('+');
  const background = layers.reduce((below, layer) => over(token(layer, dark), below), token(base, dark));
  const [bright = 0, dim = 0] = [luminance(token(name, dark)), luminance(background)].sort((x, y) => y - x);
  return (bright + 0.05) / (dim + 0.05);
}

const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['text', ['bg', 'side', 'raised', 'fill', 'sunken', 'attention-soft', 'error-soft', 'side+selected']],
  [
    'text-2',
    [
      'bg',
      'side',
      'raised',
      'fill',
      'attention-soft',
      'error-soft',
      'side+selected',
      'side+hover',
      'raised+selected',
    ],
  ],
  ['text-3', ['bg', 'side', 'raised', 'fill', 'bg+hover', 'side+hover']],
  ['accent', ['bg', 'raised']],
  ['on-accent', ['accent-fill', 'accent-fill-hover']],
  ['error', ['bg', 'side', 'raised', 'error-soft', 'side+hover', 'side+selected']],
  ['attention', ['bg', 'side', 'attention-soft']],
  ['on-tooltip', ['tooltip']],
  ['code-word', ['sunken']],
  ['code-text', ['sunken']],
  ['code-value', ['sunken']],
  ['code-name', ['sunken']],
];
const CONTROLS: typeof TEXT = [
  ['line-control', ['bg', 'raised']],
  ['accent', ['bg', 'side', 'raised', 'side+selected']],
  ['ok', ['bg', 'side']],
  ['waiting', ['bg', 'raised']],
];

describe.each([
  ['light', false],
  ['dark', true],
])('%s', (_theme, dark) => {
  it.each(TEXT)('text in %s is readable', (name, surfaces) => {
    for (const surface of surfaces)
      expect(contrast(name, surface, dark), surface).toBeGreaterThanOrEqual(4.5);
  });

  it.each(CONTROLS)('%s can be told from what it lies on', (name, surfaces) => {
    for (const surface of surfaces) expect(contrast(name, surface, dark), surface).toBeGreaterThanOrEqual(3);
  });
});
