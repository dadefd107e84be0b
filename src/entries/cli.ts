import { connect } from '../connect/connect.ts';
import { isHosted } from '../disk/free-space.ts';
import { readCaller } from '../host/caller.ts';
import { watchSignals } from '../host/cancellation.ts';
import { explainFullDisk } from '../host/disk-full.ts';
import type { Call, CompletionCall, ConvertCall, InitCall } from '../host/inputs/call.ts';
import { exitsAsRun, parseArguments } from '../host/inputs/command-line.ts';
import type { PruneCall, RecordsCall } from '../host/inputs/record-commands.ts';
import { createTerminalHost, type TerminalHost } from '../host/terminal.ts';
import { INPUT_DEFAULTS, type Inputs } from '../inputs/inputs.ts';
import { systemClock } from '../io/clock.ts';
import { errnoOf } from '../io/errno.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { createCleaner } from '../log/log.ts';
import { createMasker } from '../log/mask/masker.ts';
import { OURS } from '../report/command/exit-code.ts';
import { findingJson } from '../report/failed/finding-json.ts';
import { CANCELLED, type Failure, failureOf } from '../report/failure.ts';
import { jsonText } from '../report/json-text.ts';
import { hideIn, hintsOfCommandLine, type Json } from '../report/plan-json.ts';
import { printRemoval } from '../report/text/removal.ts';
import { safeLines } from '../report/text/safe-lines.ts';
import { readCheckout } from '../source/checkout.ts';
import { jobNames } from '../steps/plan/job-names.ts';
import type { Tools } from '../tools/tools.ts';
import { VERSION } from '../version.ts';

const { stdout, stderr, env } = process;
const masker = createMasker();

/** The command line; `jobimg --help` lists its commands. */
export async function cli(): Promise<void> {
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
  const words = process.argv.slice(2);
  // An image that is what it should be leaves stdout empty.
  const terminal = createTerminal(
    words.includes('--json') || ['verify', 'convert', 'sbom'].includes(words[0] ?? ''),
  );
  try {
    const call = await parseArguments(words, {
      cwd: process.cwd(),
      env,
      version: VERSION,
      write: (text) => stdout.write(text),
    });
    if (call !== undefined) process.exitCode = await answer(call, terminal);
  } catch (caught) {
    const error = await explainFullDisk(caught, [temporaryFolder(env), process.cwd()], isHosted(env));
    const failure = failureOf(error, terminal.cancelled.aborted);
    const isOurs = failure.status === 'failure' && exitsAsRun(words[0]);
    process.exitCode = isOurs ? OURS : failure.exitCode;
    fail(failure, terminal, words.includes('--json'));
  } finally {
    terminal.close();
  }
}

/** `jobimg run | head` is no mistake: what nobody reads any more is not written, and the run goes on to its end. */
function ignoreClosedPipe(error: Error): void {
  if (errnoOf(error) !== 'EPIPE') throw error;
}

interface Terminal extends TerminalHost {
  close(): void;
}

function createTerminal(json: boolean): Terminal {
  const { signal, close } = watchSignals(process, leave);
  const host = createTerminalHost({
    stdout,
    stderr,
    json,
    env,
    cancelled: signal,
    now: systemClock.now,
    masker,
  });
  return { ...host, close };

  function leave(): void {
    for (const command of host.stopCommands()) stderr.write(`still running, stop it with: ${command}\n`);
    process.exit(CANCELLED.exitCode);
  }
}

/** Calls that read no spec and ask no tool. */
type MachineCall = ConvertCall | InitCall | RecordsCall | PruneCall;

async function answer(call: Call, terminal: Terminal): Promise<number> {
  if (call.command === 'prune')
    return call.registry === undefined ? await prune(call, terminal) : await pruneTags(call, terminal);
  if (call.command === 'convert') return await convert(call, terminal);
  if (call.command === 'init') return await init(call, terminal);
  if (call.command === 'runs') return await records(call, terminal);
  if (call.command === 'completion' && call.shell !== 'jobs') return await completion(call);
  return await answerWithTools(call, terminal);
}

/** Tags of a repository are removed by nobody who did not name it. */
async function pruneTags(call: PruneCall, terminal: Terminal): Promise<number> {
  const { pruneTagsOf } = await import('./commands/prune-tags.ts');
  const registry = { kind: 'repository', text: call.registry ?? '' } as const;
  return await withTools({ ...INPUT_DEFAULTS, folder: process.cwd(), registry }, terminal, (tools) =>
    pruneTagsOf(call, tools, { env }),
  );
}

