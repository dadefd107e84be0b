import { OURS } from './tables.ts';
import { compareVersions, isAtLeast, majorOf, minorOf } from './version.ts';

/** The driver that has everything of this CUDA; undefined for one that is newer than the table. */
export function ownDriver(cuda: string, { toolkitDrivers } = OURS): string | undefined {
  return toolkitDrivers.find((row) => row.cuda === minorOf(cuda))?.driver;
}

/** The oldest driver on which programs of this CUDA start at all. */
export function floorDriver(cuda: string, { driverFloors } = OURS): string | undefined {
  return driverFloors.find(({ major }) => major === majorOf(cuda))?.driver;
}

/** The CUDA of a driver itself; of one that is newer than the table undefined is the answer, and so for a very old one. */
export function cudaOfDriver(driver: string, { toolkitDrivers } = OURS): string | undefined {
  const branch = majorOf(driver);
  const newest = toolkitDrivers.at(-1);
  if (newest === undefined || branch > majorOf(newest.driver)) return undefined;
  return toolkitDrivers.findLast((row) => majorOf(row.driver) <= branch)?.cuda;
}

/** The newest of these versions of CUDA whose programs start on this driver. */
export function newestFor(driver: string, versions: readonly string[], tables = OURS): string | undefined {
  return versions
    .filter((cuda) => isAtLeast(driver, floorDriver(cuda, tables) ?? '99999') === true)
    .sort((a, b) => compareVersions(a, b) ?? 0)
    .at(-1);
}
