import { describe, expect, test } from 'vitest';
import { createLedger } from '../../kill-loop/ledger.ts';

describe('the ledger of the kill loop', () => {
  test('misses what was acknowledged, and notices what is there twice or for no reason', () => {
    const ledger = createLedger();
    ledger.shelf('job').things.set('a', 'acked').set('b', 'acked').set('c', 'gone');
    expect(ledger.check('job', ['b', 'b', 'c', 'd'])).toEqual([
      'job b is there more than once',
      'job a was acknowledged and is not there',
      'job c was removed and is there',
      'job d is there and nobody asked for it',
    ]);
  });

  test('takes either outcome of what was cut off, and then holds the gateway to it', () => {
    const ledger = createLedger();
    ledger.shelf('job').things.set('done', 'open').set('not done', 'open').set('removed', 'leaving');
    expect(ledger.check('job', ['done'])).toEqual([]);
    expect(ledger.check('job', ['removed'])).toEqual([
      'job done was acknowledged and is not there',
      'job removed was removed and is there',
    ]);
  });

  test('knows what a value may be', () => {
    const ledger = createLedger();
    ledger.change('label', 'one')();
    ledger.change('label', 'two');
    expect(ledger.checkRegister('label', 'one')).toEqual([]);
    ledger.change('label', 'three')();
    expect(ledger.checkRegister('label', 'one')).toEqual(['label is one; acknowledged was three, open ']);
    expect(ledger.checkRegister('label', 'two')).toHaveLength(1);
    expect(ledger.acknowledged()).toBe(2);
  });
});
