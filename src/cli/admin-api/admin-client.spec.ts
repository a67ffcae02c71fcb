import { describe, expect, it } from 'vitest';
import { AdminClient, pathOf, readAnswer } from './admin-client.js';
import { shape } from './shape.js';

const isNamed = shape<{ readonly name: string }>({ name: 'text' });
const read = (status: number, text: string, location: string | null = null) =>
  readAnswer({ status, text, location }, isNamed);

describe('the path of a call', () => {
  it.each(['a/b', 'a b', '%2F', '?x#y', 'Zoë', '...'])('holds %j as one part', (name) => {
    const client = new AdminClient('http://host', 'token');
    const { pathname } = client.url({ path: pathOf`/segments/${name}/history` });
    const [, , , , part = ''] = pathname.split('/');
    expect(decodeURIComponent(part)).toBe(name);
    expect(pathname.endsWith('/history')).toBe(true);
  });

  it.each(['', '.', '..'])('can not hold %j', (name) => {
    expect(() => pathOf`/segments/${name}`).toThrow('names nothing');
  });
});

describe('an answer', () => {
  it('is what the contract says, or is told to be something else', () => {
    expect(read(200, '{"name":"x"}')).toEqual({ name: 'x' });
    expect(() => read(200, '{"nome":"x"}')).toThrow('not what it should be');
    expect(() => read(200, '<html>')).toThrow('not what it should be');
  });

  it('that leads elsewhere is not followed: the token is not for there', () => {
    expect(() => read(308, '', 'https://elsewhere')).toThrow('308 and https://elsewhere');
  });
});
