import { createHash } from 'node:crypto';

const windowMs = 60_000;
/** Bad tokens from one address in a minute, before none is looked up any more that is not known to be good. */
const most = 30;
const remembered = 10_000;

/**
 * Who tries tokens. Tokens are too long to be guessed; what is kept small is the work that trying makes. A token that has held before goes on from
 * an address that somebody else misuses.
 */
export class Attempts {
  private readonly bad = new Map<string, { count: number; readonly since: number }>();
  private readonly good = new Map<string, number>();

  /** For how many seconds this token is not looked up; 0: it is. */
  waits(address: string, secret: string, now = Date.now()): number {
    const tried = this.bad.get(address);
    if (tried === undefined || tried.count < most) return 0;
    const left = tried.since + windowMs - now;
    if (left <= 0) {
      this.bad.delete(address);
      return 0;
    }
    return this.good.has(nameOf(secret)) ? 0 : Math.ceil(left / 1_000);
  }

  failed(address: string, secret: string, now = Date.now()): void {
    this.good.delete(nameOf(secret));
    const tried = this.bad.get(address);
    if (this.bad.size >= remembered) this.bad.clear();
    if (tried === undefined || tried.since + windowMs <= now) this.bad.set(address, { count: 1, since: now });
    else tried.count++;
  }

  held(secret: string, now = Date.now()): void {
    if (this.good.size >= remembered) this.good.clear();
    this.good.set(nameOf(secret), now);
  }
}

/** Secrets are not kept, not even in memory. */
const nameOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
