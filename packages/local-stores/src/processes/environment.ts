/** Environment variables that the caller passes on; this package reads none itself. */
export type Environment = Readonly<Record<string, string | undefined>>;
