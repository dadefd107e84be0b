import { UserError } from '../../../errors.ts';
import type { CommandSite, Template } from '../../job/sites.ts';
import { optionsIn } from './words.ts';

/** What would be found out only when a run is there that nobody can follow. */
export function checkSite(name: string, site: CommandSite): void {
  checkStates(name, site);
  checkCursor(name, site);
  checkRemove(name, site);
  const { allowed, cancel, list, logs, options, outputs, remove, required, status, submit } = site;
  const templates: readonly (Template | undefined)[] = [
    ...[submit.run, ...submit.before, ...submit.files.values(), status.run, logs?.run],
    ...[cancel, remove?.run, remove?.list?.run, outputs?.run, list?.run],
  ];
  const asked = templates.flatMap((one) => (one === undefined ? [] : optionsIn(one)));
  for (const option of [...asked, ...required, ...allowed.keys()]) {
    if (options.has(option)) continue;
    throw problem(
      `"{{ options.${option} }}" of the place "${name}" is no option of it`,
      `declare it with its default: options: { ${option}: … }`,
    );
  }
}

function checkStates(name: string, { status }: CommandSite): void {
  const states = new Set(status.states.values());
  const ends = [...states].some((state) => !['queued', 'pulling', 'running', 'absent'].includes(state));
  if (ends && states.has('running')) return;
  throw problem(
    `the place "${name}" has no state for a run that ${ends ? 'runs' : 'has ended'}`,
    'write below "status": states: { running: [RUNNING], succeeded: [DONE], failed: [FAILED] }, with the words of the place',
  );
}

function checkCursor(name: string, { logs, wrap }: CommandSite): void {
  if (logs === undefined && wrap.trailer)
    throw problem(
      `the place "${name}" shows no logs, and the exit code of its runs is to be read from them`,
      'write "logs", or leave "exit-code" of "wrap" out',
    );
  if (logs === undefined || logs.cursor === 'whole') return;
  if (logs.run.some((word) => /\{\{\s*cursor\s*\}\}/.test(JSON.stringify(word)))) return;
  throw problem(
    `the logs of the place "${name}" are read by "${logs.cursor}", and no word is {{ cursor }}`,
    'say where the program gets it, or write "cursor: whole"',
  );
}

function checkRemove(name: string, { remove }: CommandSite): void {
  if (remove === undefined || remove.list !== undefined) return;
  if (!/\{\{\s*item\s*\}\}/.test(JSON.stringify(remove.run))) return;
  throw problem(
    `"remove" of the place "${name}" has the word {{ item }}, and lists nothing`,
    'say below "remove" what lists them: list: { run: […], id: id }',
  );
}

function problem(message: string, hint: string): UserError {
  return new UserError(message, { code: 'defaults', hint });
}
