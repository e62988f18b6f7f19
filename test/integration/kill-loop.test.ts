import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import { runKillLoop } from '../kill-loop/kill-loop.ts';

const processes = useGatewayProcesses();

/** `node scripts/kill-loop.mjs` asks for more. */
const KILLS = Number(process.env['CLAWTRAY_KILLS'] ?? 25);
const SEED = Number(process.env['CLAWTRAY_SEED'] ?? Date.now() % 100_000);

test(
  'a gateway that is killed at random instants under load keeps all that it acknowledged, once',
  async () => {
    const folders: string[] = [];
    onTestFinished(() => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const report = await runKillLoop({
      kills: KILLS,
      seed: SEED,
      start: (stateDir) => processes(stateDir),
      startAndKill: (stateDir, afterMs) => processes.killed(stateDir, afterMs),
      newFolder: () => {
        const folder = mkdtempSync(path.join(tmpdir(), 'clawtray-kill-'));
        folders.push(folder);
        return folder;
      },
      databaseOf: (stateDir) => path.join(stateDir, 'clawtray', 'clawtray.sqlite'),
      log: (line) => {
        if (process.env['CLAWTRAY_KILLS'] !== undefined) console.log(line);
      },
    });
    const { kills, killedStarts, acknowledged, cutOff, wrong } = report;
    console.log(
      `Seed ${SEED}: ${kills} kills (${killedStarts} of them during a start), ${acknowledged} things acknowledged, ` +
        `${cutOff} requests cut off, ${wrong.length} wrong.`,
    );
    expect(wrong).toEqual([]);
    expect(acknowledged).toBeGreaterThan(KILLS);
  },
  60_000 + KILLS * 3_000,
);
