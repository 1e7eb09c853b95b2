import type { SettingSection } from '@flashreserve/ops';

/** The sections of `.env.example`, in order, with their titles. */
export const SECTION_TITLES: Readonly<Record<SettingSection, string>> = {
  secrets: 'Secrets: no defaults. Generate each with: openssl rand -base64 32',
  administrator: 'First administrator',
  sale: 'The sale',
  limits: 'Rate limits: 0 disables a limit. docs/security.md explains how they interact',
  retention: 'Life of data',
  addresses: 'Addresses and ports',
  diagnostics:
    'Diagnostics. Empty switches: true, but false if NODE_ENV is production, as in containers',
  tls: 'TLS between components: all three or none (plain text on the internal network)',
  stores: 'Stores',
  tokens: 'Tokens',
  mail: 'Mail that auth sends: off without a server',
  logs: 'Logs',
  traces: 'Traces (docs/tracing.md): off without an endpoint',
  memory: 'Memory and disk (docker compose)',
  images: 'Images (docker compose)',
};
