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
  it('a live refresh token is exchanged', () => {
    expect(judgeRefreshToken({ token: live, session, now: at(3_599), graceSeconds })).toBe(
      'rotate',
    );
  });

  it('a refresh token is rejected from its expiry on, live or retired', () => {
    expect(judgeRefreshToken({ token: live, session, now: at(3_600), graceSeconds })).toBe(
      'invalid',
    );
    expect(judgeRefreshToken({ token: retired, session, now: at(3_600), graceSeconds })).toBe(
      'invalid',
    );
  });

  it('a refresh token whose session has ended or no longer exists is rejected', () => {
    const now = at(105);
    expect(judgeRefreshToken({ token: live, session: ended, now, graceSeconds })).toBe('invalid');
    expect(judgeRefreshToken({ token: retired, session: ended, now, graceSeconds })).toBe(
      'invalid',
    );
    expect(judgeRefreshToken({ token: live, session: undefined, now, graceSeconds })).toBe(
      'invalid',
    );
  });

  it('reuse is tolerated within the grace period and not a millisecond longer', () => {
    expect(judgeRefreshToken({ token: retired, session, now: at(109.999), graceSeconds })).toBe(
      'repeat',
    );
    expect(judgeRefreshToken({ token: retired, session, now: at(110), graceSeconds })).toBe(
      'reused',
    );
  });

  it('reuse is never tolerated without a grace period', () => {
    expect(judgeRefreshToken({ token: retired, session, now: at(100), graceSeconds: 0 })).toBe(
      'reused',
    );
  });

  it('reuse of a retired token is reported even after its session has ended', () => {
    expect(judgeRefreshToken({ token: retired, session: ended, now: at(200), graceSeconds })).toBe(
      'reused',
    );
  });
});
