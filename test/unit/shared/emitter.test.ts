import { describe, expect, test, vi } from 'vitest';
import { Emitter } from '../../../src-main/shared/emitter.ts';

interface Events {
  said: string;
  counted: number;
}

const fail = (error: unknown): never => {
  throw error instanceof Error ? error : new Error(String(error));
};

describe('Emitter', () => {
  test('tells every listener of an event, in the order in which they came', () => {
    const emitter = new Emitter<Events>(fail);
    const heard: string[] = [];
    emitter.on('said', (text) => heard.push(`first ${text}`));
    emitter.on('said', (text) => heard.push(`second ${text}`));
    emitter.on('counted', () => heard.push('other'));
    emitter.emit('said', 'hello');
    expect(heard).toEqual(['first hello', 'second hello']);
  });

  test('goes on with the other listeners when one throws', () => {
    const onError = vi.fn();
    const emitter = new Emitter<Events>(onError);
    const heard = vi.fn();
    const problem = new Error('no');
    emitter.on('said', () => {
      throw problem;
    });
    emitter.on('said', heard);
    emitter.emit('said', 'hello');
    expect(heard).toHaveBeenCalledWith('hello');
    expect(onError).toHaveBeenCalledWith(problem, 'said');
  });

  test('stops telling a listener that unsubscribed, however often it does so', () => {
    const emitter = new Emitter<Events>(fail);
    const heard = vi.fn();
    const unsubscribe = emitter.on('said', heard);
    unsubscribe();
    unsubscribe();
    emitter.emit('said', 'hello');
    expect(heard).not.toHaveBeenCalled();
  });

  test('survives listeners that come and go while it tells', () => {
    const emitter = new Emitter<Events>(fail);
    const late = vi.fn();
    const unsubscribe = emitter.on('said', () => {
      unsubscribe();
      emitter.on('said', late);
    });
    emitter.emit('said', 'one');
    expect(late).not.toHaveBeenCalled();
    emitter.emit('said', 'two');
    expect(late).toHaveBeenCalledExactlyOnceWith('two');
  });

  test('says nothing to nobody', () => {
    expect(() => new Emitter<Events>(fail).emit('counted', 1)).not.toThrow();
  });
});
