import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { SpecCall } from '../../host/inputs/call.ts';
import { writeLockFile } from '../../host/lock-file.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Variables } from '../../io/process/exec.ts';
import { checkSentence } from '../../report/command/check.ts';
import { elsewhereFindings } from '../../report/command/elsewhere.ts';
import { OURS, runsExitCode } from '../../report/command/exit-code.ts';
import { findingJson } from '../../report/failed/finding-json.ts';
import { type Json, planJson } from '../../report/plan-json.ts';
import { resultJson } from '../../report/result-json.ts';
import { printExplained } from '../../report/text/explained.ts';
import { printDockerfiles } from '../../report/text/planned.ts';
import { printResult } from '../../report/text/result.ts';
import { verifyExitCode, verifyJson } from '../../report/verify-result.ts';
import { openShell } from '../../steps/left-runs/open-shell.ts';
import { isCurrent, lockJobs, lockSentence } from '../../steps/lock/lock-jobs.ts';
import { main } from '../../steps/main.ts';
import { explainJobs } from '../../steps/plan/explain.ts';
import { verifyImages } from '../../steps/verify/verify-images.ts';
import type { Result } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';

interface CommandContext {
  readonly cwd: string;
  readonly env: Variables;
  print(json: Json): void;
  /** One line of the answer. */
  say(line: string): void;
}

/** Commands that read a spec, and their exit codes. */
export async function answerForSpec(
  { command, inputs, dockerfile, signature }: SpecCall,
  tools: Tools,
  context: CommandContext,
): Promise<number> {
  if (command === 'explain') return await explain(inputs, tools, context);
  if (command === 'lock') return await lock(inputs, tools, context);
  const { published } = inputs;
  // An image is named by its digest.
  if (command === 'verify' && published?.includes('@') === false && existsSync(published)) {
    const [{ verifyFile }, { connectSignatureCheck }] = await Promise.all([
      import('./verify-file.ts'),
      import('../../connect/github/signature-check.ts'),
    ]);
    const check = connectSignatureCheck({ env: context.env, trustedRoot: signature.trustedRoot });
    return await verifyFile(published, { inputs, signature }, tools, { ...context, check });
  }
  if (signature.isRequired) throw noFile(published);
  if (command === 'verify') return await verify(inputs, tools, context);
  return await answerByMain({ command, inputs, dockerfile }, tools, context);
}

/** Images are proved by building them again. */
function noFile(published: string | undefined): UserError {
  const what = published === undefined ? 'no file was named' : `"${published}" is no file that is there`;
  return new UserError(`${what}, and a signature is checked about a file`, {
    kind: 'usage',
    hint: 'write jobimg verify <file> --bundle <bundle>, or leave these options out for an image',
  });
}

async function answerByMain(
  { command, inputs, dockerfile }: Omit<SpecCall, 'signature'>,
  tools: Tools,
  { print }: CommandContext,
): Promise<number> {
  const { host } = tools;
  const result = await main(inputs, tools);
  for (const finding of [...result.findings, ...(result.preview?.findings ?? [])]) host.finding(finding);
  if (command === 'shell') return await openShell(result, inputs, tools);
  if (command === 'check' && !inputs.json) return await checked(result, host);
  for (const line of dockerfile ? printDockerfiles(result.plan.jobs) : []) host.info(line);
  return ended(result, inputs, tools, print);
}

async function checked({ plan, findings, cost }: Result, host: Tools['host']): Promise<number> {
  if (cost !== undefined) {
    const { costLines } = await import('../../report/cost/cost-text.ts');
    for (const line of costLines(cost)) host.info(line);
  }
  host.info(checkSentence(plan, findings));
  return 0;
}

/** Shows a result, and gives the exit code of what was run. */
function ended(
  result: Result,
  { json }: Inputs,
  { caller, host }: Tools,
  print: CommandContext['print'],
): number {
  const elsewhere = elsewhereFindings(result);
  const shown = { ...result, findings: [...result.findings, ...elsewhere] };
  if (json) print(jsonOf(shown, caller.rights.trusted));
  else for (const line of printResult(shown)) host.info(line);
  for (const finding of elsewhere) host.finding(finding);
  const code = runsExitCode(result.runs);
  return elsewhere.length > 0 ? Math.max(OURS, code) : code;
}

async function explain(inputs: Inputs, tools: Tools, { print }: CommandContext): Promise<number> {
  const jobs = await explainJobs(inputs, tools);
  if (inputs.json)
    print(jobs.map(({ job, values }) => ({ job, values: values.map((value) => ({ ...value })) })));
  else for (const line of printExplained(jobs)) tools.host.info(line);
  return 0;
}

async function lock(inputs: Inputs, tools: Tools, { print }: CommandContext): Promise<number> {
  const { host } = tools;
  const locked = await lockJobs(inputs, tools);
  const { text, changes, findings } = locked;
  if (text !== undefined) writeLockFile(inputs.folder, text);
  for (const finding of findings) host.finding(finding);
  for (const line of changes) host.info(line);
  const current = isCurrent(locked);
  if (current) host.info(lockSentence(locked));
  if (inputs.json) print({ changes, findings: findings.map(findingJson) });
  return current ? 0 : 1;
}

async function verify(inputs: Inputs, tools: Tools, { print }: CommandContext): Promise<number> {
  const verified = await verifyImages(inputs, tools);
  for (const finding of verified.findings) tools.host.finding(finding);
  if (inputs.json) print(verifyJson(verified));
  return verifyExitCode(verified);
}

function jsonOf({ preview, ...result }: Result, trusted: boolean): Json {
  if (preview === undefined) return resultJson(result, trusted);
  const findings = [...result.findings, ...preview.findings];
  return planJson(result.plan, { ...preview, findings }, result.cost);
}
