/** Puts the cursor into the field of a JSON pointer. */
export function focusField(field: string): void {
  const place = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  const input = place?.matches('input, textarea, select') === true ? place : place?.querySelector<HTMLElement>('input, textarea, select');
  input?.focus();
  input?.scrollIntoView({ block: 'center' });
}
