import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ComboBox, Input, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { useSay } from '../texts/texts.js';

export interface Found<T> {
  readonly key: string;
  readonly name: string;
  readonly more: string;
  readonly item: T;
}

interface LookupProps<T> {
  readonly id?: string;
  readonly label: string;
  readonly value: string;
  readonly invalid?: boolean;
  readonly queryKey: readonly unknown[];
  readonly find: (q: string, signal: AbortSignal) => Promise<readonly Found<T>[]>;
  readonly onType: (text: string) => void;
  readonly onPick: (item: T) => void;
}

const pauseMs = 200;

/** A text that the books may know: what is typed counts, and what they have is offered. */
export function Lookup<T extends object>({ id, label, value, invalid = false, queryKey, find, onType, onPick }: LookupProps<T>) {
  const say = useSay();
  const [asked, setAsked] = useState('');
  const [active, setActive] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(value.trim()), pauseMs);
    return () => window.clearTimeout(timer);
  }, [value]);
  const { data = [] } = useQuery({
    queryKey: [...queryKey, asked],
    enabled: active,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) => find(asked, signal),
  });
  return (
    <ComboBox
      aria-label={label}
      items={data}
      inputValue={value}
      allowsCustomValue
      menuTrigger="input"
      allowsEmptyCollection
      onFocus={() => setActive(true)}
      onInputChange={onType}
      defaultFilter={() => true}
      onSelectionChange={(key) => {
        const found = data.find((one) => one.key === key);
        if (found !== undefined) onPick(found.item);
      }}
    >
      <Input {...(id === undefined ? {} : { id })} className="input" autoComplete="off" aria-invalid={invalid || undefined} />
      <Popover className="popover lookup">
        <ListBox<Found<T>> renderEmptyState={() => <span className="option quiet">{say('web.start.not-in-books')}</span>}>
          {(one) => (
            <ListBoxItem id={one.key} className="option" textValue={one.name}>
              <Text slot="label">{one.name}</Text>
              <Text slot="description" className="why-not">
                {one.more}
              </Text>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
