import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCheck } from './read-check';
import { readComponentSettings } from './settings/component-settings';
import { renderComposeSettings } from './settings/render-compose-settings';
import { renderEnvExample } from './settings/render-env-example';
import { COMPONENT_SCHEMAS } from './start/component-schemas';
import { reportFailure, TaskError, type TaskInput } from './task';

const ABOUT = 'Writes .env.example and the environment of docker compose.';

/** Writes both files; with `--check` only reports whether they are up to date. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const check = readCheck('settings', ABOUT, args);
    const settings = readComponentSettings(COMPONENT_SCHEMAS);
    const dockerCompose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    const files = {
      '.env.example': renderEnvExample(settings),
      'deploy/compose-settings.yml': renderComposeSettings(settings, dockerCompose),
    };
    for (const [name, text] of Object.entries(files)) {
      const file = join(root, name);
      if (!check) writeFileSync(file, text);
      else if (readFileSync(file, 'utf8') !== text) {
        throw new TaskError(`${name} is out of date: run \`npm run generate\`.`);
      }
    }
  } catch (error) {
    reportFailure(error);
  }
};
