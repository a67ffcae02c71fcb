import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { AppModule } from '../../src/app.module.js';
import { LifeCycle } from '../../src/life-cycle.js';
import { loadOptions } from '../../src/options/load-options.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { onlineSdk } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testOptions } from '../support/service.js';
import { config, TestUpstream, textConfig } from '../support/upstream.js';

const file = new ConfigFile(textConfig('file'));
let database: TestDatabase;
let upstream: TestUpstream;
let app: INestApplicationContext;

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await TestUpstream.start(config(textConfig('one')));
  const sdks = { default: {}, fetched: onlineSdk(upstream), read: { offline: file.offline } };
  const cwd = mkdtempSync(join(tmpdir(), 'audience-sync-loops-'));
  writeFileSync(join(cwd, 'options.yml'), stringify(testOptions(database.url, { sdks })));
  const { options } = loadOptions({ argv: [], env: {}, cwd });
  const root = AppModule.forRoot(options, { url: database.url });
  app = await NestFactory.createApplicationContext(root, { logger: false });
});
afterAll(async () => {
  await upstream.stop();
  await database.drop();
});

it('every loop of a service is in its registry by name while it runs', async () => {
  const scheduler = app.get(SchedulerRegistry);
  const lifeCycle = app.get(LifeCycle);
  expect(scheduler.getTimeouts()).toEqual([]);
  await lifeCycle.start();
  await eventually(() =>
    expect(scheduler.getTimeouts().toSorted()).toEqual([
      'audience-activity',
      'config fetched',
      'config read',
      'feed',
      'feed-report',
      'history-erasure',
      'notifications',
      'numbering-watch',
      'polling-lock',
      'quiet-audiences',
      'revision',
    ]),
  );
  lifeCycle.beginStop();
  await lifeCycle.finishStop();
  expect(scheduler.getTimeouts()).toEqual([]);
  await app.close();
});
