// Loaded before a program (`-r`): its clock starts at TEST_DATE, and stands still with TEST_DATE_STANDS until
// `passTime(ms)` is called. Timers are not touched.
'use strict';

const RealDate = Date;
const began = RealDate.now();
let start = RealDate.parse(process.env.TEST_DATE ?? '');
const stands = process.env.TEST_DATE_STANDS === '1';

const now = () => (stands ? start : start + RealDate.now() - began);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

globalThis.passTime = (ms) => {
  start += ms;
};
