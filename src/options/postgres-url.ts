import { ValidateBy } from 'class-validator';

const PROTOCOL = /^postgres(ql)?:\/\//;
const MAX_PORT = 65_535;

/** What is wrong with it, without a word of it: it holds a password. */
function whatIsWrong(text: string): string | undefined {
  if (!PROTOCOL.test(text)) return 'must begin with postgres:// or postgresql://';
  // As pg does: with `@/` the host stands in a parameter, and `URL` wants one.
  const readable = [text, text.replace('@/', '@host/')].find((form) => URL.canParse(form));
  if (readable === undefined) {
    return 'must be a URL that can be read: look at host and port (0 to 65535), and write / ? # @ of user and password as %2F %3F %23 %40';
  }
  const url = new URL(readable);
  const port = url.searchParams.get('port');
  if (port !== null && !(/^\d+$/.test(port) && Number(port) <= MAX_PORT)) {
    return 'must have a port of 0 to 65535';
  }
  return canDecode(url.username) && canDecode(url.password)
    ? undefined
    : 'must have user and password in UTF-8, percent-encoded (% itself as %25)';
}

function canDecode(part: string): boolean {
  // A lone % is text to pg.
  if (/%(?![0-9a-f]{2})/i.test(part)) return true;
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** The option, where it is set, is a URL that pg can connect by. The message never repeats it. */
export function IsPostgresUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isPostgresUrl',
    validator: {
      validate: (value: unknown) =>
        value === undefined || (typeof value === 'string' && whatIsWrong(value) === undefined),
      defaultMessage: (context) => whatIsWrong(String(context?.value)) ?? 'must be text',
    },
  });
}
