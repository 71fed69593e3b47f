// Made by `npm run generate` from policies/hehe; `npm test` fails when it is not current.

type Roles =
  | 'customer'
  | 'order-books'
  | 'merchandiser'
  | 'salesperson'
  | 'cs-dept'
  | 'cs-planner'
  | 'pmc-dept'
  | 'production-depts'
  | 'workshop'
  | 'technical-support'
  | 'sales-admin'
  | 'sales-leader'
  | 'warehouse-keeper'
  | 'warehouse-supervisor'
  | 'billing-desk'
  | 'finance-dept'
  | 'quality-dept'
  | 'approving-leader'
  | 'deputy-general-manager'
  | 'general-manager'
  | 'mail-gateway';
type Verdicts<Verdict extends string> = Readonly<Record<string, Verdict>>;

/** @public `order-change`: what each step's form brings back. */
export type OrderChangeSteps = {
  'production-status': { readonly production: 'not-started' | 'started'; readonly note?: string };
  'refuse-in-writing': { readonly outcome: 'refused'; readonly message?: string };
  'draw-up-amendment':
    | { readonly outcome: 'drawn-up'; readonly message?: string; readonly terms?: string }
    | { readonly outcome: 'not-possible'; readonly reason: string };
  'approve-amendment': { readonly outcome: 'approved' } | { readonly outcome: 'rejected'; readonly objections: string };
  'settle-by-hand': { readonly note: string };
  'instruct-production': { readonly outcome: 'instructed'; readonly instructions: string };
  'tell-customer': { readonly outcome: 'told'; readonly message?: string };
};

/** @public `order-change`: what else its policy names. */
export interface OrderChangeNames {
  readonly roles: Roles;
  readonly reviews: never;
  readonly clocks: never;
  readonly notices:
    | 'change-possible'
    | 'change-refusal'
    | 'change-called-off'
    | 'contract-amendment'
    | 'production-change-notice'
    | 'workshop-change-notice'
    | 'change-accepted'
    | 'change-log';
  readonly effects: 'amend-order' | 'issue-change-refusal' | 'issue-contract-amendment' | 'issue-production-change-notice';
  readonly readings: 'placed-order';
  readonly values: { readonly 'factory-language': 'zh' | 'en' | 'id' };
}

/** @public `order-intake`: what each step's form brings back. */
export type OrderIntakeSteps = {
  'initial-review':
    | { readonly outcome: 'accurate'; readonly confirmed?: Verdicts<'right'>; readonly note?: string }
    | { readonly outcome: 'problem'; readonly verdicts?: Verdicts<'right' | 'wrong'>; readonly problems: string };
  clarify: { readonly outcome: 'settled'; readonly settlement: string } | { readonly outcome: 'not-accepted'; readonly reason: string };
  'enter-order':
    | { readonly outcome: 'entered'; readonly orderDataNo?: string }
    | { readonly outcome: 'entered-in-part'; readonly orderDataNo?: string; readonly notPlaced: readonly string[] };
  'enter-part': { readonly outcome: 'entered'; readonly orderDataNo?: string };
  'joint-review': { readonly outcome: 'correct' } | { readonly outcome: 'error'; readonly problems: string };
  'production-points': { readonly outcome: 'known'; readonly points: string };
  'pass-to-pmc': { readonly outcome: 'passed' };
  'command-production': {
    readonly outcome: 'commanded';
    readonly casting?: string;
    readonly machining?: string;
    readonly surface?: string;
    readonly assembly: string;
  };
  'delivery-date': {
    readonly date: string;
    readonly cause?: 'capacity' | 'material-late' | 'outside-work' | 'quality' | 'technical' | 'customer' | 'other';
    readonly note?: string;
  };
  'moved-date': {
    readonly date: string;
    readonly cause: 'capacity' | 'material-late' | 'outside-work' | 'quality' | 'technical' | 'customer' | 'other';
    readonly note?: string;
  };
  'written-reply': { readonly outcome: 'replied'; readonly message?: string };
  'follow-unplaced':
    | { readonly outcome: 'placed'; readonly placed: readonly string[]; readonly answer: string }
    | { readonly outcome: 'not-yet'; readonly answer: string; readonly orderBy: string }
    | { readonly outcome: 'given-up'; readonly answer: string };
  track: { readonly outcome: 'finished'; readonly note?: string };
  'take-drawing': { readonly outcome: 'taken'; readonly drawing: string };
  'confirm-drawing':
    | { readonly outcome: 'confirmed'; readonly remarks?: string }
    | { readonly outcome: 'not-feasible'; readonly reason: string };
  'settle-drawing': { readonly outcome: 'settled'; readonly settlement: string };
  'make-sketch': { readonly outcome: 'made'; readonly sketch: string };
  'file-drawing': { readonly outcome: 'filed'; readonly fileNo: string };
  'hand-drawings': { readonly outcome: 'handed' };
  'weigh-rush':
    | { readonly outcome: 'feasible'; readonly date: string; readonly note?: string }
    | { readonly outcome: 'not-feasible'; readonly reason: string };
  'relay-rush': { readonly outcome: 'relayed'; readonly answer: string };
  'relay-request': {
    readonly outcome: 'relayed';
    readonly department:
      | 'pmc-dept'
      | 'production-depts'
      | 'technical-support'
      | 'quality-dept'
      | 'warehouse-keeper'
      | 'sales-admin'
      | 'finance-dept';
    readonly answer: string;
  };
};

