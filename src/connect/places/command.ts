import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { systemClock } from '../../io/clock.ts';
import { stateFolder, temporaryFolder, workspaceFolder } from '../../io/fs/folders.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { BackendChoice } from '../../jobspec/job/job.ts';
import { isPresetName } from '../../jobspec/job/preset-names.ts';
import type { CommandSite } from '../../jobspec/job/sites.ts';
import type { Sites } from '../../jobspec/layers/sites.ts';
import { defaultsOption } from '../../run/detach/defaults-option.ts';
import type { Handle } from '../../run/types/handle.ts';
import { type LookedAtRun, whereBackend } from '../../run/types/written-run.ts';
import type { Backend } from '../../tools/backend.ts';
import type { BackendConnection, LeftRunCaller } from '../backend-connection.ts';
import type { ConnectContext } from '../context.ts';
import { readSites, sitesFor, tellUnknownPlace } from './sites.ts';

async function connect(
  { options }: BackendChoice,
  secrets: ReadonlyMap<string, string>,
  context: ConnectContext,
): Promise<Backend> {
  const { caller, clock, env, host, inputs } = context;
  const { name, site } = chosen(options, await readSites(inputs.defaults, inputs.folder));
  return await create(name, site, {
    env,
    clock,
    secrets,
    defaultsOption: caller.defaultsOption,
    progress: host.info,
  });
}

async function refuse(
  asked: LookedAtRun,
  { inputs }: Pick<ConnectContext, 'inputs'>,
  findings: Findings,
): Promise<void> {
  const { refuseAtPlace, refuseData } = await import('../../backends/command/refusals.ts');
  refuseData(asked, findings);
  const sites = await sitesFor(asked, inputs);
  if (sites.commands === undefined) return tellUnknownPlace(asked, findings);
  const at = whereBackend(asked, 'command');
  const place = findings.attempt(at, () => chosen(asked.run.backend.options, sites));
  if (place !== undefined) refuseAtPlace(asked, place, findings);
}

function chosen(
  { place }: BackendChoice['options'],
  sites: Sites,
): { readonly name: string; readonly site: CommandSite } {
  const name = place === undefined ? onlyPlace(sites) : String(place);
  return { name, site: siteOf(name, sites) };
}

async function reconnect({ native }: Handle, { env, defaults, host }: LeftRunCaller): Promise<Backend> {
  const checkout = workspaceFolder(env);
  const name = native['place'] ?? '';
  const site = siteOf(name, await readSites(defaults, checkout));
  return await create(name, site, {
    env,
    clock: systemClock,
    secrets: new Map(),
    defaultsOption: defaultsOption(defaults, env),
    progress: host.info,
  });
}

function onlyPlace({ commands = new Map() }: Sites): string {
  const names = [...commands.keys()];
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new UserError('the job names no place, and there is not exactly one', {
    code: 'place',
    hint:
      names.length === 0
        ? DESCRIBE
        : `write "backend: { command: { place: ${only} } }"; there are: ${names.join(', ')}`,
  });
}

const DESCRIBE = 'describe it below "commands" in the defaults file of the machine (JOBIMG_DEFAULTS)';

function siteOf(name: string, { commands = new Map() }: Sites): CommandSite {
  const site = commands.get(name);
  if (site !== undefined) return site;
  const names = [...commands.keys()];
  throw new UserError(`the operator of this machine has described no place "${name}"`, {
    code: 'place',
    hint: hintOf(name, names),
  });
}

function hintOf(name: string, names: readonly string[]): string {
  if (isPresetName(name))
    return `let the operator write "commands: { ${name}: { preset: ${name} } }" in the defaults file of the machine (JOBIMG_DEFAULTS)`;
  return names.length === 0 ? DESCRIBE : `there are: ${names.join(', ')}`;
}

interface BackendOptions {
  readonly env: Variables;
  readonly clock: ConnectContext['clock'];
  readonly secrets: ReadonlyMap<string, string>;
  readonly defaultsOption: string;
  readonly progress: (line: string) => void;
}

async function create(
  name: string,
  site: CommandSite,
  { env, ...options }: BackendOptions,
): Promise<Backend> {
  const [{ createCommandBackend }, { createKnownRuns }, { createTool }] = await Promise.all([
    import('../../backends/command/backend.ts'),
    import('../../backends/command/place/known.ts'),
    import('../../backends/command/place/tool.ts'),
  ]);
  return createCommandBackend({
    name,
    site,
    tool: createTool(site, env),
    ends: new Map(),
    known: createKnownRuns(join(stateFolder(env), 'places', name)),
    temporary: temporaryFolder(env),
    ...options,
  });
}

export const COMMAND_CONNECTION: BackendConnection = {
  connect,
  refuse,
  reconnect,
  isHere: async () => false,
  openTerminal: undefined,
};
