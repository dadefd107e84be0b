/**
 * Megabytes of text for a second of CPU, from the frames of the engine to the kept log, the metrics and what is shown:
 * `node --import ./scripts/typescript.mjs test/bench/follow-log.ts [rounds]`. All cases take turns, each in a process of its
 * own, whose CPU time beyond its start is counted; the median is told, and the most memory.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogReader } from '../../src/backends/docker/follow/stream.ts';
import { createRunFiles } from '../../src/host/runs/files.ts';
import { createCleaner } from '../../src/log/log.ts';
import { createMasker } from '../../src/log/mask/masker.ts';
import { watchLines } from '../../src/run/lines/watch.ts';
import type { RunEvent } from '../../src/run/types/event.ts';
import { lineReaders } from '../../src/steps/plan/line-readers.ts';
import { followRun } from '../../src/steps/runs/follow-run.ts';

const ROUNDS = 5;
const MEGABYTES = 100;
/** Of frames, as the engine's answer is gathered. */
const PIECE = 256 * 1024;
const PIECES = 16;
const HEADER = 8;
const SECRETS = ['hf_abcdefghijklmnop', 'c2VjcmV0c2VjcmV0', 'another-secret-value'];

interface Case {
  readonly pattern?: string;
  readonly write: (line: number) => string;
}

const isHundredth = (line: number): boolean => line % 100 === 0;
const step = (line: number): string => `step ${line} of 1000000: loss=0.${line % 9973}, 567.8 samples/s\n`;
const other = (line: number): string =>
  `batch ${line} was read from shard-${line % 97}.tar in 0.0${line % 31} s\n`;

const CASES: Readonly<Record<string, Case>> = {
  'no metrics': { write: step },
  'a value in every line': { pattern: 'loss=(?<loss>[-0-9.e]+)', write: step },
  'name and value in every line': { pattern: '(?<name>loss|accuracy)=(?<value>[-0-9.e]+)', write: step },
  'a value in one line of 100': {
    pattern: 'loss=(?<loss>[-0-9.e]+)',
    write: (line) => (isHundredth(line) ? step(line) : other(line)),
  },
  'name and value in one line of 100': {
    pattern: '(?<name>loss|accuracy)=(?<value>[-0-9.e]+)',
    write: (line) => (isHundredth(line) ? step(line) : other(line)),
  },
  'a step and a value in every line': {
    pattern: 'step (?<step>\\d+) of \\d+: loss=(?<loss>\\S+),',
    write: step,
  },
};

const [first] = process.argv.slice(2);
const only = first === undefined ? undefined : CASES[first];
if (only === undefined) compare(Number(first ?? ROUNDS));
else await measure(only);

function compare(rounds: number): void {
  const results = new Map<string, number[]>();
  let most = 0;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(CASES)) {
      const { rate, memory } = inProcess(name);
      results.set(name, [...(results.get(name) ?? []), rate]);
      most = Math.max(most, memory);
    }
  }
  for (const [name, rates] of results) {
    const sorted = rates.toSorted((one, two) => one - two);
    const shown = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)];
    const [median, least, greatest] = shown.map((rate = 0) => rate.toFixed(0));
    console.log(`${name.padEnd(36)} ${median} MB for a second of CPU (${least} to ${greatest})`);
  }
  console.log(`${'most memory'.padEnd(36)} ${most.toFixed(0)} MB`);
}

function inProcess(name: string): { readonly rate: number; readonly memory: number } {
  const words = [...process.execArgv, fileURLToPath(import.meta.url), name];
  const { status, stdout } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`"${name}" ended with ${status}`);
  return JSON.parse(stdout);
}

async function measure({ pattern, write }: Case): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jobimg-follow-log-'));
  const shown = createWriteStream('/dev/null');
  const masker = createMasker(SECRETS);
  const now = (): number => performance.now();
  const files = createRunFiles(join(folder, 'run'));
  const watch = watchLines(await lineReaders(pattern === undefined ? [] : [{ stdout: pattern }], now));
  const counted = { bytes: 0 };
  const pieces = framesOf(write);
  const before = process.cpuUsage();
  await followRun(eventsOf(pieces, counted), watch, files, {
    cleaner: (keep) => createCleaner({ masker, keep, now }),
    host: {
      now,
      info: () => undefined,
      bar: () => undefined,
      lines: (texts) => void shown.write(`${texts.join('\n')}\n`),
    },
  });
  const { user, system } = process.cpuUsage(before);
  await files.closeLog();
  rmSync(folder, { recursive: true });
  if (pattern !== undefined && watch.metrics().length === 0) throw new Error('no metric was found');
  const rate = counted.bytes / (user + system);
  console.log(JSON.stringify({ rate, memory: process.resourceUsage().maxRSS / 1_000 }));
}

/** Pieces of an answer of the engine, each with whole frames; a frame for each line. */
function framesOf(write: Case['write']): readonly Buffer[] {
  let line = 0;
  return Array.from({ length: PIECES }, () => {
    const frames: Buffer[] = [];
    for (let size = 0; size < PIECE; ) {
      const frame = frameOf(write(line++));
      frames.push(frame);
      size += frame.length;
    }
    return Buffer.concat(frames);
  });
}

function frameOf(text: string): Buffer {
  const body = Buffer.from(`2026-01-02T03:04:05.${`${text.length}`.padStart(9, '0')}Z ${text}`);
  const header = Buffer.alloc(HEADER);
  header[0] = 1;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

async function* eventsOf(pieces: readonly Buffer[], counted: { bytes: number }): AsyncGenerator<RunEvent> {
  const reader = new LogReader();
  while (counted.bytes < MEGABYTES * 1e6) {
    for (const piece of pieces) {
      for (const event of reader.push(Buffer.from(piece))) {
        counted.bytes += event.bytes.length;
        yield event;
      }
    }
  }
  yield { type: 'end', verdict: { reason: 'succeeded', exitCode: 0 } };
}
