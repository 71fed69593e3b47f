import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A key that messages are sealed with. `id` is made from the key, so that two keys never have one id, and names it where the key itself must not be seen. */
export interface SealKey {
  readonly id: string;
  readonly secret: Buffer;
}

const keyBytes = 32;
const idOf = (secret: Buffer): string => createHash('sha256').update('gendan seal key\0').update(secret).digest('hex').slice(0, 12);

/** The keys of an installation: the first one seals, all of them open. */
export class Keyring {
  readonly seals: SealKey;
  private readonly byId: ReadonlyMap<string, SealKey>;
  /** One key a case, so that no key ever seals so much that its random nonces could meet. */
  private readonly derived = new Map<string, Buffer>();

  constructor(secrets: readonly Buffer[]) {
    const keys = secrets.map((secret) => ({ id: idOf(secret), secret }));
    const [first] = keys;
    if (first === undefined) throw new RangeError('a keyring has a key');
    this.seals = first;
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  get ids(): readonly string[] {
    return [...this.byId.keys()];
  }

  /** The key of one case under the key of this id; undefined: that key is not here. */
  of(id: string, namespace: string, caseId: string): Buffer | undefined {
    const key = this.byId.get(id);
    if (key === undefined) return undefined;
    const name = `${id}\0${namespace}\0${caseId}`;
    const known = this.derived.get(name);
    if (known !== undefined) return known;
    if (this.derived.size >= 10_000) this.derived.clear();
    const made = createHmac('sha256', key.secret).update(`gendan seal of a case\0${namespace}\0${caseId}`).digest();
    this.derived.set(name, made);
    return made;
  }
}

/** A fresh key, as a line of a key file or an entry of the setting. */
export const newKey = (): string => randomBytes(keyBytes).toString('base64url');

/** The keys of a text, separated by commas or line ends; undefined: one of them is none, or there is none. */
export function keysIn(text: string): readonly Buffer[] | undefined {
  const secrets = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => (/^[A-Za-z0-9+/_-]+=?$/.test(part) ? Buffer.from(part, 'base64') : Buffer.alloc(0)));
  return secrets.length > 0 && secrets.every(({ length }) => length === keyBytes) ? secrets : undefined;
}
