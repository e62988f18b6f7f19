// How long something is at work, second by second; nothing for the first ones.

import { useEffect, useState } from 'react';
import { durationWords } from '../../../app/i18n/times.ts';

const SAY_AFTER = 2_000;

export function Elapsed({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => {
      setNow(Date.now());
    }, 1_000);
    return () => {
      window.clearInterval(timer);
    };
  }, []);
  const elapsed = Math.floor(Math.max(0, now - since) / 1_000) * 1_000;
  return elapsed < SAY_AFTER ? null : <span>{durationWords(elapsed)}</span>;
}