async function answerWithTools(call: Exclude<Call, MachineCall>, terminal: Terminal): Promise<number> {
  const inputs = 'inputs' in call ? call.inputs : { ...INPUT_DEFAULTS, folder: process.cwd() };
  return await withTools(inputs, terminal, (tools) => answerBy(call, tools, terminal));
}

async function withTools(
  inputs: Inputs,
  terminal: Terminal,
  work: (tools: Tools) => Promise<number>,
): Promise<number> {
  const caller = await readCaller(inputs, env, readCheckout(inputs.folder));
  const tools = connect(inputs, { env, host: terminal, masker, clock: systemClock, caller });
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}

async function answerBy(call: Exclude<Call, MachineCall>, tools: Tools, terminal: Terminal): Promise<number> {
  if (call.command === 'stop') return await stop(call.run, tools, terminal);
  if (call.command === 'completion') {
    for (const name of await jobNames(call.inputs, tools)) terminal.info(name);
    return 0;
  }
  if (call.command === 'sbom') {
    const { artifactCommand } = await import('./commands/artifacts.ts');
    return await artifactCommand(call, tools, (text) => void stdout.write(text));
  }
  if (call.command === 'fit') {
    const { fitCall } = await import('./commands/fit.ts');
    return await fitCall(call, tools, print);
  }
  if (call.command === 'pull') {
    const { pullCommand } = await import('./commands/pull.ts');
    return await pullCommand(call, tools, { env, print });
  }
  if ('follow' in call) {
    const { runsCommand } = await import('./commands/runs.ts');
    return await runsCommand(call, tools, print);
  }
  const { answerForSpec } = await import('./commands/spec.ts');
  const say = (line: string) => void stdout.write(`${line}\n`);
  return await answerForSpec(call, tools, { cwd: process.cwd(), env, print, say });
}

async function prune(call: PruneCall, terminal: Terminal): Promise<number> {
  const { pruneRunsAndImages } = await import('./commands/prune.ts');
  const { cancelled, info } = terminal;
  await pruneRunsAndImages(call, { cwd: process.cwd(), env, cancelled, info });
  if (call.dryRun) {
    info('builder jobimg: would be removed with its cache, where it is there and not in use');
    return 0;
  }
  const { removeBuilder } = await import('../connect/docker.ts');
  const removal = await removeBuilder(env, terminal.cancelled);
  terminal.info(printRemoval(removal));
  return removal === 'removed' || removal === 'absent' ? 0 : 4;
}

/** Its parser is loaded for nothing else. */
async function convert(call: ConvertCall, terminal: Terminal): Promise<number> {
  const { convertCall } = await import('./commands/convert.ts');
  return await convertCall(call, { cwd: process.cwd(), terminal, write: (text) => stdout.write(text) });
}

async function init(call: InitCall, terminal: Terminal): Promise<number> {
  const { initCall } = await import('./commands/init.ts');
  return initCall(call, terminal);
}

async function records(call: RecordsCall, terminal: Terminal): Promise<number> {
  const { recordsCall } = await import('./commands/records.ts');
  await recordsCall(call, { cwd: process.cwd(), env, info: terminal.info, print });
  return 0;
}

/** The scripts are of use once for a machine. */
async function completion({ shell }: CompletionCall): Promise<number> {
  const { completionScript } = await import('../host/inputs/completion/completion.ts');
  stdout.write(completionScript(shell));
  return 0;
}

async function stop(run: string | undefined, tools: Tools, terminal: Terminal): Promise<number> {
  const { listRuns, stopRun } = await import('../steps/left-runs/stop-run.ts');
  if (run !== undefined) await stopRun(run, tools);
  else for (const line of await listRuns(tools)) terminal.info(line);
  return 0;
}

function print(json: Json): void {
  stdout.write(`${jsonText(hideIn(hintsOfCommandLine(json), masker.hide))}\n`);
}

/** What the user can mend is told as findings; a bug keeps its stack. */
function fail({ reason, findings }: Failure, terminal: Terminal, json: boolean): void {
  if (json) print({ kind: reason, findings: findings.map(findingJson) });
  if (reason === 'internal') {
    const cleaner = () => createCleaner({ masker });
    const lines = findings.flatMap(({ message }) => safeLines(message, cleaner));
    stderr.write(`${lines.join('\n')}\n`);
    return;
  }
  for (const finding of findings) terminal.finding(finding);
}
