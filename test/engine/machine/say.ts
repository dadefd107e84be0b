/** One fact per line, on stderr: stdout belongs to `engine env`, which a shell evaluates. */
export function say(line: string): void {
  process.stderr.write(`engine: ${line}\n`);
}
