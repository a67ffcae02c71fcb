import { Option, type Command } from 'commander';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { AudienceSyncError } from '../../error.js';
import { pathOf, type AdminClient } from '../admin-api/admin-client.js';
import { isImportResult, type ImportResult } from '../admin-api/answers.js';
import { upload, type Upload } from '../admin-api/upload.js';
import { UsageError } from '../cli.errors.js';
import { connect } from '../connection.js';
import { counted } from '../output/counted.js';
import { printable } from '../output/printable.js';
import type { Surroundings } from '../surroundings.js';
import { unreadable } from '../text-file.js';
import { AudienceCalls } from './audience-calls.js';
import { refusedImport } from './refused-import.js';
import { uploadFormat, type FormatName } from './upload-format.js';
import { UploadProgress } from './upload-progress.js';

interface ImportOptions {
  readonly mode: 'add' | 'replace';
  readonly strict?: boolean;
  readonly format?: FormatName;
}

export function addImportCommand(audiences: Command, around: Surroundings): void {
  audiences
    .command('import <audience> <file>')
    .description('Members from a file of CSV or NDJSON (.gz too), or `-` for stdin')
    .addOption(
      new Option('--mode <mode>', 'replace: whoever is not in the file leaves')
        .choices(['add', 'replace'])
        .default('add'),
    )
    .option('--strict', 'take nothing when a line is bad')
    .addOption(
      new Option('--format <format>', "by the file's name unless said").choices(['csv', 'ndjson']),
    )
    .action(async (audience: string, file: string, options: ImportOptions, command: Command) => {
      const { mode, strict = false } = options;
      const format = uploadFormat(file, options.format);
      const { source, size } = await openFile(file, around);
      const { client, output } = connect(command, around);
      const id = await new AudienceCalls(client).idOf(audience);

      const progress = new UploadProgress(around.stderr, file, size);
      const result = await importMembers(client, {
        path: pathOf`/audiences/${id}/members/import`,
        query: { mode, strict },
        headers: {
          'content-type': format.contentType,
          ...(format.isGzip && { 'content-encoding': 'gzip' }),
        },
        file,
        source,
        progress,
      });

      const { received, rejected, added, removed, problems } = result;
      await output.show(
        result,
        `${counted(received, 'line')}: ${added} added, ${removed} removed, ${rejected} rejected.`,
      );
      for (const { line, problem } of problems) {
        around.stderr.write(`line ${line}: ${printable(problem)}\n`);
      }
      if (rejected > problems.length) {
        around.stderr.write(`and ${counted(rejected - problems.length, 'more line')} rejected\n`);
      }
    });
}

interface MemberUpload extends Omit<Upload, 'body'> {
  readonly file: string;
  readonly source: () => Readable;
  readonly progress: UploadProgress;
}

async function importMembers(
  client: AdminClient,
  { file, source, progress, ...call }: MemberUpload,
): Promise<ImportResult> {
  progress.start();
  try {
    const body = [source(), progress.counter()] as const;
    return await upload(client, { ...call, body }, isImportResult);
  } catch (error) {
    throw error instanceof AudienceSyncError ? refusedImport(error) : unreadable(file, error);
  } finally {
    progress.stop();
  }
}

/** Before anything is sent: an upload that fails at its start needs none. */
async function openFile(
  file: string,
  { stdin, cwd }: Surroundings,
): Promise<{ readonly source: () => Readable; readonly size: number | undefined }> {
  if (file === '-') return { source: () => stdin, size: undefined };
  const path = resolve(cwd, file);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new UsageError(`${file} can't be read: it is a directory`);
    // A pipe or a device has no size.
    return { source: () => createReadStream(path), size: found.isFile() ? found.size : undefined };
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(file, error);
  }
}
