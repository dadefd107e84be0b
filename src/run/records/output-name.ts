/** Names of our own in the folder of a run, each of which may be followed by what tells an output from it. */
const LOG = /^log(?:\.node-\d+)?(?:\.output)*\.txt$/;

/**
 * The path that an output has in the folder of its run. That folder has the logs of the run too, so that an output with
 * such a name is kept as `log.output.txt`; one that is called so is kept as `log.output.output.txt`, for no two may meet.
 */
export function outputName(path: string): string {
  const [first = '', ...rest] = path.split('/');
  return LOG.test(first) ? [first.replace(/\.txt$/, '.output.txt'), ...rest].join('/') : path;
}
