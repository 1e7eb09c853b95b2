import { parse } from 'yaml';
import { z } from 'zod';
import { COMPONENT_NAMES } from '../start/topology';
import type { ComponentSetting } from './component-settings';

const composeFile = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({ environment: z.record(z.string(), z.unknown()).optional() }),
  ),
});

/**
 * The environment that docker compose passes on from `.env`: the settings of each component that
 * containers may set and that docker-compose.yml itself does not.
 */
export const renderComposeSettings = (
  settings: readonly ComponentSetting[],
  dockerCompose: string,
): string => {
  const { services } = composeFile.parse(parse(dockerCompose, { merge: true }));
  const blocks = COMPONENT_NAMES.map((component) => {
    const own = services[component]?.environment ?? {};
    const lines = settings
      .filter((one) => one.inContainers && one.components.includes(component))
      .filter(({ name }) => !(name in own))
      .map(({ name, example, fallback }) => `      ${name}: \${${name}:-${example ?? fallback}}`)
      .sort();
    return `  ${component}:\n    environment:\n${lines.join('\n')}`;
  });
  return `# Written by \`npm run generate\` from the configuration schemas; do not edit. docker-compose.yml
# extends these services.
services:
${blocks.join('\n\n')}
`;
};
