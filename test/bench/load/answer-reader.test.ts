import { createAnswerReader } from './answer-reader';

const ANSWER = 'HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\nx: y\r\n\r\nhello';

describe('the response reader', () => {
  it('a response is parsed wherever it is split', () => {
    for (let cut = 1; cut < ANSWER.length; cut += 1) {
      const read = createAnswerReader(409);
      expect(read(Buffer.from(ANSWER.slice(0, cut)))).toBeUndefined();
      expect(read(Buffer.from(ANSWER.slice(cut)))).toEqual({ status: 409, body: 'hello' });
    }
  });

  it('consecutive responses are parsed, and only bodies of the kept status are kept', () => {
    const read = createAnswerReader(201);
    for (const status of [201, 409]) {
      const text = `HTTP/1.1 ${status} Some\r\ncontent-length: 2\r\n\r\n{}`;
      expect(read(Buffer.from(text))).toEqual({ status, body: status === 201 ? '{}' : '' });
    }
  });

  it('a response without a body needs no length', () => {
    const read = createAnswerReader();
    expect(read(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'))).toEqual({ status: 204, body: '' });
  });

  it('a response without a length is rejected', () => {
    const read = createAnswerReader();
    expect(() => read(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('does not tell its length');
  });
});
