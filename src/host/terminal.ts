import { styleText } from 'node:util';
import type { Finding } from '../errors.ts';
import { type Cleaner, createCleaner } from '../log/log.ts';
import type { Masker } from '../log/mask/masker.ts';
import { NEVER } from '../never.ts';
import { printTook } from '../report/duration.ts';
import { isRemark, printLocation } from '../report/findings.ts';
import { hintAt } from '../report/text/place-words.ts';
import { safeLine, safeLines } from '../report/text/safe-lines.ts';
import { stopCommand } from '../run/plan/stop-command.ts';
import type { Host } from '../tools/host.ts';
import { createBarLine } from './bar-line.ts';

/** A place to write to: `process.stdout`, `process.stderr`. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal: how wide it is. */
  readonly columns?: number | undefined;
}

export interface TerminalHost extends Host {
  readonly findings: readonly Finding[];
  /** Commands that stop what still runs, for a person who cannot wait. */
  stopCommands(): readonly string[];
}

interface TerminalOptions {
  readonly stdout: Output;
  readonly stderr: Output;
  /** stdout belongs to one JSON object: everything for a person goes to stderr. */
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cancelled: AbortSignal;
  readonly now: () => number;
  readonly masker: Masker;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const LEVEL_STYLE = { error: 'red', warning: 'yellow', notice: 'cyan' } as const;

/** The command line: colours for a person at a terminal, plain lines for everything else. */
export function createTerminalHost(options: TerminalOptions): TerminalHost {
  const { cancelled, now, masker } = options;
  const cleaner = (): Cleaner => createCleaner({ masker });
  const out = options.json ? options.stderr : options.stdout;
  const paint = painter(out, options.env);
  const findings: Finding[] = [];
  const live = new Map<string, string>();

  /** One write for whole lines, so that two streams never mix inside one. */
  const bar = createBarLine(out, options.env);
  const print = (text: string): void => void out.write(`${bar.wiped()}${text}\n`);
  const info = (text: string): void => {
    for (const line of safeLines(text, cleaner)) print(line);
  };

  return {
    cancelled,
    // A person waits as long as they like.
    leaving: NEVER,
    now,
    findings,
    info,
    lines(texts) {
      if (texts.length > 0) print(texts.join('\n'));
    },
    bar: bar.isInPlace ? bar.show : print,
    barEvery: bar.isInPlace ? 1_000 : 10_000,
    async group(title, work, outcomeOf = (_, took) => took) {
      const start = now();
      const head = safeLine(title, cleaner);
      print(paint('bold', head));
      const value = await work();
      const outcome = safeLine(outcomeOf(value, printTook(now() - start)), cleaner);
      print(paint('gray', `${head}: ${outcome}`));
      return value;
    },
    finding(said) {
      const finding = {
        ...said,
        hint: said.hint === undefined ? undefined : hintAt('command line', said.hint),
      };
      findings.push(finding);
      const { stderr } = options;
      const text = renderFinding(finding, painter(stderr, options.env), cleaner);
      out.write(bar.wiped());
      stderr.write(`${text}\n`);
    },
    // Nobody else writes to this terminal, and what is written here was cleaned.
    mask: () => undefined,
    remember: (handle, defaults) => void live.set(handle.run, stopCommand(handle, defaults)),
    forget: (handle) => void live.delete(handle.run),
    stopCommands: () => [...live.values()],
  };
}

/** https://no-color.org, and no colour where nobody looks. */
function painter(output: Output, env: TerminalOptions['env']): Paint {
  const plain = Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb' || output.isTTY !== true;
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }));
}

function renderFinding(finding: Finding, paint: Paint, cleaner: () => Cleaner): string {
  const { level, message, hint } = finding;
  const written = printLocation(finding);
  const place = written === undefined ? undefined : safeLine(written, cleaner);
  const lines = safeLines(message, cleaner);
  const before = [
    ...(place === undefined ? [] : [paint('bold', `${place}:`)]),
    ...(isRemark(finding) ? [] : [`${paint(LEVEL_STYLE[level], level)}:`]),
  ];
  const head = [...before, lines[0] ?? ''].join(' ');
  const advice = hint === undefined ? [] : [paint('cyan', `  → ${safeLines(hint, cleaner).join('\n')}`)];
  return [head, ...lines.slice(1), ...advice].join('\n');
}
