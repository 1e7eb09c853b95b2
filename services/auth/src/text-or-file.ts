import { readFileSync, statSync } from 'node:fs';

const FILE_BYTES_MAX = 65_536;

/**
 * The text of a setting, or that of the file that it names instead, for example a mounted secret of
 * at most 65,536 bytes. The problem says why the file cannot be read, without its path: the setting
 * may be a misspelt secret.
 *
 * @param isText whether the setting is the text itself
 */
export const readTextOrFile = (
  setting: string,
  isText: (setting: string) => boolean,
): { readonly text: string } | { readonly problem: string } => {
  if (isText(setting)) return { text: setting };
  try {
    if (statSync(setting).size > FILE_BYTES_MAX) return { problem: 'the file is too large' };
    return { text: readFileSync(setting, 'utf8') };
  } catch (error) {
    const hasCode = typeof error === 'object' && error !== null && 'code' in error;
    return { problem: hasCode ? String(error.code) : 'it cannot be read' };
  }
};
