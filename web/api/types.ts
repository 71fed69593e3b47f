// Made by `npm run api-types -- --write` from the OpenAPI document; a gate checks that it is current.

export interface Schemas {
  Health: { readonly status: 'ok' | 'unavailable'; readonly database: boolean; readonly temporal: boolean };
  Problem: {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly code:
      | 'TOKEN_MISSING'
      | 'TOKEN_INVALID'
      | 'TOKEN_REVOKED'
      | 'FOREIGN_PAGE'
      | 'SIGN_IN_NOT_OFFERED'
      | 'IDEMPOTENCY_KEY_MISSING'
      | 'IDEMPOTENCY_KEY_INVALID'
      | 'CONTENT_TYPE_UNSUPPORTED'
      | 'BODY_TOO_LARGE'
      | 'ENCODING_INVALID'
      | 'JSON_INVALID'
      | 'FIELD_UNKNOWN'
      | 'FIELD_REQUIRED'
      | 'FIELD_INVALID'
      | 'TEXT_TOO_LONG'
      | 'QUANTITY_INVALID'
      | 'LINE_ID_DUPLICATE'
      | 'QUERY_INVALID'
      | 'CUSTOMER_UNKNOWN'
      | 'ORDER_UNKNOWN'
      | 'ORDER_OF_ANOTHER'
      | 'ORDERED_LINE_UNKNOWN'
      | 'ORDERED_EXCEEDED'
      | 'STOCK_EXCEEDED'
      | 'NOT_AS_SHOWN'
      | 'MORE_THAN_SHOWN'
      | 'ORDER_LINE_UNKNOWN'
      | 'ORDER_UNCHANGED'
      | 'QUANTITY_BELOW_SHIPPED'
      | 'RETURN_ABOVE_SHIPPED'
      | 'INVOICE_EXISTS'
      | 'SHIPMENT_UNKNOWN'
      | 'SHIPMENT_INVOICED'
      | 'TOO_MANY_LINES'
      | 'COMPANY_UNKNOWN'
      | 'PROCEDURE_UNKNOWN'
      | 'STEP_UNKNOWN'
      | 'CASE_UNKNOWN'
      | 'PERSON_UNKNOWN'
      | 'DOCUMENT_UNKNOWN'
      | 'MAIL_UNKNOWN'
      | 'BOUNCE_NOT_OPEN'
      | 'DELIVERY_REPORT_INVALID'
      | 'NOTICE_UNKNOWN'
      | 'ROUTE_UNKNOWN'
      | 'METHOD_NOT_ALLOWED'
      | 'NOT_YOURS'
      | 'ROLE_NEEDED'
      | 'OTHER_SITE'
      | 'OUTSIDE_WINDOW'
      | 'OTHER_PROCEDURE'
      | 'OTHER_CUSTOMER'
      | 'ABOVE_LIMIT'
      | 'OWN_ORDER'
      | 'DECIDED_BY_YOU'
      | 'CLAIMED'
      | 'SITE_UNKNOWN'
      | 'ABSENCE_UNKNOWN'
      | 'ABSENCE_NOT_YOURS'
      | 'ABSENCE_PAST'
      | 'ABSENCE_EMPTY'
      | 'ABSENCE_OVERLAP'
      | 'STAND_IN_SELF'
      | 'STAND_IN_TWICE'
      | 'STAND_IN_CYCLE'
      | 'STAND_IN_STRANGER'
      | 'KEY_REUSED'
      | 'COMMAND_EXPIRED'
      | 'EDITION_MISSING'
      | 'DATABASE_UNAVAILABLE'
      | 'TEMPORAL_UNAVAILABLE'
      | 'SHUTTING_DOWN'
      | 'INTERNAL'
      | 'NOT_CLAIMED'
      | 'URGED_ALREADY'
      | 'RECEIVER_MAY_NOT'
      | 'CASE_CLOSED'
      | 'CASE_FAULTED'
      | 'CASE_CHANGED'
      | 'CASE_MOVING'
      | 'CASE_OPEN'
      | 'CASE_STATE_GONE'
      | 'REOPEN_IN_VAIN'
      | 'REOPEN_NOT_PROVIDED'
      | 'REOPEN_TARGET_UNKNOWN'
      | 'REOPEN_TOO_LATE'
      | 'DATA_INVALID'
      | 'DATE_FREE'
      | 'DATE_LATER'
      | 'DATE_PAST'
      | 'DUPLICATE_NUMBER'
      | 'EDITION_MISMATCH'
      | 'EDITION_NOT_CURRENT'
      | 'MOVE_FAULTY'
      | 'REHEARSAL_IMPOSSIBLE'
      | 'HELD_ALREADY'
      | 'HOLD_END_PAST'
      | 'LINE_CLOSED'
      | 'LINE_UNKNOWN'
      | 'NOT_HELD'
      | 'OUTCOME_UNKNOWN'
      | 'PROCEDURE_FAULT'
      | 'RETURN_TARGET_UNKNOWN'
      | 'SNAPSHOT_TOO_LARGE'
      | 'SQL_AHEAD'
      | 'TASK_CHANGED'
      | 'TASK_CLOSED'
      | 'TASK_SUSPENDED'
      | 'TASK_UNKNOWN'
      | 'VERB_UNKNOWN'
      | 'ALREADY_SIGNER'
      | 'DELEGATION_CYCLE'
      | 'EXCLUDED'
      | 'LAST_SIGNER'
      | 'NOTHING_TO_WITHDRAW'
      | 'QUORUM_UNREACHABLE'
      | 'REDO_FIXED'
      | 'SEATS_FIXED'
      | 'SEAT_CLOSED'
      | 'SEAT_LEFT'
      | 'SEAT_OF_OTHER'
      | 'SEAT_UNKNOWN'
      | 'SEAT_WAITING'
      | 'SECOND_PERSON_NEEDED'
      | 'TRANSFER_TO_SELF'
      | 'WITHDRAW_TOO_LATE';
    readonly message: string;
    readonly field?: string;
    readonly values?: Readonly<Record<string, unknown>>;
    readonly errors?: readonly {
      readonly code: string;
      readonly field: string;
      readonly message: string;
      readonly values: Readonly<Record<string, unknown>>;
    }[];
  };
  SignInWays: {
    readonly demo:
      | readonly {
          readonly company: string;
          readonly name: string;
          readonly people: readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[];
        }[]
      | null;
  };
  Session: { readonly person: { readonly id: string; readonly name: string }; readonly seconds: number };
  SignIn: { readonly person: string };
  SignedOut: { readonly signedOut: true };
  Me: {
    readonly id: string;
    readonly name: string;
    readonly locale: 'zh' | 'en' | 'id';
    readonly roles: readonly { readonly company: string; readonly companyName: string; readonly role: string; readonly roleName: string }[];
    readonly companies: readonly { readonly company: string; readonly name: string; readonly zone: string }[];
    readonly capabilities: {
      readonly start: readonly { readonly company: string; readonly procedure: string; readonly name: string }[];
      readonly team: boolean;
      readonly radar: boolean;
    };
  };
  People: {
    readonly items: readonly {
      readonly id: string;
      readonly name: string;
      readonly locale: 'zh' | 'en' | 'id';
      readonly roles: readonly {
        readonly company: string;
        readonly companyName: string;
        readonly role: string;
        readonly roleName: string;
      }[];
    }[];
  };
  Told: { readonly code: string; readonly values: Readonly<Record<string, unknown>>; readonly sentence: string };
  AbsenceList: { readonly items: readonly Schemas['Absence'][] };
  Absence: {
    readonly id: string;
    readonly person: string;
    readonly name: string;
    readonly from: string;
    readonly until: string;
    readonly note: string;
    readonly grantedBy: string;
    readonly standIns: readonly {
      readonly person: string;
      readonly name: string;
      readonly limits: {
        readonly amountMinor?: number;
        readonly currency?: string;
        readonly customers?: readonly string[];
        readonly procedures?: readonly string[];
      };
    }[];
  };
  AbsenceAsked: {
    readonly person?: string;
    readonly from: string;
    readonly until: string;
    readonly note?: string;
    readonly standIns?: readonly {
      readonly person: string;
      readonly limits?: {
        readonly amountMinor?: number;
        readonly currency?: string;
        readonly customers?: readonly string[];
        readonly procedures?: readonly string[];
      };
    }[];
  };
  TaskList: { readonly items: readonly Schemas['ListedTask'][]; readonly next: string | null };
  ListedTask: {
    readonly id: string;
    readonly caseId: string;
    readonly key: string;
    readonly step: string;
    readonly name: string;
    readonly clauses: readonly string[];
    readonly rev: number;
    readonly state: 'open' | 'suspended' | 'completed' | 'withdrawn' | 'lapsed';
    readonly stateName: string;
    readonly seats: readonly Schemas['Seat'][];
    readonly lines?: readonly string[];
    readonly openedAt: string;
    readonly batch?: string;
    readonly dueAt?: string;
    readonly overdue: boolean;
    readonly paused?: Schemas['Paused'];
    readonly claimedBy?: string;
    readonly claimedByName?: string;
    readonly claimedAt?: string;
    readonly closedAt?: string;
    readonly closedBy?: string;
    readonly closedFor?: string;
    readonly outcome?: string;
    readonly company: string;
    readonly procedure: string;
    readonly procedureName: string;
    readonly number: string;
    readonly title: string;
    readonly actingFor?: string;
  };
  Seat: {
    readonly id: string;
    readonly name?: string;
    readonly candidates: readonly {
      readonly role?: string;
      readonly site?: string;
      readonly team?: string;
      readonly person?: string;
      readonly name: string;
    }[];
    readonly excluded?: readonly string[];
    readonly state?: 'waiting' | 'done' | 'removed' | 'left';
    readonly by?: string;
    readonly actingFor?: string;
    readonly at?: string;
    readonly verb?: string;
    readonly outcome?: string;
    readonly claimedBy?: string;
    readonly claimedByName?: string;
    readonly claimedAt?: string;
    readonly added?: { readonly by: string; readonly of: string; readonly where: 'before' | 'after' | 'beside' };
    readonly delegated?: { readonly by: string; readonly of: string };
    readonly transferred?: readonly { readonly by: string; readonly to: string; readonly at: string }[];
    readonly skip?: { readonly by: string; readonly at: string; readonly reason: string };
  };
  Paused: {
    readonly since: string;
    readonly until?: string;
    readonly cause: string;
    readonly causeName: string;
    readonly of: 'task' | 'case' | 'step';
  };
  Counts: {
    readonly mine: { readonly open: number; readonly overdue: number };
    readonly group: { readonly open: number; readonly overdue: number };
    readonly team: { readonly open: number; readonly overdue: number };
    readonly overdue: number;
    readonly batches: readonly {
      readonly open: number;
      readonly overdue: number;
      readonly company: string;
      readonly procedure: string;
      readonly procedureName: string;
      readonly step: string;
      readonly name: string;
      readonly batch: string;
      readonly dueAt: string | null;
    }[];
  };
  TaskPage: {
    readonly id: string;
    readonly caseId: string;
    readonly key: string;
    readonly step: string;
    readonly name: string;
    readonly clauses: readonly string[];
    readonly rev: number;
    readonly state: 'open' | 'suspended' | 'completed' | 'withdrawn' | 'lapsed';
    readonly stateName: string;
    readonly seats: readonly Schemas['Seat'][];
    readonly lines?: readonly string[];
    readonly openedAt: string;
    readonly batch?: string;
    readonly dueAt?: string;
    readonly overdue: boolean;
    readonly paused?: Schemas['Paused'];
    readonly claimedBy?: string;
    readonly claimedByName?: string;
    readonly claimedAt?: string;
    readonly closedAt?: string;
    readonly closedBy?: string;
    readonly closedFor?: string;
    readonly outcome?: string;
    readonly company: string;
    readonly procedure: string;
    readonly procedureName: string;
    readonly number: string;
    readonly title: string;
    readonly actingFor?: string;
    readonly form: { readonly schema?: unknown; readonly prefill?: unknown };
    readonly data?: unknown;
    readonly shown: string;
    readonly whyMine: {
      readonly code: string;
      readonly values: Readonly<Record<string, unknown>>;
      readonly sentence: string;
      readonly role?: string;
      readonly site?: string;
      readonly team?: string;
      readonly via?: readonly string[];
      readonly actingFor?: string;
      readonly clauseId?: string;
    } | null;
    readonly whoNext: Schemas['WhoNext'];
    readonly failure?: { readonly code: string; readonly values: Readonly<Record<string, unknown>>; readonly sentence: string };
    readonly refusal?: { readonly code: string; readonly values: Readonly<Record<string, unknown>>; readonly sentence: string };
    readonly refusals?: Readonly<Record<string, Schemas['Told']>>;
    readonly changed?: {
      readonly since: string;
      readonly by: string | null;
      readonly count: number;
      readonly items: readonly {
        readonly line?: string;
        readonly field: string;
        readonly before?: unknown;
        readonly after?: unknown;
        readonly sentence: string;
      }[];
    };
    readonly findings?: readonly {
      readonly id: string;
      readonly code: string;
      readonly line?: string;
      readonly values: Readonly<Record<string, string | number>>;
      readonly sentence: string;
    }[];
    readonly verbs: readonly {
      readonly verb:
        | 'complete'
        | 'reject'
        | 'return'
        | 'withdraw'
        | 'transfer'
        | 'delegate'
        | 'add-signer'
        | 'remove-signer'
        | 'skip'
        | 'hold'
        | 'resume'
        | 'amend'
        | 'cancel'
        | 'reopen'
        | 'move'
        | 'claim'
        | 'release'
        | 'reassign'
        | 'urge'
        | 'copy'
        | 'consult'
        | 'comment';
      readonly name: string;
      readonly allowed: boolean;
      readonly whyNot?: Schemas['Told'];
      readonly to?: readonly { readonly step: string; readonly name: string }[];
      readonly causes?: readonly { readonly cause: string; readonly name: string }[];
      readonly redo?: 'choose';
    }[];
    readonly due: {
      readonly from: string;
      readonly at: string;
      readonly rule?: unknown;
      readonly overdue: boolean;
      readonly sentence: string;
    } | null;
    readonly dueExplained?: { readonly lines: readonly Schemas['Told'][] };
    readonly case: { readonly caseId: string; readonly status: string; readonly turn: number; readonly edition: string };
  };
  WhoNext: readonly {
    readonly code: string;
    readonly values: Readonly<Record<string, unknown>>;
    readonly sentence: string;
    readonly outcome: string;
    readonly step: string | null;
    readonly who: readonly { readonly role?: string; readonly person?: string; readonly name: string }[];
    readonly dueAt?: string;
    readonly dueSpec?: unknown;
    readonly condition: 'ALL_LINES';
  }[];
  TaskCommandResults: {
    readonly results: readonly (
      | { readonly task: string; readonly ok: true; readonly state: string; readonly status: string }
      | { readonly task: string; readonly ok: false; readonly code: string; readonly message: string; readonly field?: string }
    )[];
    readonly done: number;
    readonly refused: number;
  };
  TaskCommands: {
    readonly verb: string;
    readonly data?: Readonly<Record<string, unknown>>;
    readonly to?: string;
    readonly text?: string;
    readonly reason?: string;
    readonly seat?: string;
    readonly where?: 'before' | 'after' | 'beside';
    readonly redo?: 'keep' | 'all';
    readonly cause?: string;
    readonly until?: string;
    readonly tasks: readonly { readonly task: string; readonly rev: number }[];
  };
  CommandAnswer: {
    readonly task: {
      readonly id: string;
      readonly state: 'open' | 'completed' | 'returned' | 'taken-back';
      readonly rev: number;
      readonly outcome?: string;
      readonly lines?: readonly string[];
    };
    readonly openTasks: readonly Schemas['Task'][];
    readonly pending: boolean;
    readonly status: string;
    readonly turn: number;
    readonly note?: number;
  };
  Task: {
    readonly id: string;
    readonly caseId: string;
    readonly key: string;
    readonly step: string;
    readonly name: string;
    readonly clauses: readonly string[];
    readonly rev: number;
    readonly state: 'open' | 'suspended' | 'completed' | 'withdrawn' | 'lapsed';
    readonly stateName: string;
    readonly seats: readonly Schemas['Seat'][];
    readonly lines?: readonly string[];
    readonly openedAt: string;
    readonly batch?: string;
    readonly dueAt?: string;
    readonly overdue: boolean;
    readonly paused?: Schemas['Paused'];
    readonly claimedBy?: string;
    readonly claimedByName?: string;
    readonly claimedAt?: string;
    readonly closedAt?: string;
    readonly closedBy?: string;
    readonly closedFor?: string;
    readonly outcome?: string;
  };
  TaskCommand: {
    readonly verb: string;
    readonly rev: number;
    readonly data?: Readonly<Record<string, unknown>>;
    readonly to?: string;
    readonly text?: string;
    readonly reason?: string;
    readonly seat?: string;
    readonly where?: 'before' | 'after' | 'beside';
    readonly redo?: 'keep' | 'all';
    readonly cause?: string;
    readonly until?: string;
  };
  Draft: { readonly data?: unknown; readonly rev: number | null; readonly at: string | null };
  DraftWritten: { readonly data: Readonly<Record<string, unknown>>; readonly rev: number };
  HandedOver: {
    readonly person: string;
    readonly to: string;
    readonly preview: boolean;
    readonly items: readonly {
      readonly taskId: string;
      readonly caseId: string;
      readonly step: string;
      readonly seat: string;
      readonly name: string;
      readonly what: readonly ('claim' | 'seat')[];
      readonly done: boolean;
      readonly code?: string;
      readonly sentence?: string;
    }[];
  };
  HandOver: {
    readonly company: string;
    readonly to: string;
    readonly reason?: string;
    readonly preview?: boolean;
    readonly tasks?: readonly string[];
  };
  Started: {
    readonly caseId: string;
    readonly number: string;
    readonly openTasks: readonly Schemas['Task'][];
    readonly pending: boolean;
    readonly status: string;
    readonly turn: number;
    readonly warnings: readonly Schemas['Told'][];
  };
  CaseStart: {
    readonly company: string;
    readonly procedure: string;
    readonly number?: string;
    readonly subject: Readonly<Record<string, unknown>>;
  };
  CaseList: { readonly items: readonly Schemas['ListedCase'][]; readonly next: string | null };
  ListedCase: {
    readonly caseId: string;
    readonly company: string;
    readonly procedure: string;
    readonly procedureName: string;
    readonly number: string;
    readonly title: string;
    readonly status: 'open' | 'closing' | 'closed' | 'faulted';
    readonly statusName: string;
    readonly outcome?: unknown;
    readonly startedBy: string;
    readonly startedAt: string;
    readonly changedAt: string;
    readonly closedAt: string | null;
    readonly openTasks: number;
    readonly overdue: boolean;
  };
  CasePage: {
    readonly caseId: string;
    readonly company: string;
    readonly procedure: string;
    readonly procedureName: string;
    readonly number: string;
    readonly title: string;
    readonly edition: string;
    readonly status: string;
    readonly statusName: string;
    readonly turn: number;
    readonly subject?: unknown;
    readonly outcome?: unknown;
    readonly startedBy: string;
    readonly startedAt: string;
    readonly changedAt: string;
    readonly closedAt: string | null;
    readonly pending: boolean;
    readonly openTasks: readonly Schemas['Task'][];
    readonly timeline: readonly {
      readonly seq: number;
      readonly turn: number;
      readonly at: string;
      readonly type: string;
      readonly by: string;
      readonly actingFor?: string;
      readonly taskId?: string;
      readonly note?: number;
      readonly body?: unknown;
      readonly code: string;
      readonly values: Readonly<Record<string, unknown>>;
      readonly sentence: string;
    }[];
    readonly earlier: number | null;
    readonly promises: readonly {
      readonly line: string;
      readonly version: number;
      readonly date: string;
      readonly cause: string;
      readonly by: string;
      readonly causeName: string;
      readonly slipDays: number;
      readonly taskId: string | null;
      readonly at: string;
    }[];
    readonly deadlines: readonly {
      readonly key: string;
      readonly clock: string;
      readonly name: string;
      readonly from: string;
      readonly dueAt: string;
      readonly state: string;
      readonly paused?: Schemas['Paused'];
    }[];
    readonly held?: {
      readonly since: string;
      readonly until?: string;
      readonly cause: string;
      readonly causeName: string;
      readonly of: 'task' | 'case' | 'step';
    };
    readonly effects: readonly {
      readonly key: string;
      readonly effect: string;
      readonly name: string;
      readonly state: string;
      readonly action: string;
      readonly code: string | null;
      readonly detail: string | null;
    }[];
    readonly documents: readonly Schemas['Document'][];
    readonly printed: readonly Schemas['PrintedDocument'][];
    readonly links: readonly unknown[];
    readonly people: Readonly<Record<string, string>>;
    readonly verbs: readonly {
      readonly verb:
        | 'complete'
        | 'reject'
        | 'return'
        | 'withdraw'
        | 'transfer'
        | 'delegate'
        | 'add-signer'
        | 'remove-signer'
        | 'skip'
        | 'hold'
        | 'resume'
        | 'amend'
        | 'cancel'
        | 'reopen'
        | 'move'
        | 'claim'
        | 'release'
        | 'reassign'
        | 'urge'
        | 'copy'
        | 'consult'
        | 'comment';
      readonly name: string;
      readonly allowed: boolean;
      readonly whyNot?: Schemas['Told'];
      readonly to?: readonly { readonly step: string; readonly name: string }[];
      readonly causes?: readonly { readonly cause: string; readonly name: string }[];
      readonly redo?: 'choose';
    }[];
  };
  Document: {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly to: string;
    readonly version: number;
    readonly correction: boolean;
    readonly at: string;
  };
  PrintedDocument: {
    readonly id: string;
    readonly kind: string;
    readonly number: string;
    readonly language: 'zh' | 'en' | 'id';
    readonly version: number;
    readonly replaces: string | null;
    readonly replacedBy: string | null;
    readonly createdAt: string;
    readonly hash: string;
    readonly reprints: number;
  };
  DocumentList: { readonly items: readonly Schemas['Document'][]; readonly printed: readonly Schemas['PrintedDocument'][] };
  DocumentPage: {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly to: string;
    readonly version: number;
    readonly correction: boolean;
    readonly at: string;
    readonly content?: unknown;
    readonly hash: string;
  };
  CaseAnswer: {
    readonly caseId: string;
    readonly status: string;
    readonly turn: number;
    readonly openTasks: readonly Schemas['Task'][];
    readonly pending: boolean;
    readonly note?: number;
  };
  CaseCommand: {
    readonly verb: string;
    readonly patch?: Readonly<Record<string, unknown>>;
    readonly from?: number;
    readonly text?: string;
    readonly reason?: string;
    readonly to?: string;
    readonly redo?: 'keep' | 'all';
    readonly cause?: string;
    readonly until?: string;
  };
  DeadlineList: { readonly items: readonly Schemas['Deadline'][] };
  Deadline: {
    readonly key: string;
    readonly clock: string;
    readonly name: string;
    readonly from: string;
    readonly dueAt: string;
    readonly state: string;
    readonly paused?: Schemas['Paused'];
    readonly dueExplained?: { readonly lines: readonly Schemas['Told'][] };
  };
  NoticeList: { readonly items: readonly Schemas['Notice'][]; readonly next: string | null; readonly unread: number };
  Notice: {
    readonly id: string;
    readonly notice: string;
    readonly caseId: string;
    readonly taskId?: string;
    readonly number: string;
    readonly title: string;
    readonly at: string;
    readonly readAt: string | null;
    readonly mail: {
      readonly state: 'prepared' | 'handing-over' | 'handed-over' | 'kept' | 'refused' | 'unknown';
      readonly stateName: string;
      readonly answer: string | null;
    } | null;
    readonly code: string;
    readonly values: Readonly<Record<string, unknown>>;
    readonly sentence: string;
  };
  ReadMarks: { readonly marked: number; readonly unread: number };
  ReadUpTo: { readonly upTo: string };
  Rehearsal: {
    readonly caseId: string;
    readonly from: string;
    readonly to: string;
    readonly opens: readonly string[];
    readonly revises: readonly string[];
    readonly suspends: readonly string[];
    readonly resumes: readonly string[];
    readonly withdraws: readonly string[];
    readonly renames?: readonly { readonly from: string; readonly to: string }[];
    readonly drops: readonly { readonly key: string; readonly by: string; readonly at: number }[];
    readonly effects: readonly { readonly key: string; readonly action: 'do' | 'revise' | 'undo' }[];
    readonly closes: boolean;
    readonly fault?: { readonly code: string; readonly detail: string };
    readonly snapshot?: unknown;
  };
  MailList: { readonly items: readonly Schemas['ListedMail'][]; readonly next: string | null };
  ListedMail: {
    readonly id: string;
    readonly caseId: string;
    readonly to: string;
    readonly subject: string;
    readonly state: 'prepared' | 'handing-over' | 'handed-over' | 'bounced' | 'kept' | 'refused' | 'unknown' | 'called-off' | 'by-hand';
    readonly stateName: string;
    readonly answer: string | null;
    readonly tries: number;
    readonly documentId: string;
    readonly createdAt: string;
    readonly changedAt: string;
  };
  MailPage: {
    readonly id: string;
    readonly caseId: string;
    readonly to: string;
    readonly subject: string;
    readonly state: 'prepared' | 'handing-over' | 'handed-over' | 'bounced' | 'kept' | 'refused' | 'unknown' | 'called-off' | 'by-hand';
    readonly stateName: string;
    readonly answer: string | null;
    readonly tries: number;
    readonly documentId: string;
    readonly createdAt: string;
    readonly changedAt: string;
    readonly text: string;
    readonly attachments: readonly { readonly name: string; readonly documentId: string }[];
  };
  Bounce: {
    readonly id: string;
    readonly caseId: string;
    readonly to: string;
    readonly reason: string;
    readonly state: 'task' | 'filed' | 'after-close' | 'pending' | 'not-final';
    readonly taskId: string | null;
    readonly settled: { readonly by: string; readonly note: string; readonly at: string } | null;
  };
  BounceReport: { readonly messageId: string; readonly reason: string; readonly at?: string };
  BounceSettled: { readonly note: string };
  Radar: { readonly items: readonly Schemas['Stuck'][]; readonly next: string | null; readonly counts: Readonly<Record<string, number>> };
  Stuck: {
    readonly id: string;
    readonly cause: string;
    readonly caseId: string;
    readonly taskId: string | null;
    readonly company: string;
    readonly number: string | null;
    readonly title: string | null;
    readonly since: string;
    readonly actions: readonly {
      readonly action: 'open-task' | 'open-case' | 'move' | 'set-stand-in' | 'settle-bounce';
      readonly allowed: boolean;
      readonly whyNot?: Schemas['Told'];
    }[];
    readonly code: string;
    readonly values: Readonly<Record<string, unknown>>;
    readonly sentence: string;
  };
  CustomerList: {
    readonly items: readonly {
      readonly company: string;
      readonly code: string;
      readonly name: { readonly en: string; readonly zh: string; readonly id: string };
      readonly site: string | null;
      readonly contact: { readonly name: string; readonly email: string } | null;
      readonly language: 'zh' | 'en' | 'id';
      readonly currency: string;
      readonly grade: 'A' | 'B' | 'C' | 'D' | null;
      readonly limitMinor: number | null;
    }[];
    readonly next: string | null;
  };
  ProductList: {
    readonly items: readonly {
      readonly company: string;
      readonly code: string;
      readonly name: { readonly en: string; readonly zh: string; readonly id: string };
      readonly kind: string;
      readonly unit: string;
      readonly entry: {
        readonly code: string;
        readonly name: { readonly en: string; readonly zh: string; readonly id: string };
        readonly unit: string;
        readonly needs?: readonly ('lengthMm' | 'groove' | 'set')[];
        readonly lengthMm?: number;
        readonly groove?: string;
        readonly set?: {
          readonly lockBody?: { readonly code: string; readonly perSet: number };
          readonly packing?: { readonly code: string; readonly perSet: number };
          readonly spindle?: { readonly code: string; readonly perSet: number };
          readonly strikePlate?: { readonly code: string; readonly perSet: number };
          readonly screws?: { readonly code: string; readonly perSet: number };
          readonly cylinder?: { readonly code: string; readonly perSet: number };
        };
        readonly prices?: { readonly CNY?: number; readonly USD?: number; readonly IDR?: number };
        readonly discontinued?: boolean;
      };
      readonly inStock: number | null;
    }[];
    readonly next: string | null;
  };
  ShippedNotInvoiced: {
    readonly items: readonly {
      readonly company: string;
      readonly caseId: string;
      readonly customer: string;
      readonly order: string;
      readonly amountMinor: number;
      readonly currency: string;
      readonly shippedAt: string;
    }[];
    readonly next: string | null;
  };
  InvoiceEntered: {
    readonly invoiced: true;
    readonly invoice: string;
    readonly customer: string;
    readonly amountMinor: number;
    readonly exposureMinor: number;
  };
  Invoice: {
    readonly company: string;
    readonly invoice: string;
    readonly customer: string;
    readonly dueOn: string;
    readonly shipments: readonly string[];
  };
  Slips: {
    readonly items: readonly {
      readonly month: string;
      readonly procedure: string;
      readonly cause: string;
      readonly causeName: string;
      readonly moves: number;
      readonly orders: number;
      readonly days: number;
    }[];
  };
}

