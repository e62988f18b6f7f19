import { describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../../../../src-main/shared/errors.ts';
import type { Database } from '../../../../src-main/gateway/store/sqlite.ts';
import { asStorageError, createWriter } from '../../../../src-main/gateway/store/writer.ts';

/** A database whose COMMIT (or another statement) fails as SQLite does. */
function failing(statement: string, code: string, times = Infinity): { db: Database; ran: string[] } {
  let left = times;
  const ran: string[] = [];
  const db: Database = {
    driver: 'libsql',
    exec: () => undefined,
    close: () => undefined,
    prepare: (sql) => ({
      run: () => {
        ran.push(sql);
        if (sql === statement && left > 0) {
          left -= 1;
          throw Object.assign(new Error('it failed'), { code });
        }
        return 0;
      },
      get: () => undefined,
      all: () => [],
    }),
  };
  return { db, ran };
}

describe('when storage fails', () => {
  test('nobody in the transaction is acknowledged, and each is told in words', async () => {
    const { db } = failing('COMMIT', 'SQLITE_FULL');
    const writer = createWriter(db);
    const results = await Promise.allSettled([writer.write(() => 1), writer.write(() => 2)]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: {
          kind: 'unavailable',
          message: 'The disk is full, so nothing can be saved. Free some space and try again.',
          details: { reason: 'storage-full' },
          retryable: true,
        },
      });
    }
  });

  test('the transaction is rolled back', async () => {
    const { db, ran } = failing('COMMIT', 'SQLITE_IOERR_WRITE');
    await expect(createWriter(db).write(() => 1)).rejects.toThrow('The disk reported an error');
    expect(ran.at(-1)).toBe('ROLLBACK');
  });

  test('a full disk inside a task undoes the whole transaction, not just that task', async () => {
    const { db, ran } = failing('insert', 'SQLITE_FULL');
    const writer = createWriter(db);
    const results = await Promise.allSettled([
      writer.write(() => 1),
      writer.write(() => db.prepare('insert').run()),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(ran).not.toContain('COMMIT');
  });

  test('the observer hears of the failure and of the recovery', async () => {
    const observer = vi.fn();
    const { db } = failing('COMMIT', 'SQLITE_FULL', 1);
    const writer = createWriter(db, observer);
    await expect(writer.write(() => 1)).rejects.toThrow();
    expect(observer.mock.calls[0]?.[0]).toBeInstanceOf(GatewayError);
    await writer.write(() => 2);
    expect(observer).toHaveBeenLastCalledWith(undefined);
  });
});

describe('asStorageError', () => {
  test.each([
    ['SQLITE_FULL', 'storage-full', true],
    ['SQLITE_READONLY_DBMOVED', 'storage-read-only', true],
    ['SQLITE_IOERR_FSYNC', 'storage-io', true],
    ['SQLITE_BUSY', 'storage-busy', true],
    ['SQLITE_CORRUPT', 'storage-corrupt', false],
    ['SQLITE_NOTADB', 'storage-corrupt', false],
    ['SQLITE_SOMETHING_NEW', 'storage-other', true],
  ])('explains %s as %s', (code, reason, retryable) => {
    const told = asStorageError(Object.assign(new Error('x'), { code }));
    expect(told).toMatchObject({ kind: 'unavailable', details: { reason }, retryable });
    expect((told as Error).message).not.toContain('SQLITE');
  });

  test.each([
    ['libsql', { rawCode: 0x30a }, 'storage-io'],
    ['node:sqlite', { errcode: 13 }, 'storage-full'],
  ])('reads the extended numbers of %s', (_driver, fields, reason) => {
    expect(asStorageError(Object.assign(new Error('x'), fields))).toMatchObject({ details: { reason } });
  });

  test.each([
    new Error('mine'),
    new TypeError('no'),
    'text',
    undefined,
    Object.assign(new Error('x'), { code: 'ENOENT' }),
  ])('lets %s pass unchanged', (error) => {
    expect(asStorageError(error)).toBe(error);
  });
});
