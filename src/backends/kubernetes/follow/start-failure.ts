import type { LaunchFailure } from '../../../run/reason.ts';

/**
 * The runtime of the node itself, its hooks, its devices and the namespaces of the pod: what they say of files of the
 * node are the words that are also said of a command.
 */
const RUNTIME =
  /nvidia-container-(?:cli|runtime)|CDI device|custom device|device info(?:rmation)? |error mounting|failed to mount|running \S*\s?hook|fork\/exec|retrieve OCI runtime error|\/proc\/\d+\/ns\/|\/proc\/self\/attr\/|ttrpc|failed to start shim/i;

/** What runc, crun and gVisor say of the command: of its file, of the right to execute it, of what it is. */
const COMMAND =
  /exec:? \\*"[^"]+": |\bexec \/\S+: |executable file \S+ not found|finding executable|open executable: |exec user process|chdir to cwd/i;

/** What a node lacks, or is too slow for. */
const NODE =
  /no space left on device|disk quota exceeded|read-only file system|input\/output error|stale file handle|too many open files|cannot allocate memory|resource temporarily unavailable|context (?:deadline exceeded|canceled)|DeadlineExceeded|failed to reserve (?:container|sandbox) name|name is reserved|cgroup|seccomp|apparmor|sandbox|runc init|init-p|bpf/i;

/** Whether the message is about the command, which the same image says again on every node. */
export function isOfCommand(message: string): boolean {
  return !RUNTIME.test(message) && COMMAND.test(message) && !NODE.test(withoutCommand(message));
}

/** The name of a command may have any word in it. */
function withoutCommand(message: string): string {
  return message.replace(/"[^"]*"|exec \/\S+: /g, '""');
}

function isOfNode(message: string): boolean {
  return !isOfCommand(message) && (RUNTIME.test(message) || NODE.test(message));
}

const NO_SHELL = 'an image without "sh" keeps no outputs: write "outputs: none" below "backend.kubernetes"';

/** The command could not even be begun; the code that Kubernetes gives says nothing. */
export function startFailure(message: string): LaunchFailure {
  const nodeFailure = {
    reason: 'node-error',
    detail: `the container could not be started: ${message}`,
  } as const;
  if (isOfNode(message)) return nodeFailure;
  if (/exec format error/i.test(message))
    return {
      reason: 'node-error',
      detail: message,
      hint: 'the image is for another architecture: see "platforms" in the spec, and choose nodes with "node-selector"',
    };
  if (/executable file .*not found|no such file or directory/i.test(message)) {
    const hint = /exec: \\*"sh\\*"/.test(message) ? NO_SHELL : undefined;
    return {
      reason: 'failed',
      exitCode: 127,
      detail: `the command was not found in the image: ${message}`,
      hint,
    };
  }
  if (/permission denied/i.test(message))
    return {
      reason: 'failed',
      exitCode: 126,
      detail: `the command cannot be executed: ${message}`,
      hint: 'make the file executable: git update-index --chmod=+x <file>',
    };
  return nodeFailure;
}