/** @public `order-intake`: what else its policy names. */
export interface OrderIntakeNames {
  readonly roles: Roles;
  readonly reviews: never;
  readonly clocks: 'written-reply';
  readonly notices:
    | 'order-data'
    | 'points-known'
    | 'manufacturing-orders'
    | 'production-commanded'
    | 'date-reply'
    | 'order-reply'
    | 'order-not-accepted'
    | 'unplaced-answer'
    | 'request-relayed'
    | 'request-answer'
    | 'rush-result';
  readonly effects: 'send-reply';
  readonly readings: 'order-books';
  readonly values: { readonly 'reply-clock-starts': 'pmc-reply' | 'order-received'; readonly 'follow-until': 'finished' | 'reply' };
}

/** @public `return`: what each step's form brings back. */
export type ReturnSteps = {
  'unannounced-goods': { readonly outcome: 'admitted' } | { readonly outcome: 'refused'; readonly reason: string };
  'apply-afterwards': { readonly outcome: 'applied'; readonly reason: string };
  'analyse-reason':
    | { readonly outcome: 'production-problem' | 'company-fault'; readonly findings: string }
    | { readonly outcome: 'customer-reason'; readonly findings: string; readonly circumstances?: string };
  'attach-complaint-report': {
    readonly outcome: 'attached';
    readonly complaintReport: string;
    readonly reportDate: string;
    readonly reportedBy: string;
  };
  'sign-company-cause': {
    readonly outcome: 'signed';
    readonly treatment: 'back-to-furnace' | 'rework' | 'exchange' | 'restock';
    readonly note?: string;
  };
  'sign-customer-cause':
    | { readonly outcome: 'refused'; readonly reason: string }
    | { readonly outcome: 'special'; readonly circumstances: string };
  'approve-exception':
    | { readonly outcome: 'excepted'; readonly treatment: 'back-to-furnace' | 'rework' | 'exchange' | 'restock'; readonly note?: string }
    | { readonly outcome: 'refused'; readonly reason: string };
  'approve-furnace': { readonly outcome: 'approved' } | { readonly outcome: 'rejected'; readonly objections: string };
  'answer-application': { readonly outcome: 'answered'; readonly message?: string };
  'take-announcement':
    | { readonly outcome: 'announced'; readonly freightBill: string }
    | { readonly outcome: 'not-sent'; readonly reason: string };
  'take-details': { readonly quantity: number };
  'start-formalities': { readonly outcome: 'started' };
  receive: { readonly quantity: number; readonly model: 'as-named' | 'another'; readonly note?: string };
  'settle-quantity': { readonly settlement: 'taken' | 'sent-back' | 'count-again'; readonly agreement: string };
  'settle-model': { readonly settlement: 'sent-back' | 'count-again'; readonly agreement: string };
  'sign-off': { readonly outcome: 'approved' };
  'post-return': { readonly outcome: 'posted' };
  'settle-posting': { readonly outcome: 'settled'; readonly note: string };
  'sign-note': { readonly outcome: 'signed' };
  'send-note': { readonly outcome: 'sent' };
};

/** @public `return`: what else its policy names. */
export interface ReturnNames {
  readonly roles: Roles;
  readonly reviews: never;
  readonly clocks: never;
  readonly notices:
    | 'return-answer'
    | 'return-decided'
    | 'goods-turned-away'
    | 'hand-goods-back'
    | 'return-announced'
    | 'goods-sent-back'
    | 'nothing-taken'
    | 'return-note';
  readonly effects: 'issue-return-application' | 'take-goods-back' | 'issue-return-note';
  readonly readings: 'order';
  readonly values: Readonly<Record<never, never>>;
}
