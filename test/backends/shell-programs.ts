import type { ProgramName } from './contract.ts';

/** The programs of the contract, as a shell would write them. */
export const SHELL_PROGRAMS: Readonly<Record<Exclude<ProgramName, 'missing'>, string>> = {
  prints: 'echo out; sleep 0.2; echo err >&2',
  fails: 'exit 3',
  killed: "sh -c 'kill -9 $$'; exit $?",
  sleeps: 'sleep 60',
  traps: 'trap "echo bye; echo x > outputs/saved; exit 0" TERM; echo ready; sleep 60 & wait',
  counts: 'seq 20000',
  'long-line': 'head -c 100000 /dev/zero | tr "\\0" a; printf "\\nb"',
  secret: 'printf %s "$SECRET" | od -An -v -tx1 | tr -d " \\n"; echo',
  leaves:
    'mkdir outputs/b; echo 1 > outputs/a.txt; echo 2 > outputs/b/c.txt; ln -s /etc/passwd outputs/link; exit 1',
  nothing: 'true',
};
