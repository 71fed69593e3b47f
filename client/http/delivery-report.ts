import type { Email } from 'postal-mime';

/** What a mail system says about a mail of ours, from its report (RFC 3464). */
export interface DeliveryReport {
  /** Of the mail that it is about, with its angle brackets. */
  readonly messageId: string;
  /** It came back for good. False: it is late, or arrived after all. */
  readonly failed: boolean;
  readonly reason: string;
  /** When the report was written, ISO 8601. */
  readonly at?: string;
}

/** The longest reason, in characters. */
const reasonLimit = 500;

/** Reads the report out of the mail it comes in; undefined: it is none, or does not name the mail it is about. */
export async function readDeliveryReport(message: Uint8Array): Promise<DeliveryReport | undefined> {
  // Few processes ever read one.
  const { default: PostalMime } = await import('postal-mime');
  const mail = await PostalMime.parse(message, { forceRfc822Attachments: true, attachmentEncoding: 'utf8', maxNestingDepth: 20 }).catch(
    () => undefined,
  );
  const status = partOf(mail, ['message/delivery-status', 'message/global-delivery-status']);
  const original = partOf(mail, ['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers']);
  const messageId = /<[^\s<>@]+@[^\s<>@]+>/.exec(fieldsIn(original ?? '')[0]?.get('message-id') ?? '')?.[0];
  if (status === undefined || messageId === undefined) return undefined;
  const recipients = fieldsIn(status).filter((fields) => fields.has('action'));
  const failed = recipients.find((fields) => /^failed/i.test(fields.get('action') ?? ''));
  const told = failed ?? recipients[0];
  if (told === undefined) return undefined;
  const words = [told.get('status'), told.get('diagnostic-code')?.replace(/^[\w-]+;\s*/, '')].filter(
    (one) => one !== undefined && one !== '',
  );
  const at = mail?.date === undefined ? Number.NaN : Date.parse(mail.date);
  return {
    messageId,
    failed: failed !== undefined,
    reason: oneLine(words.length > 0 ? words.join(' ') : `Action: ${told.get('action') ?? ''}`),
    ...(Number.isNaN(at) ? {} : { at: new Date(at).toISOString() }),
  };
}

function partOf(mail: Email | undefined, types: readonly string[]): string | undefined {
  const content = mail?.attachments.find(({ mimeType }) => types.includes(mimeType.toLowerCase()))?.content;
  return typeof content === 'string' ? content : undefined;
}

/** Groups of header fields, with blank lines between them: names in small letters, continued lines joined. */
function fieldsIn(text: string): ReadonlyMap<string, string>[] {
  const groups = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n\s*\n/);
  return groups.map(
    (group) =>
      new Map(
        group.split('\n').flatMap((line) => {
          const [, name, value = ''] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
          return name === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
        }),
      ),
  );
}

/** Plain text of one line, as forms take it. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, reasonLimit);
