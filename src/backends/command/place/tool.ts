import { UserError } from '../../../errors.ts';
import { bytesOf, findTool, once, textOf, type Variables } from '../../../io/process/exec.ts';
import { startProcess } from '../../../io/process/process.ts';
import type { CommandSite } from '../../../jobspec/job/sites.ts';

/** How a program of a place ended, and what it has said. */
export interface ToolResult {
  readonly code: number;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Variables beside its own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Runs the programs of a place. */
export interface Tool {
  run(words: readonly string[], options?: ToolOptions): Promise<ToolResult>;
  /** What it prints as it comes; the code is known at its end. */
  open(
    words: readonly string[],
  ): Promise<{ readonly stdout: AsyncIterable<Uint8Array>; ended(): Promise<ToolResult> }>;
  /** Throws where a program is not there. */
  check(program: string): Promise<void>;
}

/** What programs need that are no secret; anything else the operator names. */
const KEPT = [
  ...['HOME', 'USER', 'LOGNAME', 'PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'],
];

export function createTool(
  { env: named, variables }: Pick<CommandSite, 'env' | 'variables'>,
  env: Variables,
): Tool {
  const own = Object.fromEntries(
    [...KEPT, ...named].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const given = { ...own, ...Object.fromEntries(variables) };
  const program = async ([file = '', ...words]: readonly string[]) =>
    [await findTool(file, env['PATH']), words] as const;

  async function start(words: readonly string[], { env: more = {}, input, signal }: ToolOptions = {}) {
    const [file, rest] = await program(words);
    const stdin = input === undefined ? undefined : once(Buffer.from(input));
    return startProcess(file, rest, { env: { ...more, ...given }, cwd: '/', stdin, signal });
  }

  return {
    async run(words, options) {
      const child = await start(words, options);
      const [chunks, stderr] = await Promise.all([bytesOf(child.stdout), textOf(child.stderr)]);
      const { code = KILLED } = await child.ended();
      options?.signal?.throwIfAborted();
      return { code, bytes: chunks, stdout: chunks.toString(), stderr };
    },
    async open(words) {
      const child = await start(words);
      const said = textOf(child.stderr);
      return {
        stdout: child.stdout,
        async ended() {
          const { code = KILLED } = await child.ended();
          return { code, bytes: Buffer.alloc(0), stdout: '', stderr: await said };
        },
      };
    },
    check: async (file) => void (await program([file])),
  };
}

/** As a shell has it for a process that was ended by SIGKILL. */
const KILLED = 137;
/** Characters of what a program says that are shown. */
const MOST_SAID = 400;

/** What a program has said of its failure. */
export function failureOf(words: readonly string[], { code, stderr, stdout }: ToolResult): UserError {
  const said = (stderr.trim() || stdout.trim()).slice(-MOST_SAID);
  return new UserError(`"${words[0]}" ended with ${code}${said === '' ? '' : `: ${said}`}`, {
    kind: 'unavailable',
    code: 'place',
    hint: 'try the command by hand, as the user that runs jobimg',
  });
}
