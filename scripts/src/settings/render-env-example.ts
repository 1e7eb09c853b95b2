import type { SettingSection } from '@flashreserve/ops';
import type { ComponentSetting } from './component-settings';
import { DEPLOYMENT_SETTINGS } from './deployment-settings';
import { SECTION_TITLES } from './sections';

const WIDTH = 100;
const TITLE_WIDTH = 110;

const wrap = (text: string): readonly string[] => {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
};

const renderSetting = ({
  name,
  value,
  description,
}: {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}): readonly string[] => [...(description === '' ? [] : wrap(description)), `${name}=${value}`];

/** The text of `.env.example`: the settings of the components, then those of the deployment. */
export const renderEnvExample = (settings: readonly ComponentSetting[]): string => {
  const sections = (Object.keys(SECTION_TITLES) as readonly SettingSection[]).map((section) => [
    `# --- ${SECTION_TITLES[section]} `.padEnd(TITLE_WIDTH, '-'),
    '',
    ...settings
      .filter((one) => one.section === section)
      .flatMap(({ name, description, example, fallback }) =>
        renderSetting({ name, description, value: example ?? fallback }),
      ),
    ...DEPLOYMENT_SETTINGS.filter((one) => one.section === section).flatMap(renderSetting),
    '',
  ]);
  return `# Written by \`npm run generate\` from the configuration schemas (services/*/src/config.ts,
# gateway/src/config.ts) and scripts/src/settings/deployment-settings.ts.
# All settings of a deployment. \`npm start\` needs none of them; docker compose needs those marked
# "required". Copy this file to \`.env\` and fill it in. An empty value counts as not set.

${sections.flat().join('\n').trimEnd()}
`;
};
