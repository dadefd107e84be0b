import type { Findings } from '../../findings.ts';
import { type LocalDataRefusals, refuseLocalData } from '../../run/mounts/local-data.ts';
import type { WrittenRun } from '../../run/types/written-run.ts';

const LOCAL_DATA: LocalDataRefusals = {
  code: 'github',
  mount: 'the runners of the other repository see no files of this machine',
  inputs: 'inputs are not brought to another repository',
  mounts: "folders of its runners are not this repository's to mount",
  checkpoint: 'the other repository keeps no checkpoint',
};

/** Refuses data that the runners of another repository do not have. */
export function refuseData(written: WrittenRun, findings: Findings): void {
  refuseLocalData(written, LOCAL_DATA, findings);
}
