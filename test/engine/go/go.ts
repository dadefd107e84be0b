// Which Go compiles the second BuildKit. Two builders compiled with different
// releases of Go differ in their gzip, which is what makes the comparison worth
// something.
import { command, which } from '../machine/command.ts';

// The releases asked for by name where the machine's own does not serve.
const RELEASES = ['go1.27.3', 'go1.26.8'];
// As BuildKit's go.mod asks.
const LEAST_MINOR = 26;
const TOOLCHAIN_TIMEOUT_MS = 15 * 60_000;

/** `other` is the release to differ from, `go1.27.1`; undefined where there is no Go. */
export async function goReleaseOtherThan(other: string): Promise<string | undefined> {
  const own = await ownRelease();
  if (!own) return undefined;
  const differs = (release: string): boolean =>
    minorOf(release) !== minorOf(other) && minorOf(release) >= LEAST_MINOR;
  return [own, ...RELEASES].find(differs);
}

async function ownRelease(): Promise<string | undefined> {
  if (!which('go')) return undefined;
  const env = { ...process.env, GOTOOLCHAIN: 'local' };
  const { stdout } = await command('go', ['env', 'GOVERSION'], { env });
  return stdout.trim().split(' ')[0];
}

/** 27 of `go1.27.3`. */
function minorOf(release: string): number {
  return Number(/^go1\.(\d+)/.exec(release)?.[1] ?? 0);
}

/** The environment in which `go` is that release. */
export async function goEnv(release: string): Promise<NodeJS.ProcessEnv> {
  const toolchain = release === (await ownRelease()) ? 'local' : release;
  const env = { ...process.env, GOTOOLCHAIN: toolchain, GOWORK: 'off', CGO_ENABLED: '0' };
  // Fetches the release where it is not there yet.
  await command('go', ['version'], { env, timeoutMs: TOOLCHAIN_TIMEOUT_MS });
  return env;
}
