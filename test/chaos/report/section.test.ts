import { replaceSection } from './section';

const START = '<!-- chaos:start -->';
const END = '<!-- chaos:end -->';

describe('a section of the report', () => {
  it('updating a section leaves the rest of the file unchanged', () => {
    const text = `before\n${START}\nold\n${END}\nafter\n`;
    const once = replaceSection(text, 'chaos', 'new');
    expect(once).toBe(`before\n${START}\nnew\n${END}\nafter\n`);
    expect(replaceSection(once, 'chaos', 'new')).toBe(once);
  });

  it('a section is appended if there are no markers, and not written if they are broken', () => {
    expect(replaceSection('text\n', 'chaos', 'new')).toBe(`text\n\n${START}\nnew\n${END}\n`);
    expect(() => replaceSection(START, 'chaos', 'new')).toThrow('must have');
    expect(() => replaceSection(`${END}${START}`, 'chaos', 'new')).toThrow('must have');
  });
});
