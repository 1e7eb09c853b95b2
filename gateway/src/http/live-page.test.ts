import { createTestClock } from '@flashreserve/ops';
import { ask, PRODUCT_ID, RESERVATION, TIME } from '../testing/ask';
import { send } from '../testing/http-client';
import { startTestGateway } from '../testing/start-test-gateway';

describe('the live sale page', () => {
  it('the content security policy of the page allows nothing inline and no other origin', async () => {
    const page = await ask('GET /live');

    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
  });

  it('the page refers only to files that the gateway serves', async () => {
    const gateway = await startTestGateway();
    const { text } = await send(gateway.port, 'GET /live/');
    const links = [...text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, link]) => link);

    expect(links).toContain('/live/vendor/uplot.js');
    for (const link of new Set(links)) {
      const { status } = await send(gateway.port, `GET ${link}`);
      expect([link, status]).toEqual([link, 200]);
    }
    await gateway.stop();
  });

  it('files are compressed if the client accepts it, and not sent if the client has them', async () => {
    const gateway = await startTestGateway();
    const plain = await send(gateway.port, 'GET /live/main.js');
    const etag = plain.headers.etag ?? '';
    const headers = { 'accept-encoding': 'gzip' };
    const zipped = await send(gateway.port, 'GET /live/main.js', { headers });
    const again = await send(gateway.port, 'GET /live/main.js', {
      headers: { 'if-none-match': etag },
    });

    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', etag });
    expect([again.status, again.text]).toEqual([304, '']);
    await gateway.stop();
  });

  it('only the files of the page are served', async () => {
    const gateway = await startTestGateway();
    for (const path of [
      'package.json',
      'tsconfig.json',
      'types.d.ts',
      '../package.json',
      '%2e%2e/package.json',
      'index.html',
    ]) {
      const { status, json } = await send(gateway.port, `GET /live/${path}`);
      expect([path, status, json['reason']]).toEqual([path, 404, 'ROUTE_NOT_FOUND']);
    }
    const { status, headers } = await send(gateway.port, 'POST /live');
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    for (const path of ['', '/main.js', '/pulse']) {
      const options = await send(gateway.port, `OPTIONS /live${path}`);
      expect([options.status, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    }
    await gateway.stop();
  });

  it('GET /live/pulse returns the seconds after the newest one that the page has seen', async () => {
    const clock = createTestClock(TIME);
    const gateway = await startTestGateway({
      clock,
      reservation: { reserve: async () => ({ reservation: RESERVATION, replayed: false }) },
    });
    await send(gateway.port, `POST /reservations/${PRODUCT_ID}`, { token: 'customer' });
    await send(gateway.port, `POST /reservations/${PRODUCT_ID}`);
    clock.advanceMs(2_000);

    const all = await send(gateway.port, 'GET /live/pulse');
    expect(all.json['seconds']).toEqual([
      expect.objectContaining({ time: TIME.getTime() / 1_000, accepted: 1, refused: 1 }),
      expect.objectContaining({ accepted: 0, refused: 0, p50Ms: null }),
    ]);
    const later = await send(gateway.port, `GET /live/pulse?after=${TIME.getTime() / 1_000}`);
    expect(later.json['seconds']).toHaveLength(1);
    expect((await send(gateway.port, 'GET /live/pulse?after=soon')).status).toBe(400);
    await gateway.stop();
  });

  it('the page does not exist when it is disabled', async () => {
    const gateway = await startTestGateway({ livePage: false });

    expect((await send(gateway.port, 'GET /live')).status).toBe(404);
    expect((await send(gateway.port, 'GET /live/main.js')).status).toBe(404);
    const { json } = await send(gateway.port, 'GET /openapi.json');
    expect(json['paths']).not.toHaveProperty('/live');
    await gateway.stop();
  });
});
