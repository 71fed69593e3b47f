import { useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { Alert } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';
import { CaseVerbPanel } from './case-verb-panel.js';
import type { Case, CaseVerb } from './queries.js';

const tones: Readonly<Record<string, string>> = {
  open: 'tag tag-note',
  closing: 'tag tag-note',
  closed: 'tag tag-done',
  faulted: 'tag tag-late',
};

/** Which order, for whom, how it stands, and what may be done with it as a whole. */
export function CaseHead({ page, zone }: { readonly page: Case; readonly zone: string }) {
  const { say, language } = useReader();
  const now = useNow();
  const [verb, setVerb] = useState<CaseVerb>();
  const at = { language, now, zone };
  return (
    <header className="case-head">
      <div className="page-head">
        <h1>
          {page.number} <span className={tones[page.status] ?? 'tag'}>{page.statusName}</span>
        </h1>
        <CaseMenu page={page} onChosen={setVerb} />
      </div>
      <p className="task-of">
        {page.title} · <span className="quiet">{page.procedureName}</span>
      </p>
      <p className="quiet small">
        {say('web.case.started', { person: page.people[page.startedBy] ?? '…', at: momentOf(page.startedAt, at) })}
        {page.closedAt === null ? null : ` ${say('web.case.closed', { at: momentOf(page.closedAt, at) })}`}
      </p>
      {page.held === undefined ? null : (
        <Alert tone="soon">
          {page.held.until === undefined
            ? say('web.case.held', { cause: page.held.causeName, at: momentOf(page.held.since, at) })
            : say('web.case.held-until', {
                cause: page.held.causeName,
                at: momentOf(page.held.since, at),
                until: momentOf(page.held.until, at),
              })}
        </Alert>
      )}
      {page.effects
        .filter(({ state }) => state === 'failed' || state === 'failing')
        .map(({ key, name }) => (
          <Alert key={key} tone="late">
            {say('web.case.effect-failing', { effect: name })}
          </Alert>
        ))}
      {page.pending ? (
        <p className="quiet small" role="status">
          {say('web.case.pending')}
        </p>
      ) : null}
      {verb === undefined ? null : <CaseVerbPanel key={verb.verb} page={page} verb={verb} onDone={() => setVerb(undefined)} />}
    </header>
  );
}

function CaseMenu({ page, onChosen }: { readonly page: Case; readonly onChosen: (verb: CaseVerb) => void }) {
  const { say } = useReader();
  const comment: CaseVerb = { verb: 'comment', name: say('web.case.comment'), allowed: true };
  const verbs = [...page.verbs, comment];
  return (
    <MenuTrigger>
      <Button className="button">
        {say('web.case.verbs')} <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover verb-menu" placement="bottom end">
        <Menu
          aria-label={say('web.case.verbs')}
          disabledKeys={verbs.filter(({ allowed }) => !allowed).map(({ verb }) => verb)}
          onAction={(key) => {
            const chosen = verbs.find(({ verb }) => verb === key);
            if (chosen !== undefined) onChosen(chosen);
          }}
        >
          {verbs.map(({ verb, name, whyNot }) => (
            <MenuItem key={verb} id={verb} className="option" textValue={name}>
              <Text slot="label">{name}</Text>
              {whyNot === undefined ? null : (
                <Text slot="description" className="why-not">
                  {whyNot.sentence}
                </Text>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
