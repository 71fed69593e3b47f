import type { CaseStart, Command } from '../domain/engine/command.js';
import type { JsonObject } from '../domain/json.js';
import type { OrderPart } from '../domain/orders/change.js';

/** A case that takes an order, or a part of it, in. */
export interface OrderCase extends OrderPart {
  readonly number: string;
  readonly open: boolean;
  readonly turn: number;
  /** It has been passed to production (HH-B7): what is approved of it from then on is not reviewed again. */
  readonly placed: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** An amendment, as it is sent to a case. */
export type Amendment = Extract<Command, { readonly verb: 'amend' }>;

/** What an order change does to one case. Without `command` nothing is sent: the case was closed. */
export interface Plan {
  readonly caseId: string;
  readonly number: string;
  /** 1, and one more each time the case had been changed meanwhile. */
  readonly n: number;
  readonly command?: Amendment;
  /** The patch that takes it back. */
  readonly back?: JsonObject;
}

/** The cases of placed orders, and what order changes have done to them. */
export interface OrderCases {
  /** All cases of an order, open or not, in the order of their numbers. */
  find(company: string, orderNumber: string): Promise<readonly OrderCase[]>;
  /** One of them, by its case id. */
  read(caseId: string): Promise<OrderCase | undefined>;
  /** How much of each line has left the plant. */
  shipped(company: string, orderNumber: string): Promise<Readonly<Record<string, number>>>;
  /** Writes a plan down; returns the one that stands under this key, which is an earlier one when there is one. */
  plan(key: string, changeId: string, plan: Plan): Promise<Plan>;
  /** The plans under a key, the latest try of each case. */
  planned(key: string): Promise<readonly Plan[]>;
  /** The latest plan of a change for each case. */
  latest(changeId: string): Promise<readonly Plan[]>;
}

/** Sends commands to other cases: through the journal, so that the same key is one command for ever. */
export interface CaseCommands {
  /** Done, or refused with its code. Passing faults are thrown. */
  send(
    caseId: string,
    key: string,
    command: Amendment,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string; readonly values: JsonObject }>;
  /** Starts a case in the edition in force. Started, also when it was before under this key, or refused with its code. */
  start(
    request: Pick<CaseStart, 'company' | 'procedure' | 'number' | 'subject' | 'by'>,
    key: string,
  ): Promise<{ readonly ok: true; readonly caseId: string } | { readonly ok: false; readonly code: string; readonly values: JsonObject }>;
}
