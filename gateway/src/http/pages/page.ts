import { createHash } from 'node:crypto';

/** An HTML page with its content security policy. */
export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
section { border-top: 1px solid var(--line); padding: 0.5rem 0; }
section:target { outline: 2px solid; outline-offset: 4px; }
h2 { font: 600 1rem/1.5 ui-monospace, monospace; margin: 0.5rem 0; }
code { font-family: ui-monospace, monospace; }
form { display: grid; gap: 0.75rem; max-width: 22rem; }
label { display: grid; gap: 0.25rem; }
input, button { font: inherit; padding: 0.5rem; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid; outline-offset: 2px; }
[role=alert] { min-height: 1.5em; font-weight: 600; }
`;

const hashSource = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** Renders a self-contained page. Its policy allows only its own style and script, by hash. */
export const renderPage = (options: {
  readonly title: string;
  /** HTML; dynamic text must be escaped. */
  readonly body: string;
  readonly script?: string;
}): Page => {
  const { title, body, script } = options;
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
${script === undefined ? '' : `<script>${script}</script>`}
</body>
</html>
`,
    contentSecurityPolicy: [
      `default-src 'none'`,
      `style-src ${hashSource(STYLE)}`,
      `script-src ${script === undefined ? `'none'` : hashSource(script)}`,
      `connect-src 'self'`,
      `img-src 'self' data:`,
      `form-action 'self'`,
      `base-uri 'none'`,
      `frame-ancestors 'none'`,
    ].join('; '),
  };
};
