import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqlite, sqliteFailure, type Database } from '../../../../src-main/gateway/store/sqlite.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

function open(): Database {
  const db = openSqlite(path.join(temporaryFolder(), 'test.sqlite'));
  onTestFinished(() => {
    db.close();
  });
  db.exec('CREATE TABLE t (a TEXT, b INTEGER)');
  return db;
}

describe('the SQLite adapter', () => {
  test('stores and reads every kind of value, a lone null too', () => {
    const db = open();
    db.prepare('INSERT INTO t VALUES (?, ?)').run(['ä😀\u0001', 2 ** 50]);
    db.prepare('INSERT INTO t (a) VALUES (?)').run([null]);
    const [first, second] = db.prepare('SELECT * FROM t').all();
    expect(first).toMatchObject({ a: 'ä😀\u0001', b: 2 ** 50 });
    expect(second).toMatchObject({ a: null, b: null });
  });

  test('answers how many rows changed', () => {
    const db = open();
    const insert = db.prepare('INSERT INTO t (a) VALUES (?)');
    expect(insert.run(['x'])).toBe(1);
    insert.run(['x']);
    expect(db.prepare('UPDATE t SET b = 1 WHERE a = ?').run(['x'])).toBe(2);
    expect(db.prepare('DELETE FROM t WHERE a = ?').run(['nobody'])).toBe(0);
  });

  test('answers undefined for a row that is not there, and rows with only their own columns', () => {
    const db = open();
    expect(db.prepare('SELECT a FROM t').get()).toBeUndefined();
    db.prepare('INSERT INTO t (a) VALUES (?)').run(['x']);
    expect(Object.keys(db.prepare('SELECT a FROM t').get() ?? {})).toEqual(['a']);
  });

  test('a statement can be run again after one that failed', () => {
    const db = open();
    db.exec('CREATE UNIQUE INDEX one ON t (a)');
    const insert = db.prepare('INSERT INTO t (a) VALUES (?)');
    insert.run(['x']);
    expect(() => insert.run(['x'])).toThrow();
    expect(insert.run(['y'])).toBe(1);
  });

  test('closing gives the file back at once, and its statements write no more', () => {
    const file = path.join(temporaryFolder(), 'test.sqlite');
    const first = openSqlite(file);
    first.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT)');
    const insert = first.prepare('INSERT INTO t VALUES (?)');
    insert.run(['x']);
    first.close();
    first.close();
    expect(() => insert.run(['late'])).toThrow('closed');
    const second = openSqlite(file);
    onTestFinished(() => {
      second.close();
    });
    second.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT');
    expect(second.prepare('SELECT a FROM t').all()).toMatchObject([{ a: 'x' }]);
  });

  test('tells a broken rule from a broken disk', () => {
    const db = open();
    db.exec('CREATE UNIQUE INDEX one ON t (a)');
    db.prepare('INSERT INTO t (a) VALUES (?)').run(['x']);
    let failure: unknown;
    try {
      db.prepare('INSERT INTO t (a) VALUES (?)').run(['x']);
    } catch (error) {
      failure = sqliteFailure(error);
    }
    expect(failure).toBe('constraint');
  });
});
