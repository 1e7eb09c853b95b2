import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../processes/environment';

/** This package's folder in the user's cache: `$XDG_CACHE_HOME/flashreserve`, or in `~/.cache`. */
export function cacheFolder(env: Environment): string {
  const configured = env['XDG_CACHE_HOME'];
  // The XDG specification says to ignore relative paths.
  const base = configured?.startsWith('/') ? configured : join(env['HOME'] ?? homedir(), '.cache');
  return join(base, 'flashreserve');
}
