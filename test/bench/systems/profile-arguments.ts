/** Node's options that write a CPU profile of this name into the folder when the process ends. */
export const profileArguments = (folder: string, name: string): readonly string[] => [
  '--cpu-prof',
  `--cpu-prof-dir=${folder}`,
  `--cpu-prof-name=${name}.cpuprofile`,
];
