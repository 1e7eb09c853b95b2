export const LIVE_PATH = '/live';

/** What the entries of the page in the gateway's route table have in common. */
export const COMMON = {
  tag: 'Live sale',
  method: 'get',
  access: 'public',
  services: [],
  errors: [],
} as const;
