import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OutputsProvenance, ProvenanceCaller } from '../../evidence/outputs/provenance.ts';
import { errnoOf } from '../../io/errno.ts';
import { writeWhole } from '../../io/fs/whole-file.ts';
import { withMachineLock } from '../../io/process/machine-lock.ts';
import { isClaimable, type Owner, type OwnerState, ownerState } from '../../run/owner-process.ts';
import {
  amendedRecord,
  endedRecord,
  parseRecord,
  type RecordContext,
  type RunRecord,
  recordOf,
  withoutMachine,
} from '../../run/record.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { HashedFile, RunResult } from '../../run/types/result.ts';
import type { KnownRun } from '../../tools/runs.ts';
import { sizeOnDisk } from './disk-use.ts';
import { hashOutputs } from './output-hashes.ts';
import { readRunName, runPaths } from './paths.ts';
import { writeBundle, writeProvenance } from './provenance-files.ts';
import { linkLatest, RESULT_NAME, runFolder } from './run-folder.ts';
import { makeRunsFolder, namesOfRecords } from './runs-folder.ts';

/** Runs that were started and are not known to be over, one file each, and the results of those that are. */
export interface Records {
  remember(run: RunPlan, handle: Handle): Promise<void>;
  /** Keeps the result, and puts it beside the outputs. */
  keep(result: RunResult, handle: Handle): Promise<KeptResult>;
  /** Keeps what was learned of a run after its result was kept. */
  amend(result: RunResult): Promise<void>;
  /** What is kept of a run that is over, without what is only of this machine; undefined: nothing. */
  ended(run: string): Promise<object | undefined>;
  /** What is said of its outputs; undefined: nothing. */
  statementOf(run: string): Promise<string | undefined>;
  /** Puts the signed statement into its folder, and gives the path. */
  keepBundle(run: string, bundle: string): Promise<string>;
  /** Keeps that nobody is to follow it. */
  detach(run: string): Promise<void>;
  forget(run: string): Promise<void>;
  /** Those that are not known to be over. */
  list(): Promise<readonly KnownRun[]>;
  /** See `Runs`. */
  claim(run: string, even?: 'unseen'): Promise<boolean>;
}

interface KeptResult {
  /** false when an output has the name of the file for people. */
  readonly isBeside: boolean;
  /** false when an output has the name of the folder that says from what the outputs were made. */
  readonly hasProvenance: boolean;
  readonly files: readonly HashedFile[];
}

export interface RecordsOptions {
  /** Of all runs. */
  readonly folder: string;
  readonly starting: Omit<RecordContext, 'now' | 'owner'>;
  /** Who says from what outputs were made. */
  readonly caller: ProvenanceCaller;
  /** This process. */
  readonly self: Owner;
  readonly startedOf: (pid: number) => string | undefined;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Milliseconds that another process may take to make one of them its own. */
const PATIENCE = 10_000;

export function createRecords(options: RecordsOptions): Records {
  const { folder, starting, caller, self, startedOf, now, wait } = options;
  const stateOf = ({ owner }: RunRecord): OwnerState => ownerState(owner, self, startedOf);

  const newRecord = (run: RunPlan, handle: Handle): RunRecord =>
    recordOf(run, handle, { ...starting, owner: self, now: now() });

  async function known(record: RunRecord): Promise<KnownRun> {
    const { ended } = runPaths(folder, record.run);
    return { record, owner: stateOf(record), ended: (await readRecord(ended))?.ended };
  }

  async function take(run: string, even: 'unseen' | undefined): Promise<boolean> {
    const paths = runPaths(folder, run);
    const record = await readRecord(paths.record);
    if (record === undefined) return false;
    const { detached, ...rest } = record;
    if (!isClaimable(stateOf(record), { detached, even })) return false;
    // It is followed again, so that nobody else may take it for one that goes on alone.
    await writeRecord(paths.record, { ...rest, owner: self });
    return true;
  }

  /** Loaded where there is a run. */
  async function sayFrom(record: RunRecord): Promise<OutputsProvenance | undefined> {
    const { outputsProvenance } = await import('../../evidence/outputs/provenance.ts');
    return outputsProvenance(record, caller);
  }

  async function provenanceOf(run: string): Promise<OutputsProvenance | undefined> {
    const record = await readRecord(runPaths(folder, run).ended);
    return record === undefined ? undefined : await sayFrom(record);
  }

  return {
    async remember(run, handle) {
      const { record, ended } = runPaths(folder, run.id);
      await makeRunsFolder(folder);
      const earlier = await readRecord(record);
      // A result of a run that had the same id is none of this one.
      if (earlier === undefined) await rm(ended, { force: true });
      const fresh = newRecord(run, handle);
      await writeRecord(
        record,
        earlier === undefined ? fresh : { ...earlier, ...fresh, started: earlier.started },
      );
    },
    async keep(result, handle) {
      const paths = runPaths(folder, result.run.id);
      const record = (await readRecord(paths.record)) ?? newRecord(result.run, handle);
      const own = runFolder(folder, result.run, now());
      await mkdir(own, { recursive: true, mode: 0o700 });
      linkLatest(own);
      const [size, files] = [await sizeOnDisk(own), await hashOutputs(own, result.outputs)];
      const ended = endedRecord(record, result, { now: now(), size, files });
      await writeRecord(paths.ended, ended);
      const forPeople = join(own, RESULT_NAME);
      const isBeside = !(await isThere(forPeople));
      if (isBeside) await writeWhole(forPeople, jsonText(withoutMachine(ended)));
      const hasProvenance = await writeProvenance(own, await sayFrom(ended));
      return { isBeside, hasProvenance, files };
    },
    async amend(result) {
      const { ended: path } = runPaths(folder, result.run.id);
      const record = await readRecord(path);
      if (record?.ended === undefined) return;
      const forPeople = join(runFolder(folder, result.run, now()), RESULT_NAME);
      const isOurs = (await readOptional(forPeople)) === jsonText(withoutMachine(record));
      const amended = amendedRecord(record, result);
      await writeRecord(path, amended);
      if (isOurs) await writeWhole(forPeople, jsonText(withoutMachine(amended)));
    },
    async ended(run) {
      const record = await readRecord(runPaths(folder, run).ended);
      return record === undefined ? undefined : withoutMachine(record);
    },
    statementOf: async (run) => (await provenanceOf(run))?.statement,
    keepBundle: async (run, bundle) =>
      await writeBundle(runFolder(folder, { id: run }, now()), await provenanceOf(run), bundle),
    async detach(run) {
      const path = runPaths(folder, run).record;
      const record = await readRecord(path);
      if (record !== undefined) await writeRecord(path, { ...record, detached: true });
    },
    async forget(run) {
      await rm(runPaths(folder, run).record, { force: true });
    },
    async list() {
      const names = await namesOfRecords(folder);
      const records = await Promise.all(names.map((name) => readRecord(join(folder, name))));
      return await Promise.all(records.filter((record) => record !== undefined).map(known));
    },
    claim: (run, even) =>
      withMachineLock(`jobimg-record-${process.getuid?.()}-${run}`, () => take(run, even), {
        wait,
        patience: PATIENCE,
      }),
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await readOptional(path)) !== undefined;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

async function writeRecord(path: string, record: RunRecord): Promise<void> {
  await writeWhole(path, jsonText(record));
}

/** undefined for a file that is torn, not ours, or whose name is another run's: it names no run. */
export async function readRecord(path: string): Promise<RunRecord | undefined> {
  const text = await readOptional(path);
  const record = text === undefined ? undefined : parseRecord(text);
  return record?.run === readRunName(basename(path))?.run ? record : undefined;
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
