/** Fails the test with the actual and expected result. */
export class ContainerTestError extends Error {
  override readonly name = 'ContainerTestError';
}

/** @throws ContainerTestError with the sentence and the details, unless the condition holds */
export function check(condition: boolean, sentence: string, details?: unknown): asserts condition {
  if (condition) return;
  const more = details === undefined ? '' : `\n${JSON.stringify(details, null, 2)}`;
  throw new ContainerTestError(`${sentence}${more}`);
}
