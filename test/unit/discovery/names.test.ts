import { describe, expect, test } from 'vitest';
import { announcedName, instanceOf, localHost, shownName } from '../../../src-main/discovery/names.ts';

describe('the name of an announcement', () => {
  test('is this computer’s, and says whose gateway it is', () => {
    expect(announcedName('desk', 1)).toBe('desk (Clawtray)');
    expect(announcedName('desk', 2)).toBe('desk (Clawtray) (2)');
  });

  test.each([
    ['my.desk.lan', 'my-desk-lan (Clawtray)'],
    ['', 'gateway (Clawtray)'],
    ['a\u0000b\u202Ec\n', 'a bc (Clawtray)'],
  ])('%j becomes %j', (name, announced) => {
    expect(announcedName(name, 1)).toBe(announced);
  });

  test.each(['ü'.repeat(200), '猫'.repeat(200), '😀'.repeat(200), 'x'.repeat(5_000)])(
    'fits into a label of DNS, whatever it is made of',
    (name) => {
      for (const attempt of [1, 2, 10]) {
        const announced = announcedName(name, attempt);
        expect(Buffer.byteLength(announced)).toBeLessThanOrEqual(63);
        expect(announced).not.toContain('\uFFFD');
      }
    },
  );
});

test.each([
  ['desk', 'desk.local'],
  ['desk.example.com', 'desk.local'],
  ['-bad-', 'clawtray.local'],
  ['名前', 'clawtray.local'],
  ['', 'clawtray.local'],
  ['x'.repeat(64), 'clawtray.local'],
])('a computer called %j is %s in the network', (hostname, host) => {
  expect(localHost(hostname)).toBe(host);
});

test.each([
  ['desk (OpenClaw)._openclaw-gw._tcp.local', 'desk (OpenClaw)'],
  ['Dot. Com._OPENCLAW-GW._tcp.local.', 'Dot. Com'],
  ['_openclaw-gw._tcp.local', undefined],
  ['._openclaw-gw._tcp.local', undefined],
  ['desk._http._tcp.local', undefined],
  ['desk._openclaw-gw._tcp.local.evil.example', undefined],
])('%j is the announcement of %j', (fullName, instance) => {
  expect(instanceOf(fullName)).toBe(instance);
});

test.each([
  ['desk\\032\\(2\\)', 'desk (2)'],
  ['caf\\195\\169', 'café'],
  ['a\\.b', 'a.b'],
  ['\\', '\\'],
  ['\\999', '\\999'],
  ['\u0007\u202Eoops', 'oops'],
  ['\u200B', 'gateway'],
  ['x'.repeat(10_000), 'x'.repeat(64)],
])('%.20j is shown as %.20j', (instance, shown) => {
  expect(shownName(instance)).toBe(shown);
});
