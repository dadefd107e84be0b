// apt with a state of its own: nothing of the machine is upgraded, installed or
// even updated. Only the machine's `Acquire` settings (proxies, certificates)
// and its keyring are taken over.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, command, which } from '../machine/command.ts';
import { machineArchive } from './sources.ts';

const UPDATE_TIMEOUT_MS = 300_000;
const DOWNLOAD_SILENCE_MS = 600_000;
const DEBIAN_SUITES = ['sid', 'trixie', 'bookworm'];

export interface PackageVersion {
  readonly version: string;
  readonly suite: string;
}

export class PrivateApt {
  readonly #dir: string;
  readonly #env: NodeJS.ProcessEnv;

  /** In a folder of its own. */
  constructor(dir: string) {
    this.#dir = dir;
    this.#env = { ...process.env, APT_CONFIG: join(dir, 'apt.conf'), LC_ALL: 'C' };
  }

  /** Writes the configuration and fetches the lists. */
  async update(): Promise<void> {
    if (!which('apt-get')) {
      throw new Error(
        'This machine has neither a fitting Docker Engine nor apt to get one. Install Docker Engine >= 25 with the containerd image store, and buildx.',
      );
    }
    await this.#configure();
    await this.#apt('apt-get', ['update', '-qq'], { timeoutMs: UPDATE_TIMEOUT_MS });
  }

  /** Newest first. */
  async versions(names: readonly string[]): Promise<ReadonlyMap<string, readonly PackageVersion[]>> {
    const { stdout } = await this.#apt('apt-cache', ['madison', ...names], { timeoutMs: UPDATE_TIMEOUT_MS });
    const found = new Map<string, readonly PackageVersion[]>();
    for (const line of stdout.split('\n')) {
      const [name = '', version = '', source = ''] = line.split('|').map((part) => part.trim());
      const suite = /\s(\S+?)\/\S+\s+\S+\s+Packages$/.exec(source)?.[1];
      if (suite) found.set(name, [...(found.get(name) ?? []), { version, suite }]);
    }
    return found;
  }

  /** The files; of each package is said `name=version`. */
  async download(specs: readonly string[]): Promise<readonly string[]> {
    const dir = join(this.#dir, 'debs');
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    await this.#apt('apt-get', ['download', '-q', ...specs], { silenceMs: DOWNLOAD_SILENCE_MS, cwd: dir });
    return readdirSync(dir).map((file) => join(dir, file));
  }

  #apt(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
    return command(file, args, { env: this.#env, cwd: this.#dir, ...options });
  }

  async #configure(): Promise<void> {
    for (const part of ['lists/partial', 'cache/archives/partial', 'parts']) {
      mkdirSync(join(this.#dir, part), { recursive: true });
    }
    writeFileSync(join(this.#dir, 'status'), '');
    writeFileSync(join(this.#dir, 'sources.list'), sourcesList());
    const settings = await acquireSettings();
    writeFileSync(join(this.#dir, 'apt.conf'), configuration(this.#dir, settings));
  }
}

function sourcesList(): string {
  const { distribution, codename, uri, components, signedBy } = machineArchive();
  const suites = distribution === 'debian' ? DEBIAN_SUITES : [codename];
  // The engine is in Debian's main; other distributions keep it elsewhere.
  const wanted = distribution === 'debian' ? 'main' : components;
  const option = signedBy ? `[signed-by=${signedBy}] ` : '';
  return suites.map((suite) => `deb ${option}${uri} ${suite} ${wanted}\n`).join('');
}

async function acquireSettings(): Promise<string> {
  const { stdout } = await command('apt-config', ['dump']);
  const lines = stdout.split('\n').filter((line) => /^Acquire::/.test(line));
  return lines.filter((line) => !/^Acquire::(IndexTargets|Changelogs)/.test(line)).join('\n');
}

/**
 * Read before anything else (APT_CONFIG), so it decides what else is read. A
 * mirror that stands still serves as well, its signatures hold all the same.
 */
function configuration(dir: string, settings: string): string {
  return `Dir::Etc::main "/dev/null";
Dir::Etc::parts "${dir}/parts";
Dir::Etc::sourcelist "${dir}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::Lists "${dir}/lists";
Dir::State::status "${dir}/status";
Dir::Cache "${dir}/cache";
${settings}
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
`;
}
