import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { useSay } from '../../texts/texts.js';
import type { Task, TaskVerb } from '../queries.js';
import { isOffered } from './verbs.js';

/** All that can be done with the task beside answering it. What cannot says why. */
export function VerbMenu({ task, onChosen }: { readonly task: Task; readonly onChosen: (verb: TaskVerb) => void }) {
  const say = useSay();
  const verbs = task.verbs.filter(isOffered).toSorted((a, b) => Number(b.allowed) - Number(a.allowed));
  if (verbs.length === 0) return null;
  return (
    <MenuTrigger>
      <Button className="button" aria-label={say('web.more-verbs')}>
        {say('web.more-verbs')} <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover verb-menu" placement="top">
        <Menu
          aria-label={say('web.more-verbs')}
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
