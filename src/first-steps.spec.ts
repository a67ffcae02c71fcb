import { describe, expect, it } from 'vitest';
import { firstSteps } from './first-steps.js';

describe('the first steps', () => {
  const base = 'http://127.0.0.1:8050';

  it('read the token from its file, by the short way from where they are pasted', () => {
    const text = firstSteps({ base, tokenFile: '/srv/app/.data/token', cwd: '/srv/app' });
    expect(text).toContain('Bearer $(cat .data/token)"');
  });

  it('name a file elsewhere in full', () => {
    const text = firstSteps({ base, tokenFile: '/var/data/token', cwd: '/srv/app' });
    expect(text).toContain('Bearer $(cat /var/data/token)"');
  });

  it('quote a path that a shell would take apart', () => {
    const text = firstSteps({ base, tokenFile: "/srv/it's mine/token", cwd: '/srv/app' });
    expect(text).toContain(`$(cat '/srv/it'\\''s mine/token')`);
  });

  it('are three commands, which name the address that is served', () => {
    const text = firstSteps({ base: 'http://[::1]:9', tokenFile: '/t', cwd: '/' });
    const commands = text.split('\n').filter((line) => line.startsWith('  curl '));
    expect(commands).toHaveLength(3);
    expect(commands.every((command) => command.includes('http://[::1]:9/'))).toBe(true);
  });
});
