/** The text of anything thrown, for use inside another sentence. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
