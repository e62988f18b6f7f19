import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newestSchema } from '../../../../src-main/gateway/store/migrations.ts';
import {
  openStore,
  ProfileInUseError,
  StoreUnavailableError,
  type Store,
} from '../../../../src-main/gateway/store/open-store.ts';
import { openSqlite } from '../../../../src-main/gateway/store/sqlite.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

function open(folder: string): Store {
  const store = openStore(folder);
  onTestFinished(() => {
    store.close();
  });
  return store;
}

function mode(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

/** What `openStore` throws. */
function failure(folder: string): Error {
  try {
    openStore(folder).close();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it opened');
}

describe('openStore', () => {
  test('makes a profile that only its owner can read', () => {
    const folder = path.join(temporaryFolder(), 'state', 'clawtray');
    const store = open(folder);
    expect(mode(folder)).toBe('700');
    expect(mode(store.file)).toBe('600');
    expect(mode(`${store.file}-wal`)).toBe('600');
  });

  test('keeps everything when it is opened again', async () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    await store.write(() => store.prepare('CREATE TABLE mine (x TEXT)').run());
    await store.write(() => store.prepare('INSERT INTO mine VALUES (?)').run(['kept']));
    store.close();
    expect(open(folder).prepare('SELECT x FROM mine').get()).toEqual({ x: 'kept' });
  });

  test('writes what still waits before it closes', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    void store.write(() => store.prepare('CREATE TABLE mine (x TEXT)').run());
    store.close();
    expect(open(folder).prepare('SELECT count(*) AS n FROM mine').get()).toEqual({ n: 0 });
  });

  test('refuses a profile that this process has open already', () => {
    const folder = temporaryFolder();
    open(folder);
    const error = failure(folder);
    expect(error).toBeInstanceOf(ProfileInUseError);
    expect(error.message).toContain(folder);
  });

  test('refuses a profile of a newer version and leaves it alone', () => {
    const folder = temporaryFolder();
    const db = openSqlite(path.join(folder, 'clawtray.sqlite'));
    db.exec(`CREATE TABLE future (x TEXT); PRAGMA user_version = ${newestSchema() + 1}`);
    db.close();
    const error = failure(folder);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(/written by a newer Clawtray \(schema \d+\)/);
    const again = openSqlite(path.join(folder, 'clawtray.sqlite'));
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: newestSchema() + 1 });
    again.close();
  });

  test('leaves no lock behind after a start that failed', () => {
    const folder = temporaryFolder();
    open(folder).close();
    const file = path.join(folder, 'clawtray.sqlite');
    const setVersion = (version: number): void => {
      const db = openSqlite(file);
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();
    };
    setVersion(newestSchema() + 1);
    failure(folder);
    setVersion(newestSchema());
    // While it is open here, a second one fails and takes nothing with it.
    const store = openStore(folder);
    failure(folder);
    store.close();
    expect(open(folder).prepare('SELECT count(*) AS n FROM sessions').get()).toEqual({ n: 0 });
  });

  test('says that a damaged database is damaged, where the backups are, and does not touch it', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'clawtray.sqlite');
    writeFileSync(file, 'this is not a database, '.repeat(500));
    const error = failure(folder);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('is damaged');
    expect(error.message).toContain(path.join(folder, 'backups'));
    expect(statSync(file).size).toBe(12_000);
  });

  test('says what to do when the profile is not a folder', () => {
    const folder = path.join(temporaryFolder(), 'clawtray');
    writeFileSync(folder, 'a file is in the way');
    expect(failure(folder)).toBeInstanceOf(StoreUnavailableError);
  });

  test('makes no backup of a profile that needs no migration', () => {
    const folder = temporaryFolder();
    open(folder);
    expect(readdirSync(folder)).not.toContain('backups');
  });

  test('syncs what it commits, and checks references', () => {
    const store = open(temporaryFolder());
    expect(store.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(store.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(store.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  });
});
