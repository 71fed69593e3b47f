import { useQuery } from '@tanstack/react-query';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { ask } from '../../api/client.js';
import { useReader } from '../../texts/texts.js';
import type { Task } from '../queries.js';

interface PersonChoiceProps {
  readonly task: Task;
  readonly verb: string;
  readonly value: string | undefined;
  readonly onChange: (person: string | undefined) => void;
}

/** Somebody who may do it; whoever may not is listed with the reason. */
export function PersonChoice({ task, verb, value, onChange }: PersonChoiceProps) {
  const { say, language } = useReader();
  // Whom it is shown to needs no right to answer.
  const anybody = verb === 'copy' || verb === 'consult';
  const { data } = useQuery({
    queryKey: ['fit-people', task.id, anybody, language],
    queryFn: ({ signal }) =>
      ask('GET /api/v1/people', { query: anybody ? { company: task.company } : { for: 'complete', task: task.id }, signal }),
  });
  const people = (data?.items ?? []).map((one) =>
    'person' in one
      ? { id: one.person, name: one.name, why: one.allowed ? undefined : one.whyNot?.sentence }
      : { id: one.id, name: one.name, why: undefined },
  );
  return (
    <ComboBox
      className="field"
      items={people}
      selectedKey={value ?? null}
      menuTrigger="focus"
      disabledKeys={people.filter(({ why }) => why !== undefined).map(({ id }) => id)}
      onSelectionChange={(key) => onChange(key === null ? undefined : String(key))}
    >
      <Label className="field-label">{say('web.verb.to-person')}</Label>
      <Input className="input" autoComplete="off" />
      <Popover className="popover">
        <ListBox<(typeof people)[number]> className="options">
          {({ id, name, why }) => (
            <ListBoxItem id={id} className="option" textValue={name}>
              <Text slot="label">{name}</Text>
              {why === undefined ? null : (
                <Text slot="description" className="why-not">
                  {why}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
