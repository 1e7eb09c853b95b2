import { judgeRefreshToken, type RefreshToken, type Session } from './session';

const START = Date.parse('2026-11-22T10:00:00Z');
const at = (seconds: number): Date => new Date(START + seconds * 1000);

const session: Session = {
  sessionId: 's',
  userId: 'u',
  createdAt: at(0),
  expiresAt: at(3_600),
  passwordVersion: 0,
};
const live: RefreshToken = {
  tokenHash: 'h',
  sessionId: 's',
  createdAt: at(0),
  expiresAt: at(3_600),
};
const retired: RefreshToken = { ...live, retiredAt: at(100) };
const ended: Session = { ...session, endedAt: at(50) };
const graceSeconds = 10;

describe('a refresh token', () => {
  it('is exchanged while it is live', () => {
    expect(judgeRefreshToken({ token: live, session, now: at(3_599), graceSeconds })).toBe(
      'rotate',
    );
  });

  it('opens nothing from the second on at which it expires', () => {
    expect(judgeRefreshToken({ token: live, session, now: at(3_600), graceSeconds })).toBe(
      'invalid',
    );
    expect(judgeRefreshToken({ token: retired, session, now: at(3_600), graceSeconds })).toBe(
      'invalid',
    );
  });

  it('opens nothing once its session has ended or is gone', () => {
    const now = at(105);
    expect(judgeRefreshToken({ token: live, session: ended, now, graceSeconds })).toBe('invalid');
    expect(judgeRefreshToken({ token: retired, session: ended, now, graceSeconds })).toBe(
      'invalid',
    );
    expect(judgeRefreshToken({ token: live, session: undefined, now, graceSeconds })).toBe(
      'invalid',
    );
  });

  it('is forgiven a repeat within the grace time and not a moment longer', () => {
    expect(judgeRefreshToken({ token: retired, session, now: at(109.999), graceSeconds })).toBe(
      'repeat',
    );
    expect(judgeRefreshToken({ token: retired, session, now: at(110), graceSeconds })).toBe(
      'reused',
    );
  });

  it('is never forgiven a repeat when there is no grace time', () => {
    expect(judgeRefreshToken({ token: retired, session, now: at(100), graceSeconds: 0 })).toBe(
      'reused',
    );
  });

  it('stays telltale after its session has ended, so that a repeat gets the same answer', () => {
    expect(judgeRefreshToken({ token: retired, session: ended, now: at(200), graceSeconds })).toBe(
      'reused',
    );
  });
});
