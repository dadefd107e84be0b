/**
 * Variables that a container runtime takes for a request, granting what they name; only `gpu` decides that.
 * https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html
 * https://instinct.docs.amd.com/projects/container-toolkit/en/latest/
 */
export const GPU_GRANTS: ReadonlySet<string> = new Set([
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_MIG_CONFIG_DEVICES',
  'NVIDIA_MIG_MONITOR_DEVICES',
  'NVIDIA_IMEX_CHANNELS',
  'NVIDIA_GDS',
  'NVIDIA_MOFED',
  'NVIDIA_GDRCOPY',
  'NVIDIA_NVSWITCH',
  'AMD_VISIBLE_DEVICES',
]);
