import { COMMAND } from './command-options.ts';
import type { BackendRow } from './row.ts';

const OPERATORS =
  'a spec brings no program: the operator describes the place below "commands" in the defaults file of the machine, and "place" names it';

const WEEK = 7 * 24 * 3_600;

/** A place that has a command line, as the operator describes it. */
export const COMMAND_ROW: BackendRow = {
  description: 'Place that has a command line',
  options: COMMAND,
  hints: {
    submit: OPERATORS,
    status: OPERATORS,
    logs: OPERATORS,
    cancel: OPERATORS,
    outputs: OPERATORS,
    list: OPERATORS,
    run: OPERATORS,
    env: OPERATORS,
    name: 'write "place"',
    queue: 'write "place"',
    host: OPERATORS,
    server: OPERATORS,
  },
  capabilities: {
    registry: 'required',
    platforms: undefined,
    claims: false,
    queue: true,
    nodes: false,
    outlives: true,
    keepsOutputs: WEEK,
  },
  stopCommand: ({ name }) => `jobimg stop ${name.replace(/^jobimg-/, '')}`,
};