export interface Operations {
  'GET /healthz': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Health'];
  };
  'GET /api/v1/sign-in': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['SignInWays'];
  };
  'POST /api/v1/session': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['SignIn'];
    answer: Schemas['Session'];
  };
  'PUT /api/v1/session': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Session'];
  };
  'DELETE /api/v1/session': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['SignedOut'];
  };
  'GET /api/v1/me': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Me'];
  };
  'GET /api/v1/people': {
    params: Record<never, never>;
    query: { readonly company?: string; readonly role?: string; readonly for?: string; readonly task?: string; readonly q?: string };
    headers: Record<never, never>;
    body: never;
    answer:
      | Schemas['People']
      | {
          readonly items: readonly {
            readonly person: string;
            readonly name: string;
            readonly allowed: boolean;
            readonly whyNot?: Schemas['Told'];
            readonly actingFor?: string;
            readonly away?: { readonly until: string };
          }[];
        };
  };
  'GET /api/v1/absences': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['AbsenceList'];
  };
  'POST /api/v1/absences': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['AbsenceAsked'];
    answer: Schemas['Absence'];
  };
  'PUT /api/v1/absences/{absenceId}': {
    params: { readonly absenceId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['AbsenceAsked'];
    answer: Schemas['Absence'];
  };
  'DELETE /api/v1/absences/{absenceId}': {
    params: { readonly absenceId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Absence'];
  };
  'GET /api/v1/tasks': {
    params: Record<never, never>;
    query: {
      readonly view?: 'mine' | 'group' | 'team' | 'done';
      readonly company?: string;
      readonly procedure?: string;
      readonly step?: string;
      readonly batch?: string;
      readonly q?: string;
      readonly overdue?: 'true' | 'false';
      readonly limit?: number;
      readonly after?: string;
    };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['TaskList'];
  };
  'GET /api/v1/tasks/counts': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Counts'];
  };
  'GET /api/v1/tasks/{taskId}': {
    params: { readonly taskId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['TaskPage'];
  };
  'POST /api/v1/tasks/commands': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: { readonly 'Idempotency-Key': string };
    body: Schemas['TaskCommands'];
    answer: Schemas['TaskCommandResults'];
  };
  'POST /api/v1/tasks/{taskId}/commands': {
    params: { readonly taskId: string };
    query: Record<never, never>;
    headers: { readonly 'Idempotency-Key': string };
    body: Schemas['TaskCommand'];
    answer: Schemas['CommandAnswer'];
  };
  'GET /api/v1/tasks/{taskId}/draft': {
    params: { readonly taskId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Draft'];
  };
  'PUT /api/v1/tasks/{taskId}/draft': {
    params: { readonly taskId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['DraftWritten'];
    answer: Schemas['Draft'];
  };
  'DELETE /api/v1/tasks/{taskId}/draft': {
    params: { readonly taskId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Draft'];
  };
  'POST /api/v1/people/{personId}/hand-over': {
    params: { readonly personId: string };
    query: Record<never, never>;
    headers: { readonly 'Idempotency-Key': string };
    body: Schemas['HandOver'];
    answer: Schemas['HandedOver'];
  };
  'POST /api/v1/cases': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: { readonly 'Idempotency-Key'?: string };
    body: Schemas['CaseStart'];
    answer: Schemas['Started'];
  };
  'GET /api/v1/cases': {
    params: Record<never, never>;
    query: {
      readonly company?: string;
      readonly procedure?: string;
      readonly status?: 'open' | 'closing' | 'closed' | 'faulted';
      readonly number?: string;
      readonly customerPo?: string;
      readonly q?: string;
      readonly limit?: number;
      readonly after?: string;
    };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['CaseList'];
  };
  'GET /api/v1/cases/{caseId}': {
    params: { readonly caseId: string };
    query: { readonly before?: number };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['CasePage'];
  };
  'GET /api/v1/cases/{caseId}/documents': {
    params: { readonly caseId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['DocumentList'];
  };
  'GET /api/v1/cases/{caseId}/documents/{documentId}': {
    params: { readonly caseId: string; readonly documentId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['DocumentPage'];
  };
  'POST /api/v1/cases/{caseId}/commands': {
    params: { readonly caseId: string };
    query: Record<never, never>;
    headers: { readonly 'Idempotency-Key': string };
    body: Schemas['CaseCommand'];
    answer: Schemas['CaseAnswer'];
  };
  'GET /api/v1/cases/{caseId}/deadlines': {
    params: { readonly caseId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['DeadlineList'];
  };
  'GET /api/v1/notices': {
    params: Record<never, never>;
    query: { readonly unread?: 'true' | 'false'; readonly limit?: number; readonly after?: string };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['NoticeList'];
  };
  'POST /api/v1/notices/{noticeId}/read': {
    params: { readonly noticeId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['ReadMarks'];
  };
  'POST /api/v1/notices/read': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['ReadUpTo'];
    answer: Schemas['ReadMarks'];
  };
  'GET /api/v1/cases/{caseId}/rehearsal': {
    params: { readonly caseId: string };
    query: { readonly snapshot?: 'true' };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Rehearsal'];
  };
  'GET /api/v1/documents/{documentId}.pdf': {
    params: { readonly documentId: string };
    query: { readonly reprint?: 'true' | 'false' };
    headers: Record<never, never>;
    body: never;
    answer: unknown;
  };
  'GET /api/v1/mails': {
    params: Record<never, never>;
    query: { readonly company?: string; readonly caseId?: string; readonly limit?: number; readonly after?: string };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['MailList'];
  };
  'GET /api/v1/mails/{mailId}': {
    params: { readonly mailId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: Schemas['MailPage'];
  };
  'POST /api/v1/mail/bounces': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['BounceReport'];
    answer: Schemas['Bounce'];
  };
  'POST /api/v1/mail/bounces/{messageId}/settle': {
    params: { readonly messageId: string };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['BounceSettled'];
    answer: Schemas['Bounce'];
  };
  'GET /api/v1/radar': {
    params: Record<never, never>;
    query: {
      readonly company?: string;
      readonly cause?:
        | 'overdue'
        | 'no-candidate'
        | 'all-away'
        | 'deadline'
        | 'held'
        | 'effect-failing'
        | 'effect-waiting'
        | 'mail-bounced'
        | 'faulted'
        | 'projection-behind'
        | 'edition-not-served'
        | 'edition-mismatch'
        | 'sql-ahead'
        | 'workflow-missing'
        | 'workflow-failing'
        | 'notice-undelivered'
        | 'calendar-year-missing'
        | 'order-not-booked'
        | 'unbound-report'
        | 'command-stuck'
        | 'command-expired';
      readonly limit?: number;
      readonly after?: string;
    };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Radar'];
  };
  'GET /api/v1/customers': {
    params: Record<never, never>;
    query: { readonly company?: string; readonly q?: string; readonly limit?: number; readonly after?: string };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['CustomerList'];
  };
  'GET /api/v1/products': {
    params: Record<never, never>;
    query: { readonly company?: string; readonly q?: string; readonly limit?: number; readonly after?: string };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['ProductList'];
  };
  'GET /api/v1/shipped-not-invoiced': {
    params: Record<never, never>;
    query: { readonly company?: string; readonly customer?: string; readonly limit?: number; readonly after?: string };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['ShippedNotInvoiced'];
  };
  'POST /api/v1/invoices': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: Schemas['Invoice'];
    answer: Schemas['InvoiceEntered'];
  };
  'GET /api/v1/promises/slips': {
    params: Record<never, never>;
    query: { readonly company: string; readonly procedure?: string; readonly from: string; readonly to: string };
    headers: Record<never, never>;
    body: never;
    answer: Schemas['Slips'];
  };
  'GET /api/v1/events': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: unknown;
  };
  'GET /api/v1/openapi.json': {
    params: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: never;
    answer: { readonly openapi: string };
  };
}
