// Copies the protos into the package when it is packed; in the repository they have one place only.
import { cpSync, rmSync } from 'node:fs';

rmSync('proto', { recursive: true, force: true });
cpSync('../../proto', 'proto', { recursive: true, filter: (path) => !path.endsWith('.binpb') });
