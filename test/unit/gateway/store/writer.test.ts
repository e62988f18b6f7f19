import path from 'node:path';
import { onTestFinished, describe, expect, test, vi } from 'vitest';
import { openSqlite, type Database } from '../../../../src-main/gateway/store/sqlite.ts';
import {
  createWriter,
  type StorageObserver,
  type Writer,
} from '../../../../src-main/gateway/store/writer.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

interface Opened {
  readonly db: Database;
  readonly writer: Writer;
  readonly insert: (text: string) => () => string;
  readonly rows: () => readonly string[];
  /** Every COMMIT that ran. */
  readonly commits: () => number;
}

function open(onOutcome?: StorageObserver): Opened {
  const sqlite = openSqlite(path.join(temporaryFolder(), 'test.sqlite'));
  onTestFinished(() => {
    sqlite.close();
  });
  sqlite.exec('CREATE TABLE lines (text TEXT NOT NULL UNIQUE CHECK (length(text) < 20)) STRICT');
  let commits = 0;
  const db: Database = {
    ...sqlite,
    prepare: (sql) => {
      const statement = sqlite.prepare(sql);
      if (sql !== 'COMMIT') return statement;
      return {
        ...statement,
        run: () => {
          commits += 1;
          return statement.run();
        },
      };
    },
  };
  const writer = onOutcome === undefined ? createWriter(db) : createWriter(db, onOutcome);
  const insert = (text: string) => (): string => {
    db.prepare('INSERT INTO lines (text) VALUES (?)').run([text]);
    return text;
  };
  const rows = (): readonly string[] =>
    sqlite
      .prepare('SELECT text FROM lines ORDER BY rowid')
      .all()
      .map((row) => String(row['text']));
  return { db, writer, insert, rows, commits: () => commits };
}

describe('group commit', () => {
  test('writes that wait together share one commit and keep their order', async () => {
    const { writer, insert, rows, commits } = open();
    const results = await Promise.all(['a', 'b', 'c'].map((text) => writer.write(insert(text))));
    expect(results).toEqual(['a', 'b', 'c']);
    expect(rows()).toEqual(['a', 'b', 'c']);
    expect(commits()).toBe(1);
  });

  test('acknowledges nothing before the commit', async () => {
    const { writer, insert, commits } = open();
    const order: string[] = [];
    const done = writer.write(insert('a')).then(() => order.push(`acknowledged after ${commits()} commits`));
    order.push(`asked after ${commits()} commits`);
    await done;
    expect(order).toEqual(['asked after 0 commits', 'acknowledged after 1 commits']);
  });

  test('a task that fails does not undo its neighbours', async () => {
    const { writer, insert, rows } = open();
    const [first, second, third] = await Promise.allSettled([
      writer.write(insert('a')),
      writer.write(() => {
        insert('half')();
        throw new Error('changed my mind');
      }),
      writer.write(insert('c')),
    ]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(rows()).toEqual(['a', 'c']);
  });

  test('a lone task that fails leaves nothing behind and rejects with its own error', async () => {
    const { writer, insert, rows } = open();
    const problem = new Error('changed my mind');
    const lone = writer.write(() => {
      insert('half')();
      throw problem;
    });
    await expect(lone).rejects.toBe(problem);
    expect(rows()).toEqual([]);
  });

  test('a row that the database refuses is the task’s own failure', async () => {
    const { writer, insert, rows } = open();
    const results = await Promise.allSettled(
      ['a', 'a', 'x'.repeat(50), 'b'].map((t) => writer.write(insert(t))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(rows()).toEqual(['a', 'b']);
  });

  test('goes on after a failure', async () => {
    const { writer, insert, rows } = open();
    await expect(writer.write(insert('x'.repeat(50)))).rejects.toThrow();
    await writer.write(insert('a'));
    expect(rows()).toEqual(['a']);
  });

  test('writes very many at once, in bounded transactions', async () => {
    const { writer, insert, rows, commits } = open();
    await Promise.all(Array.from({ length: 1_200 }, (_, index) => writer.write(insert(`${index}`))));
    expect(rows()).toHaveLength(1_200);
    expect(commits()).toBe(3);
  });

  test('lets others work between two transactions', async () => {
    const { writer, insert, commits } = open();
    const written = Promise.all(
      Array.from({ length: 1_200 }, (_, index) => writer.write(insert(`${index}`))),
    );
    const seen: number[] = [];
    while (commits() < 3) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(commits());
    }
    await written;
    expect(seen).toEqual(expect.arrayContaining([1, 2]));
  });

  test('flush writes what waits, before it returns', async () => {
    const { writer, insert, rows } = open();
    const written = writer.write(insert('a'));
    writer.flush();
    expect(rows()).toEqual(['a']);
    await written;
  });
});

describe('the observer of storage', () => {
  test('is told about every transaction that was written', async () => {
    const observer = vi.fn();
    const { writer, insert } = open(observer);
    await writer.write(insert('a'));
    expect(observer).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  test('is not told about a task’s own mistake', async () => {
    const observer = vi.fn();
    const { writer } = open(observer);
    await expect(
      writer.write(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(observer).not.toHaveBeenCalled();
  });
});
