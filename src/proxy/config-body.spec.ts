import { describe, expect, it } from 'vitest';
import { configBody } from './config-body.js';

const body = Buffer.from('{}');
const gzip = Buffer.from('gzip');
const brotli = Buffer.from('brotli');
const etag = '"1"';

describe('the body of a config', () => {
  it('is the smallest that the client takes', () => {
    const served = { etag, body, gzip, brotli };
    expect(configBody(served, 'gzip, br')).toEqual({ encoding: 'br', bytes: brotli });
    expect(configBody(served, 'gzip')).toEqual({ encoding: 'gzip', bytes: gzip });
    expect(configBody(served, undefined)).toEqual({ encoding: undefined, bytes: body });
  });

  it('is gzip as long as brotli is not made', () => {
    const served = { etag, body, gzip, brotli: undefined };
    expect(configBody(served, 'gzip, br')).toEqual({ encoding: 'gzip', bytes: gzip });
    expect(configBody(served, 'br')).toEqual({ encoding: undefined, bytes: body });
  });

  it('is as it is where that is smallest', () => {
    const served = { etag, body, gzip: undefined, brotli: undefined };
    expect(configBody(served, 'gzip, br')).toEqual({ encoding: undefined, bytes: body });
  });
});
