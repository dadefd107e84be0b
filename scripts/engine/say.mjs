/**
 * One fact per line, on stderr: stdout belongs to `engine.mjs env`, which a
 * shell evaluates.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`engine: ${line}\n`);
}
