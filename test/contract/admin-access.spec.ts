import { describe, expect, it } from 'vitest';
import { callAdmin, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { request } from '../support/http-answer.js';
import { startTestService } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed(WITH_ADMIN);

describe('the admin API', () => {
  it('tells whose token it is', async () => {
    expect((await callAdmin(bed.base, 'GET /whoami')).body).toEqual({ name: 'Ada', role: 'admin' });
    const { body } = await callAdmin(bed.base, 'GET /whoami', { token: VIEWER.token });
    expect(body).toEqual({ name: 'Vi', role: 'viewer' });
  });

  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer another' }],
    ['a token of another scheme', { authorization: `Basic ${VIEWER.token}` }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('refuses %s', async (_name, headers) => {
    const answer = await request(`${bed.base}/admin/v1/whoami`, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 401, title: 'Unauthorized' });
  });

  it('refuses strangers before it reads what they send', async () => {
    const answer = await request(`${bed.base}/admin/v1/whoami`, { method: 'POST', body: '{' });
    expect(answer.status).toBe(401);
  });

  it('answers a body that is no JSON with 400, and an unknown route with 404', async () => {
    const noJson = await callAdmin(bed.base, 'POST /whoami', { body: '{' });
    expect(noJson).toMatchObject({ status: 400, body: { type: 'not_json' } });
    expect((await callAdmin(bed.base, 'GET /nothing')).status).toBe(404);
  });

  it('shows its document and a page for it to everybody, with the headers that browsers want', async () => {
    const document = await request(`${bed.base}/admin/openapi.json`);
    expect(document).toMatchObject({ status: 200, body: { openapi: '3.0.0' } });
    const page = await request(`${bed.base}/admin/docs`);
    expect(page.text).toContain('swagger-ui');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('x-powered-by')).toBeNull();
  });

  it('is off without a token', async () => {
    const without = await startTestService(bed.databaseUrl);
    for (const path of ['/admin/v1/whoami', '/admin/openapi.json', '/admin/docs']) {
      expect((await request(without.base + path)).status).toBe(404);
    }
    await without.stop();
  });
});
