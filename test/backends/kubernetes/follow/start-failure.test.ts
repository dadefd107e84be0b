import { describe, expect, it } from '@jest/globals';
import { isOfCommand, startFailure } from '../../../../src/backends/kubernetes/follow/start-failure.ts';

const TASK = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: ';
const RUNC = `${TASK}runc create failed: unable to start container process: `;

describe('a container that cannot be started', () => {
  it.each([
    `${RUNC}error during container init: error mounting "cgroup" to rootfs at "/sys/fs/cgroup": stat /run/containerd/rootfs/sys/fs/cgroup: no such file or directory`,
    `${TASK}runc create failed: unable to create new parent process: namespace path: lstat /proc/4173144/ns/ipc: no such file or directory: unknown`,
    'container create failed: container_linux.go:338: creating new parent process caused "running lstat on namespace path \\\\"/proc/63538/ns/ipc\\\\" caused \\\\"lstat /proc/63538/ns/ipc: no such file or directory\\\\""',
    `${TASK}could not apply required modification to OCI specification: error modifying OCI spec: failed to inject CDI devices: unresolvable CDI devices management.nvidia.com/gpu=0: unknown`,
    'linux runtime spec devices: error gathering device information while adding custom device "/dev/nvidia0": lstat /dev/nvidia0: no such file or directory',
    `${TASK}unable to retrieve OCI runtime error (open /run/containerd/io.containerd.runtime.v2.task/k8s.io/5f/log.json: no such file or directory): exec: "nvidia-container-runtime": executable file not found in $PATH: unknown`,
    `${TASK}unable to retrieve OCI runtime error (open log.json: no such file or directory): fork/exec /usr/bin/runc: permission denied`,
    'failed to create task: OCI runtime create failed: write /sys/fs/cgroup/cpu/kubepods/tasks: no space left on device: unknown',
    'failed to create containerd task: failed to create rootfs: mkdir /run/containerd/io.containerd.runtime.v2.task/k8s.io/5f/rootfs: no space left on device',
    `${RUNC}unable to apply cgroup configuration: failed to write 4242: write /sys/fs/cgroup/pids/kubepods/cgroup.procs: no such file or directory`,
    `${RUNC}error during container init: write /proc/self/attr/keycreate: permission denied`,
    `${RUNC}waiting for init preliminary setup: read init-p: connection reset by peer`,
    'failed to create containerd task: failed to mount rootfs component: invalid argument: no such file or directory',
    `${RUNC}can't start init: fork: cannot allocate memory`,
    'failed to create shim task: pipe2: too many open files',
    'context deadline exceeded',
    'failed to reserve container name "main_jobimg-r_default_1": name "main_jobimg-r_default_1" is reserved for "818f"',
    `${RUNC}exec: "/train": stat /train: input/output error`,
    'failed to start containerd task "main": ttrpc: closed: no such file or directory',
  ])('is a fault of its node: %s', (message) => {
    expect([startFailure(message).reason, isOfCommand(message)]).toEqual(['node-error', false]);
  });

  it.each([
    [`${RUNC}exec: "train": executable file not found in $PATH: unknown`, 127],
    [
      `${RUNC}error during container init: exec: "./train": stat ./train: no such file or directory: unknown`,
      127,
    ],
    [`${RUNC}exec: "/opt/cgroup-sandbox": permission denied: unknown`, 126],
    [`${RUNC}exec /opt/sandbox/train: no such file or directory`, 127],
    ['container create failed: executable file `train` not found in $PATH: No such file or directory', 127],
    ['container create failed: open executable: Permission denied', 126],
    [
      'container create failed: time="2026-12-01T10:00:00Z" level=error msg="runc create failed: unable to start container process: exec: \\\\"sh\\\\": executable file not found in $PATH"',
      127,
    ],
  ])('is a fault of the command: %s', (message, exitCode) => {
    expect(startFailure(message)).toMatchObject({ reason: 'failed', exitCode });
    expect(isOfCommand(message)).toBe(true);
  });

  it('is of another architecture', () => {
    expect(startFailure(`${RUNC}exec /bin/sh: exec format error`)).toMatchObject({
      reason: 'node-error',
      hint: expect.stringContaining('another architecture'),
    });
  });

  it('says what to do without a shell, however the message is quoted', () => {
    for (const name of ['"sh"', String.raw`\"sh\"`])
      expect(startFailure(`exec: ${name}: executable file not found in $PATH`).hint).toContain(
        'outputs: none',
      );
  });
});
