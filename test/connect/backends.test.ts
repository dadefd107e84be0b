import { describe, expect, it } from '@jest/globals';
import { connectLeftRun } from '../../src/connect/backends.ts';

const HANDLE = { run: 'train-1', name: 'jobimg-train-1', hash: 'sha256:ab', native: {} } as const;

describe('a run that was left behind', () => {
  it.each(['later', '__proto__', 'constructor'])(
    'of the backend "%s", which another release knows, is told and not looked for',
    async (backend) => {
      const host = { info: () => undefined, finding: () => undefined };

      const connecting = connectLeftRun({ ...HANDLE, backend }, {}, host);

      await expect(connecting).rejects.toThrow(
        `it was started on the backend "${backend}", which is not known here`,
      );
    },
  );
});
