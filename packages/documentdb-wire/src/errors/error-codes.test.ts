import { DatabaseError } from 'pg';
import { CommandError } from './command-error';
import { toCommandError } from './engine-failure';
import { codeOfSqlState, nameOfCode, unpackSqlState } from './error-codes';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('The message.', 0, 'error');
  error.code = code;
  return error;
}

test("unpacks the engine's packed SQLSTATE and translates it", () => {
  expect(unpackSqlState(319_029_277)).toBe('M001C');
  expect(codeOfSqlState(unpackSqlState(319_029_277))).toBe(11000);
  expect(nameOfCode(11000)).toBe('DuplicateKey');
  expect(nameOfCode(424_242)).toBe('Location424242');
});

test('a conflict in a transaction may be repeated as a whole', () => {
  for (const state of ['40001', '40P01', '55P03']) {
    const error = toCommandError(databaseError(state), 'transaction');
    expect(error.code).toBe(112);
    expect(error.labels).toEqual(['TransientTransactionError']);
  }
});

test('a lost connection says in each situation what the driver may do', () => {
  const lost = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
  expect(toCommandError(lost, 'read').labels).toEqual([]);
  expect(toCommandError(lost, 'write').labels).toEqual([]);
  expect(toCommandError(lost, 'retryable-write').labels).toEqual(['RetryableWriteError']);
  expect(toCommandError(lost, 'transaction').labels).toEqual(['TransientTransactionError']);
  expect(toCommandError(lost, 'commit').labels).toContain('UnknownTransactionCommitResult');
  expect(toCommandError(databaseError('57P01'), 'read').code).toBe(91);
});

test('a mistake in this server is not taken for a lost connection', () => {
  const error = toCommandError(new TypeError('x is not a function'), 'retryable-write');
  expect(error.code).toBe(1);
  expect(error.labels).toEqual([]);
});

test('what is a refusal in MongoDB terms already stays as it is', () => {
  const error = new CommandError(43, 'Cursor id 1 not found.');
  expect(toCommandError(error, 'commit')).toBe(error);
});
