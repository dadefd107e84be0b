/**
 * A GPU, or a part of one, by every name of it that is known: its index (`0`; `0:1` is a part of it, by MIG) and its id
 * (`GPU-…`, `MIG-…`). Whoever names it may use another of its names.
 */
export type Device = readonly string[];

/** Where nobody tells them apart, all of them are one. */
export const ALL: Device = ['all'];

/** Whether two jobs that have these would compute on the same hardware. */
export function sharesHardware(one: Device, other: Device): boolean {
  return one.some((name) => other.some((another) => overlaps(name, another)));
}

function overlaps(one: string, other: string): boolean {
  return one === other || one === 'all' || other === 'all' || isPart(one, other) || isPart(other, one);
}

/** Whether whoever may use the one may use the other: it is the same, or a part of it. */
export function isWithin(device: Device, allowed: Device): boolean {
  return device.some((name) => allowed.some((one) => one === name || one === 'all' || isPart(name, one)));
}

function isPart(part: string, whole: string): boolean {
  return /^\d+:\d+$/.test(part) && part.split(':')[0] === whole;
}

/** Each once, under the name it has first, with every other name that the machine knows of it. */
export function devicesNamed(names: readonly string[], known: readonly Device[]): readonly Device[] {
  const devices: Device[] = [];
  for (const name of names) {
    const others = known.find((device) => device.includes(name)) ?? [];
    const device = [name, ...others.filter((other) => other !== name)];
    if (!devices.some((one) => one.some((own) => device.includes(own)))) devices.push(device);
  }
  return devices;
}

/** As the label of a container has it: no name contains a space or a comma. */
export function printDevices(devices: readonly Device[]): string {
  return devices.map((device) => device.join(' ')).join(',');
}

export function parseDevices(text: string): readonly Device[] {
  const devices = text.split(',').map((device) => device.split(' ').filter((name) => name !== ''));
  return devices.filter((device) => device.length > 0);
}

export function countText(count: number): string {
  return count === 1 ? '1 GPU' : `${count} GPUs`;
}
